"""Instants, days and times of day that callers send: read as written, within what this product can mean by them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
DAY_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"


def _written(value: Any) -> Any:
    """Refuse a number, which would be read as seconds since 1970."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and DAY_FIRST.match(value)):
        raise PydanticCustomError("datetime_parsing", "not a date and time")
    return value


def _day(value: Any) -> Any:
    """Refuse a number, which would be read as seconds since 1970, and an instant, which is no day of its own."""
    if type(value) is not date and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise PydanticCustomError("date_parsing", "not a date")
    return value


def _clock(value: Any) -> Any:
    """Refuse a number, which would be read as seconds since midnight, and a zone, which the site has."""
    if not isinstance(value, time) and not (isinstance(value, str) and re.fullmatch(CLOCK, value)):
        raise PydanticCustomError("time_parsing", "not a time of day")
    return value


Moment = Annotated[
    AwareDatetime,
    Field(ge=EARLIEST, le=LATEST, examples=["2026-11-24T09:00:00+08:00"]),
    BeforeValidator(_written),
]
"""An instant with its zone. At the edges of the calendar a time cannot be turned into UTC: those are refused (422)."""
Day = Annotated[date, BeforeValidator(_day)]
"""A day of the calendar."""
TimeOfDay = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "format": "time-local", "pattern": f"^{CLOCK}$", "examples": ["09:00"]}),
]
"""A time on the clock of a site or of a person."""
