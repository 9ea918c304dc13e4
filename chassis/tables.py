"""How a service declares its tables: SQLModel classes on a metadata of the service's own, used as Core tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from chassis.prepared import Prepared, prepared

if TYPE_CHECKING:
    from chassis.db import Tx

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> sa.MetaData:
    """A metadata whose constraints have names, so that migrations can change them on both engines."""
    return sa.MetaData(naming_convention=NAMES)


def table_of(model: type[SQLModel]) -> sa.Table:
    """The Core table that a SQLModel class with `table=True` declares; statements are written on it."""
    table = model.__dict__["__table__"]
    assert isinstance(table, sa.Table)
    return table


def insert_unless_taken(tx: Tx, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row; False, and nothing done, when a unique index of the table holds its place already.

    Of two racers the second waits for the first to commit and then gets False: its transaction stays usable, which
    after an `IntegrityError` it would not be on PostgreSQL.
    """
    return tx.row(_unless_taken(table, tx.connection.dialect.name), values) is not None


@cache
def _unless_taken(table: sa.Table, dialect: str) -> Prepared:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return prepared(insert.on_conflict_do_nothing().returning(*table.primary_key.columns))
