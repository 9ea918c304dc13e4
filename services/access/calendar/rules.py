"""What a calendar may say, and who sets it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from chassis.rules import Kind, rule

YEARS_AHEAD = 2


class Source(StrEnum):
    """Who says so: the public calendar, or the company, whose word stands."""

    PUBLIC = "public"
    COMPANY = "company"


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/country",
    zh="没有这个国家或地区的公共假日：{country}",
    en="No public holidays are known for {country}",
)
def country_has_a_calendar(country: str, known: Collection[str]) -> bool:
    """A site follows the public holidays of a country that the product knows, or of none."""
    return not country or country in known


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/day",
    zh="请选择今年到后年的日期",
    en="Choose a day from this year to the year after next",
)
def day_is_near(day: date, today: date) -> bool:
    """Days long past are history, and those far ahead nobody has decided."""
    return today.year <= day.year <= today.year + YEARS_AHEAD
