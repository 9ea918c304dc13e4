"""Runs migrations: one database after the other, one process at a time, each revision in a transaction of its own.

Imported by `gatehouse migrate` and by a start that finds a database behind; nothing else imports Alembic.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from chassis.settings import DATABASES, Settings, SettingsWrong
from migrations.databases import (
    VERSIONS,
    connected,
    is_old,
    known_revisions,
    patiently,
    revisions_folder,
    stands_at,
)
from migrations.grants import grant_to_application, owner_url

LOCK_NUMBER = 0x6761_7465
"""Key of the advisory lock on PostgreSQL: "gate" in ASCII."""


def config_for(name: str, connection: sa.Connection) -> Config:
    """Alembic's configuration of one database, on a connection that is already open."""
    config = Config(attributes={"database": name, "connection": connection})
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.set_main_option("version_locations", str(revisions_folder(name)))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s")
    return config


def migrate(settings: Settings, name: str, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring a database to `revision`; the revisions it stood and stands at. Waits while another process migrates it.

    One that a later release has migrated stays as it is. Raises `SettingsWrong` for a history that no release has.
    """
    url, known = owner_url(settings, name), known_revisions(name)
    with connected(url) as connection, _alone(connection, settings.data):
        before = stands_at(url)
        if before is not None and before not in known and is_old(before, known):
            raise SettingsWrong(f"the database {name} stands at {before}, which is no revision of any release")
        if revision == "head":
            if is_old(before, known):
                command.upgrade(config_for(name, connection), "head")
        else:
            command.downgrade(config_for(name, connection), revision)
        grant_to_application(settings, name)
    return before, stands_at(url)


def migrate_all(settings: Settings) -> dict[str, tuple[str | None, str | None]]:
    """Bring every database that is behind to its newest revision; by name, what it stood at and stands at.

    With an owner of the tables every database is gone through, so that the application's rights are as they shall be.
    """
    behind = [name for name in DATABASES if is_old(_present(settings, name), known_revisions(name))]
    return {name: migrate(settings, name) for name in (DATABASES if settings.database_owner else behind)}


def _present(settings: Settings, name: str) -> str | None:
    return patiently(partial(stands_at, owner_url(settings, name)))


def check(settings: Settings, name: str) -> None:
    """Raise Alembic's CommandError when the tables in the code differ from those the revisions make."""
    with connected(settings.database_url(name)) as connection:
        command.check(config_for(name, connection))


@contextmanager
def _alone(connection: sa.Connection, data: Path) -> Iterator[None]:
    """Hold the lock of migrations: an advisory one on PostgreSQL, a file beside SQLite's."""
    if connection.dialect.name == "postgresql":
        with connected(connection.engine.url.render_as_string(hide_password=False)) as holder:
            holder.exec_driver_sql("SELECT pg_advisory_lock(%s)", (LOCK_NUMBER,))
            yield
        return
    data.mkdir(parents=True, exist_ok=True)
    with (data / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
