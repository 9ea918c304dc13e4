"""How a service declares its tables: SQLModel classes on a metadata of the service's own, used as Core tables."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import SQLModel

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
