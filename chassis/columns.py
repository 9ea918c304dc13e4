"""Column types that read the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, DateTime, Dialect, String
from sqlalchemy.engine.processors import str_to_datetime
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """A UTC instant: `timestamptz` on PostgreSQL, ISO 8601 text of fixed width on SQLite, so that both sort alike."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        moment: datetime | None = value
        return None if moment is None else moment.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # SQLAlchemy's own reading of ISO 8601, in C: lists hold hundreds of instants.
        return super().result_processor(dialect, coltype) if dialect.name == "postgresql" else str_to_datetime


class Ids(TypeDecorator[tuple[str, ...]]):
    """A short list of codes or ids in one column, kept as JSON and read as a tuple."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[str] | None:
        return None if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], tuple[str, ...] | None] | None:
        return super().result_processor(dialect, coltype) if dialect.name == "postgresql" else _ids


def _ids(text: str | None) -> tuple[str, ...] | None:
    found = None if text is None else from_json(text)
    return None if found is None else tuple(found)


def plain_text(length: int) -> TypeEngine[str]:
    """A text compared letter by letter on both engines, whatever the database's language.

    What is found by its beginning, or paged through, needs it: the usual collations skip signs they do not know.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def instant_text(value: datetime) -> str:
    """`value` as ISO 8601 in UTC with microseconds and Z: 27 characters, sortable as text. Refuses a naive value."""
    if value.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def to_json(value: Any) -> str:
    """JSON text for columns."""
    return orjson.dumps(value).decode()


from_json = orjson.loads
