"""Fixtures for every test: databases of both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.db import Database
from chassis.service import Base
from tests.builders import make_database
from tests.engines import ENGINES, drop_postgresql, new_database_url, new_tables_url

NewUrl = Callable[[str], str]
OpenDb = Callable[[Base], Database]


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
    """Databases of `engine` with their tables, closed and removed at the end."""
    opened: list[tuple[str, Database]] = []

    def make(base: Base) -> Database:
        url = new_tables_url(engine, "test", tmp_path)
        opened.append((url, make_database(url, base)))
        return opened[-1][1]

    yield make
    for url, db in opened:
        asyncio.run(db.close())
        if engine == "postgresql":
            drop_postgresql(url)


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"
