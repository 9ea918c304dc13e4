"""Migrates in processes of its own that are killed at a statement, or held at one; told what to do by arguments.

    python -m tests.migrations.killing VERSIONS DATABASE each=URL kill=URL hold=URL

    each    one revision after the other, undisturbed
    kill    killed at one statement after the other
    hold    two at once, the first held in its middle

Each process is forked from one that has everything imported and no thread running. Prints what it saw, a line of JSON
each, at empty databases; their owner comes by the environment, as for `gatehouse migrate`.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event

from chassis.settings import Settings
from migrations import databases, run
from migrations.databases import connected, metadata_of, stands_at
from migrations.grants import owner_url

LOOKS = ("SELECT", "PRAGMA", "SHOW", "BEGIN")
"""Statements that leave nothing behind: being killed before one is being killed before the next."""
SHAPE = {
    "sqlite": "SELECT type || ' ' || coalesce(sql, name) FROM sqlite_master WHERE name != 'alembic_version'"
    " AND tbl_name != 'alembic_version' ORDER BY 1",
    "postgresql": "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable)"
    " FROM information_schema.columns WHERE table_schema = 'public' AND table_name != 'alembic_version'"
    " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename != 'alembic_version'"
    " UNION ALL SELECT tgname || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
}
"""Everything a revision makes, as the database itself tells it."""


def before_each_change(then: Callable[[int], None]) -> None:
    """Call `then` with its number before each statement that changes something, and before each commit."""
    seen = 0

    def changes(statement: str) -> None:
        nonlocal seen
        if not statement.lstrip().upper().startswith(LOOKS):
            seen += 1
            then(seen)

    event.listen(sa.Engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: changes(statement))
    event.listen(sa.Engine, "commit", lambda _connection: changes("COMMIT"))


def forked(work: Callable[[], None]) -> int:
    """Run `work` in a child; its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def seen_in(url: str) -> dict[str, Any]:
    """Where the database stands, and what is in it."""
    with connected(url) as connection:
        shape = list(connection.exec_driver_sql(SHAPE[connection.dialect.name]).scalars())
        heads = connection.exec_driver_sql("SELECT count(*) FROM journal_head").scalar() if shape else 0
        notes = "SELECT count(*) FROM later WHERE note = 'filled'"
        filled = connection.exec_driver_sql(notes).scalar() if any("later" in line for line in shape) else 0
    return {"at": stands_at(url), "shape": shape, "heads": heads, "filled": filled}


def kill(settings: Settings, name: str) -> Iterator[dict[str, Any]]:
    """Start a migration, kill it at its first change, start it again, kill it at its second … until it stands further,
    and then from the first on again; what was found after each death, and at last after one that ran to its end.

    The first revision, which is long and makes one table like the other, is killed at every fifth change.
    """
    url, stood, number = owner_url(settings, name), None, 0
    while True:
        number += 1 if stood else 5
        child = forked(lambda number=number: _die_at(number, settings, name))  # type: ignore[misc]
        status = os.waitpid(child, 0)[1]
        found = {**seen_in(url), "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL}
        yield {**found, "status": status}
        if not found["killed"]:
            return
        if found["at"] != stood:
            stood, number = found["at"], 0


def _die_at(number: int, settings: Settings, name: str) -> None:
    def die(seen: int) -> None:
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    before_each_change(die)
    run.migrate(settings, name)


def hold(settings: Settings, name: str) -> Iterator[dict[str, Any]]:
    """Two migrations at once: the first is held in its middle until the second stands at the lock."""
    reached, free, at_lock = os.pipe(), os.pipe(), os.pipe()
    results = [os.pipe(), os.pipe()]

    def first() -> None:
        def wait(seen: int) -> None:
            if seen == 5:
                os.write(reached[1], b".")
                os.read(free[0], 1)

        before_each_change(wait)
        os.write(results[0][1], orjson.dumps(run.migrate(settings, name)))

    def second() -> None:
        _tell_at_the_lock(lambda: os.write(at_lock[1], b"."))
        os.write(results[1][1], orjson.dumps(run.migrate(settings, name)))

    children = [forked(first)]
    os.close(reached[1])  # else nobody would hear that it died
    os.read(reached[0], 1)
    children.append(forked(second))
    os.close(at_lock[1])
    os.read(at_lock[0], 1)
    os.write(free[1], b".")
    for child, result in zip(children, results, strict=True):
        status = os.waitpid(child, 0)[1]
        os.close(result[1])
        yield {"status": status, "did": orjson.loads(os.read(result[0], 10_000) or b"null")}
    yield seen_in(owner_url(settings, name))


def _tell_at_the_lock(tell: Callable[[], object]) -> None:
    """Call `tell` when this process is about to wait for the other: at the file's lock, or at the advisory one."""
    real = fcntl.flock

    def flock(file: Any, how: int) -> None:
        tell()
        real(file, how)

    fcntl.flock = flock
    event.listen(
        sa.Engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_rest: tell() if "pg_advisory_lock" in statement else None,
    )


def each_revision(settings: Settings, name: str) -> Iterator[dict[str, Any]]:
    """What is in an empty database brought to one revision after the other, undisturbed."""
    from alembic import command

    url = owner_url(settings, name)
    yield seen_in(url)
    for revision in databases.known_revisions(name):
        with connected(url) as connection:
            command.upgrade(run.config_for(name, connection), revision)
        yield seen_in(url)


def main(versions: str, name: str, *asked: str) -> None:
    """Do what is asked and print what was seen."""
    databases.VERSIONS = Path(versions)
    metadata_of(name)
    for what, _, url in (one.partition("=") for one in asked):
        settings = Settings(**{f"{name}_database_url": url})
        for line in {"kill": kill, "hold": hold, "each": each_revision}[what](settings, name):
            sys.stdout.write(orjson.dumps({"what": what, **line}).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
