"""`gatehouse …`: what an operator runs. Data goes to standard output, talk to standard error; `--json` for programs.

Exit codes: 0 done · 1 the thing checked is not as it should be · 2 the call is wrong · 3 the deployment cannot be used.
Heavy imports stay inside the commands, so that help answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import Json, explained, show
from cli.registering import badge, client, device, user

app = typer.Typer(
    help="门岗 Gatehouse: the door, the permissions, the floor.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config = typer.Typer(help="What this deployment is set to.", no_args_is_help=True)
audit = typer.Typer(help="Proof that nothing was changed.", no_args_is_help=True)
for name, group in (
    ("user", user),
    ("client", client),
    ("device", device),
    ("badge", badge),
    ("config", config),
    ("audit", audit),
):
    app.add_typer(group, name=name)


@app.command()
def serve(
    part: Annotated[str, typer.Argument(help="all, gateway, visitor, access or equipment")] = "all",
    demo: Annotated[bool, typer.Option("--demo", help="Show the demonstration bar.")] = False,
    json: Json = False,
) -> None:
    """Serve the product, or one part of it as a process of its own, until Ctrl-C or SIGTERM.

    gatehouse serve                 everything in one process, SQLite in the data folder

    gatehouse serve visitor         the visitor service alone (GATEHOUSE_GATEWAY_URL, … say where the others are)
    """
    from cli.serving import serve_part

    serve_part(part, demo=demo, as_json=json)


@app.command()
def migrate(
    make: Annotated[str | None, typer.Option(metavar="MESSAGE", help="Development: write the next revisions.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="With --make: one beginning each, before any release.")] = False,
    json: Json = False,
) -> None:
    """Bring every database to its newest revision; waits while another process does.

    gatehouse migrate

    gatehouse migrate --make "badge colours"     after changing tables, while developing
    """
    if make is not None:
        from migrations.making import make_all

        show({name: path or "unchanged" for name, path in make_all(make, anew=anew).items()}, json)
        return
    from chassis.settings import Settings
    from migrations.run import migrate_all

    done = migrate_all(Settings())
    show({name: f"{before or 'empty'} → {after}" for name, (before, after) in done.items()}, json)


@config.command("example")
def config_example(json: Json = False) -> None:
    """Print every setting with its default and what it says, as `.env.example` has them.

    gatehouse config example > .env.example
    """
    from cli.environment import example, settings

    if json:
        show({name: default for name, default, _ in settings()}, json)
    else:
        typer.echo(example(), nl=False)


@config.command("check")
def config_check(json: Json = False) -> None:
    """Show every setting with its value (secrets masked), and what would keep the product from working.

    gatehouse config check
    """
    from cli.checking import check_config

    found, faults = check_config()
    show({**found, "faults": faults}, json)
    raise typer.Exit(1 if faults else 0)


@app.command()
def status(json: Json = False) -> None:
    """Whether this deployment answers, and how its journals stand.

    gatehouse status --json
    """
    from cli.checking import read_status

    found = read_status()
    show(found, json)
    raise typer.Exit(0 if found["ready"] else 1)


@audit.command("verify")
def audit_verify(
    service: Annotated[str | None, typer.Option(help="One service; without it all")] = None, json: Json = False
) -> None:
    """Verify every journal against itself and against the checkpoints outside; names each row that is not as it was.

    gatehouse audit verify
    """
    from cli.auditing import verify

    found = verify(service)
    show(found, json)
    raise typer.Exit(1 if found["findings"] else 0)


@audit.command("prove")
def audit_prove(
    service: Annotated[str, typer.Argument(help="The service whose journal holds the row")],
    index: Annotated[int, typer.Argument(help="The row's index")],
    json: Json = True,
) -> None:
    """Print a proof that a row is in the journal; deploy/verify_proof.py checks it without Gatehouse.

    gatehouse audit prove visitor 17 > proof.json
    """
    from cli.auditing import prove

    show(prove(service, index), json)


@audit.command("checkpoint")
def audit_checkpoint(json: Json = False) -> None:
    """Sign the present size and root of every journal into the checkpoint folder.

    gatehouse audit checkpoint
    """
    from cli.auditing import checkpoint

    show(checkpoint(), json)


@app.command()
def backup(
    target: Annotated[str, typer.Argument(help="A folder that does not exist yet")],
    with_keys: Annotated[bool, typer.Option(help="Include the keys; keep such a backup like the keys")] = False,
    json: Json = False,
) -> None:
    """Copy every database consistently while the product runs. Without the keys personal data stay unreadable.

    gatehouse backup /srv/backup/2026-11-24
    """
    from cli.backups import make_backup

    show(make_backup(target, with_keys=with_keys), json)


@app.command()
def restore(
    source: Annotated[str, typer.Argument(help="A backup made by this command's twin")],
    json: Json = False,
) -> None:
    """Restore a backup into an empty data folder (SQLite), then verify every journal.

    gatehouse restore /srv/backup/2026-11-24
    """
    from cli.backups import restore_backup

    found = restore_backup(source)
    show(found, json)
    raise typer.Exit(1 if found["findings"] else 0)


@app.command()
def demo(
    serve_it: Annotated[bool, typer.Option("--serve", help="Serve it afterwards.")] = False, json: Json = False
) -> None:
    """Fill a data folder of its own with a 40-seat call centre and a month of life; prints the cast to sign in as.

    gatehouse demo --serve
    """
    from cli.demo import make_demo

    show(make_demo(), json)
    if serve_it:
        from cli.serving import serve_part

        serve_part("all", demo=True)


def main() -> None:
    """Run a command; what a person can put right is one line, not a traceback."""
    try:
        app()
    except Exception as error:
        told = explained(error)
        if told is None:
            raise
        says, code = told
        typer.echo(f"gatehouse: {says}", err=True)
        raise SystemExit(code) from error


if __name__ == "__main__":
    main()
