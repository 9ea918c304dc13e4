"""What is sent as a time is read as written: a number is none, and neither is a clock with a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.moments import Day, Moment, TimeOfDay


@pytest.mark.parametrize(
    ("kind", "sent", "read"),
    [
        (Moment, "2026-11-24T09:00:00+08:00", datetime(2026, 11, 24, 1, tzinfo=UTC)),
        (Moment, "2026-11-24T01:00Z", datetime(2026, 11, 24, 1, tzinfo=UTC)),
        (Moment, datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC)),
        (Day, "2026-11-24", date(2026, 11, 24)),
        (Day, date(2026, 11, 24), date(2026, 11, 24)),
        (TimeOfDay, "09:00", time(9)),
        (TimeOfDay, "23:59:59", time(23, 59, 59)),
        (TimeOfDay, time(9), time(9)),
    ],
)
def test_read(kind: Any, sent: Any, read: Any) -> None:
    assert TypeAdapter(kind).validate_python(sent) == read


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (Moment, 0),
        (Moment, "0"),
        (Moment, "1764000000"),
        (Moment, "2026-11-24"),
        (Moment, "2026-11-24T09:00:00"),
        (Moment, "1999-12-31T23:59:59Z"),
        (Moment, "9999-12-31T23:59:59-12:00"),
        (Moment, None),
        (Day, 0),
        (Day, "0"),
        (Day, "2026-02-30"),
        (Day, "2026-11-24T00:00:00"),
        (Day, datetime(2026, 11, 24, tzinfo=UTC)),
        (TimeOfDay, 0),
        (TimeOfDay, "24:00"),
        (TimeOfDay, "9:00"),
        (TimeOfDay, "09:00Z"),
        (TimeOfDay, "09:00+08:00"),
    ],
)
def test_refused(kind: Any, sent: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(sent)


def test_the_document_names_a_clock_without_a_zone() -> None:
    assert TypeAdapter(TimeOfDay).json_schema()["format"] == "time-local"
    assert TypeAdapter(Day).json_schema()["format"] == "date"
    assert TypeAdapter(Moment).json_schema()["format"] == "date-time"
