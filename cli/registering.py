"""The commands that register people, programs, tablets and badges; `cli/people.py` does it."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import Json, show

user = typer.Typer(help="People who sign in.", no_args_is_help=True)
client = typer.Typer(help="Programs that call the API.", no_args_is_help=True)
device = typer.Typer(help="Tablets beside a door.", no_args_is_help=True)
badge = typer.Typer(help="Visitor badges.", no_args_is_help=True)


@user.command("first")
def user_first(json: Json = False) -> None:
    """Set up an empty deployment: a site and its first administrator, with the one-time link for their password.

    gatehouse user first
    """
    from chassis.settings import Settings
    from cli.first_start import first_link
    from services.access.first import FIRST_ADMIN_NO

    show({"employee_no": FIRST_ADMIN_NO, "link": first_link(Settings())}, json)


@user.command("add")
def user_add(
    name: Annotated[str, typer.Option(help="The person's name")],
    employee_no: Annotated[str, typer.Option(help="Employee number, with which they sign in")],
    role: Annotated[list[str] | None, typer.Option(help="Role, such as guard@site:HQ; may be repeated")] = None,
    site: Annotated[str | None, typer.Option(help="Code of the person's site")] = None,
    department: Annotated[str | None, typer.Option(help="Code of the person's department")] = None,
    badge_no: Annotated[str | None, typer.Option(help="Staff badge")] = None,
    management: Annotated[bool, typer.Option(help="Holds a management post")] = False,
    json: Json = False,
) -> None:
    """Add a person with roles and print a one-time link with which they set a password.

    gatehouse user add --name 李娜 --employee-no E1024 --site HQ --role guard@site:HQ
    """
    from cli.people import add_user

    show(add_user(name, employee_no, role or [], site, department, badge_no, management), json)


@client.command("add")
def client_add(
    name: Annotated[str, typer.Option(help="What the program is")],
    scope: Annotated[str, typer.Option(help="Scopes by space, such as 'people:write people:read'")] = "",
    scim: Annotated[bool, typer.Option("--scim", help="A long-lived token for SCIM instead")] = False,
    json: Json = False,
) -> None:
    """Add a program; its id and secret are shown this once.

    gatehouse client add --name hr --scope "people:read people:write"
    """
    from cli.people import add_client

    show(add_client(name, scope.split(), scim=scim), json)


@device.command("pair")
def device_pair(
    door: Annotated[str, typer.Option(help="Code of the door")] = "MAIN",
    site: Annotated[str, typer.Option(help="Code of the site")] = "HQ",
    json: Json = False,
) -> None:
    """Print a six-digit code that binds a tablet to a door, good for ten minutes.

    gatehouse device pair --door MAIN
    """
    from cli.people import pair_device

    show(pair_device(site, door), json)


@badge.command("add")
def badge_add(
    prefix: Annotated[str, typer.Option(help="Letters before the number, such as V")],
    count: Annotated[int, typer.Option(min=1, max=500, help="How many")] = 20,
    kind: Annotated[str, typer.Option(help="lounge or floor")] = "lounge",
    site: Annotated[str, typer.Option(help="Code of the site")] = "HQ",
    json: Json = False,
) -> None:
    """Put visitor badges into stock.

    gatehouse badge add --prefix V --count 20 --kind floor
    """
    from cli.people import add_badges

    show(add_badges(site, prefix, count, kind), json)
