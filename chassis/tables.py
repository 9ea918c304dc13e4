"""How a service declares its tables: SQLModel classes on a metadata of the service's own, used as Core tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel
from sqlmodel.main import SQLModelMetaclass

from chassis.prepared import Prepared, prepared

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    from chassis.db import Tx

Select = TypeVar("Select", bound=sa.Select[Any])
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


class _Declares(SQLModelMetaclass):
    """Makes of a class with `table=True` its Core table, and no mapper of an ORM, longer to make than all the rest."""

    def __init__(self: Any, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> None:
        type.__init__(self, name, bases, namespace)
        if options.get("table"):
            columns = [_named(self.__dict__[field], field) for field in self.model_fields]
            self.__table__ = sa.Table(self.__tablename__, self.metadata, *columns, *namespace.get("__table_args__", ()))


def _named(column: sa.Column[Any], name: str) -> sa.Column[Any]:
    column.name = column.key = name
    return column


class Declared(SQLModel, metaclass=_Declares):
    """What the base of each service's tables derives from."""

    model_config = {"defer_build": True}


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


def read_by(index: str, table: sa.Table, statement: Select) -> Select:
    """`statement`, which reads `table` by this index and no other on SQLite: of two that would serve it takes whichever
    was made last, since it knows no sizes. PostgreSQL counts what a partial index holds, and needs no word.
    """
    return statement.with_hint(table, f"INDEXED BY {index}", "sqlite")


@cache
def _unless_taken(table: sa.Table, dialect: str) -> Prepared:
    return prepared(dialect_insert(table, dialect).on_conflict_do_nothing().returning(*table.primary_key.columns))


def dialect_insert(table: sa.Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, which SQLAlchemy writes for each engine apart."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
