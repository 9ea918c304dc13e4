"""When a site works: its own calendar first, then Monday to Friday, in its own zone. Pure: callers bring the days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Span(NamedTuple):
    """A stretch of time, its end not part of it."""

    begin: datetime
    end: datetime


def is_worked(day: date, set_days: Mapping[date, bool]) -> bool:
    """Whether a local day is worked: as the calendar says (holidays, 调休), else Monday to Friday."""
    return set_days.get(day, day.weekday() < 5)


def hours_of(day: date, zone: str, opens_at: time, closes_at: time) -> Span:
    """The office hours of a local day as instants."""
    here = ZoneInfo(zone)
    begin, end = (datetime.combine(day, at, here).astimezone(UTC) for at in (opens_at, closes_at))
    return Span(begin, end)


def day_of(day: date, zone: str) -> Span:
    """A local day from midnight to midnight: 23 or 25 hours long where clocks change."""
    here = ZoneInfo(zone)
    begin, end = (datetime.combine(on, time(), here).astimezone(UTC) for on in (day, day + timedelta(days=1)))
    return Span(begin, end)


def days_between(begin: datetime, end: datetime, zone: str) -> list[date]:
    """The local days that a stretch of time touches."""
    here = ZoneInfo(zone)
    first, last = begin.astimezone(here).date(), (end - timedelta(microseconds=1)).astimezone(here).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def lies_in_office_hours(
    stretch: Span, zone: str, opens_at: time, closes_at: time, set_days: Mapping[date, bool]
) -> bool:
    """Whether the whole stretch lies in the office hours of one worked day of the site."""
    day = stretch.begin.astimezone(ZoneInfo(zone)).date()
    hours = hours_of(day, zone, opens_at, closes_at)
    return is_worked(day, set_days) and hours.begin <= stretch.begin <= stretch.end <= hours.end
