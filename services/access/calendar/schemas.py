"""Shapes of calendar days."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.access.calendar.rules import Source


class DayKept(BaseModel):
    """A day worked or free against the usual week."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    working: StrictBool
    name: Annotated[str, Field(max_length=60, examples=["国庆节调休上班"])] = ""
    name_en: Annotated[str, Field(max_length=60, examples=["Shifted working day"])] = ""


class CalendarDay(BaseModel):
    """A day of a site's calendar. `source` is `company` where the company decided."""

    day: date
    working: bool
    name: str
    name_en: str
    source: Source


class Calendar(BaseModel):
    """A site's days of one year against the usual week.

    `swaps_known` is false while the year's swapped working days (调休) are unpublished: what stands then is the law's
    holidays alone, and the company's own days.
    """

    year: int
    swaps_known: bool
    items: list[CalendarDay]
    can: list[str]
