"""Fixtures for every test: databases of both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from chassis.db import Database
from chassis.service import Base
from tests import schemas
from tests.builders import Filling, make_database
from tests.engines import ENGINES, drop_postgresql, new_database_url

NewUrl = Callable[[str], str]


class OpenDb(Protocol):
    """Makes a database of a service with its tables, empty or with what another held."""

    def __call__(self, base: Base, filling: Filling | None = None) -> Database:
        """The database, open."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Runs the test once on SQLite and once on PostgreSQL."""
    name: str = request.param
    return name


@pytest.fixture
def new_url(engine: str, tmp_path: Path) -> Iterator[NewUrl]:
    """Makes fresh databases of the engine under test, removed afterwards."""
    made: list[str] = []

    def make(name: str) -> str:
        made.append(new_database_url(engine, name, tmp_path))
        return made[-1]

    yield make
    for url in made:
        if url.startswith("postgresql"):
            drop_postgresql(url)


@pytest.fixture
def open_db(engine: str, tmp_path: Path) -> Iterator[OpenDb]:
    """Makes databases of a service with their tables, on the engine under test; closed and removed afterwards."""
    with opening(engine, tmp_path) as make:
        yield make


@contextmanager
def opening(engine: str, tmp_path: Path) -> Iterator[OpenDb]:
    """Databases of `engine` with their tables, closed and given back at the end."""
    opened: list[Database] = []

    def make(base: Base, filling: Filling | None = None) -> Database:
        opened.append(make_database(urls(base, filling), base, filling))
        return opened[-1]

    with ready_urls(engine, tmp_path) as urls:
        yield make
        for db in opened:
            asyncio.run(db.close())


@contextmanager
def ready_urls(engine: str, folder: Path) -> Iterator[Callable[[Base, Filling | None], str]]:
    """Addresses for `make_database`: files in `folder`, or schemas that are lent until the end."""
    lent: list[schemas.Lent] = []

    def address(base: Base, filling: Filling | None = None) -> str:
        if engine == "sqlite":
            return new_database_url(engine, "test", folder)
        lent.append(schemas.lend(base, filling))
        return lent[-1].url

    yield address
    for schema in lent:
        schemas.take_back(schema)


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"
