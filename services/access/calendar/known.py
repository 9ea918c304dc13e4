"""What the `holidays` library knows of a country: its holidays, and the swapped days where they are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version

SWAPPING = frozenset({"CN"})
"""Countries that swap working days around their holidays, each year anew (调休)."""


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A day that is free, or worked although it is a weekend."""

    working: bool
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year's days against the usual week. `swaps_known` is false while the year's swapped days are unpublished."""

    days: Mapping[date, KnownDay]
    swaps_known: bool


def edition() -> str:
    """Which edition of the library speaks: a newer one may know more."""
    return f"holidays {version('holidays')}"


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Codes of the countries whose holidays are known (ISO 3166)."""
    import holidays  # a third of a second: only where a calendar is made

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=32)
def year_of(country: str, year: int) -> KnownYear:
    """What is known of a country's year; nothing at all for no country."""
    if not country:
        return KnownYear({}, True)
    import holidays

    english = holidays.country_holidays(country, years=year, language="en_US")
    chinese = holidays.country_holidays(country, years=year, language="zh_CN")
    days = {day: KnownDay(False, chinese.get(day, name), name) for day, name in english.items() if day.year == year}
    swapped = sorted(day for day in english.weekend_workdays if day.year == year)
    days |= {day: KnownDay(True, "调休上班", "Shifted working day") for day in swapped}
    return KnownYear(days, country not in SWAPPING or bool(swapped))
