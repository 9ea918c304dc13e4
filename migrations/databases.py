"""The four databases: where each one's revisions lie, which tables it shall have, whether it stands at the newest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import event

from chassis.settings import DATABASES, SERVICES

T = TypeVar("T")
VERSIONS = Path(__file__).parent / "versions"
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.5


def revisions_folder(name: str) -> Path:
    """Where the revisions of a database lie. Raises KeyError for a name that is none of ours."""
    if name not in DATABASES:
        raise KeyError(name)
    return VERSIONS / name


def known_revisions(name: str) -> list[str]:
    """Every revision of a database that this code has, oldest first: their names begin with their date."""
    return sorted(path.stem for path in revisions_folder(name).glob("[0-9]*.py"))


def metadata_of(name: str) -> sa.MetaData:
    """The tables a database shall have, with every slice that declares one imported."""
    if name in SERVICES:
        import_module(f"services.{name}.app")
        base = import_module(f"services.{name}.base").BASE
    else:
        base = import_module("gateway.identity.tables").BASE
    metadata: sa.MetaData = base.metadata
    return metadata


def stands_at(url: str) -> str | None:
    """The revision a database stands at, None for an empty or absent one. Raises sqlalchemy.exc.DBAPIError."""
    if url.startswith("sqlite:") and not _file_of(url).exists():
        return None
    with connected(url) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return found


def is_behind(name: str, url: str) -> bool:
    """Whether a database has yet to be migrated for this code; not when a newer release did so already."""
    return is_old(stands_at(url), known_revisions(name))


def is_old(at: str | None, known: Sequence[str]) -> bool:
    """Whether a database that stands `at` has yet to reach the newest of the revisions this code knows."""
    return at is None or at < known[-1]


def patiently(look: Callable[[], T], enough: Callable[[T], bool] = lambda _found: True) -> T:
    """What `look` finds at a database once it is enough, or after two minutes whatever it found or raised.

    Waits for a PostgreSQL server that is starting up, as in a deployment whose parts are started side by side.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        late = time.monotonic() > until
        try:
            found = look()
            if late or enough(found):
                return found
        except sa.exc.DBAPIError as error:
            if late or not _may_pass(error):
                raise
        time.sleep(LOOK_SECONDS)


def _may_pass(error: sa.exc.DBAPIError) -> bool:
    """Whether a server starts up, or its tables are made but not yet given to the application's role."""
    import psycopg

    return isinstance(error.orig, (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege))


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """One connection of its own, in autocommit until a transaction is begun; SQLite begins it with the write lock."""
    sqlite = url.startswith("sqlite:")
    if sqlite:
        _file_of(url).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    if sqlite:
        _make_ddl_transactional(engine)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _file_of(url: str) -> Path:
    return Path(sa.engine.make_url(url).database or "")


def _make_ddl_transactional(engine: sa.Engine) -> None:
    """Keep the driver from committing before DDL, so that a migration killed half-way leaves nothing.

    Foreign keys are off: altering a table on SQLite copies it, and dropping the old one would empty those that refer
    to it.
    """

    @event.listens_for(engine, "connect")
    def prepare(raw: object, _record: object) -> None:
        raw.isolation_level = None  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "busy_timeout=5000"):
            raw.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
