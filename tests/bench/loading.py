"""Putting very many rows into a database the quick way: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa

from chassis.columns import instant_text
from chassis.db import Database

AT_ONCE = 20_000


def load(db: Database, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows; what one leaves out gets its column's declared default, else NULL. How many there were."""
    rows, count, usual = iter(rows), 0, _defaults(table)
    while batch := list(islice(rows, AT_ONCE)):
        plain = [[_plain(row.get(name, value), db.dialect) for name, value in usual.items()] for row in batch]
        _insert(db, table, list(usual), plain)
        count += len(batch)
    return count


def _defaults(table: sa.Table) -> dict[str, Any]:
    """Each column's name with what it holds when nobody says."""
    defaults: dict[str, Any] = {column.name: column.default for column in table.columns}
    return {name: default.arg if default is not None else None for name, default in defaults.items()}


def _plain(value: Any, dialect: str) -> Any:
    """A value as the driver takes it: what `chassis.columns` does for one, without its cost for millions."""
    if isinstance(value, datetime):
        return instant_text(value) if dialect == "sqlite" else value
    return orjson.dumps(value).decode() if isinstance(value, list | tuple) else value


def _insert(db: Database, table: sa.Table, names: list[str], rows: list[list[Any]]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    with db.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        if db.dialect == "sqlite":
            marks = ", ".join("?" * len(names))
            driver.executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', rows)  # noqa: S608
            return
        with driver.cursor().copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
