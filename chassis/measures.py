"""Controls measure themselves: one function per control code, from a read transaction to a figure with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.db import Tx

LOOKS_BACK = timedelta(days=30)
"""How far back measures look."""


class Standing(StrEnum):
    """How a control stands."""

    KEPT = "kept"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class Measured:
    """One control, measured. `kept_count` of `total_count` cases keep it; texts in both languages."""

    standing: Standing
    zh: str
    en: str
    kept_count: int
    total_count: int
    evidence: str
    """Address of the page or list that shows the evidence."""
    since: datetime | None = None
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a measure looks at: one site, or every site when None; and from which instant on."""

    since: datetime
    site_id: str | None = None


MeasureFunction = Callable[[Tx, Scope], Measured]


@dataclass(frozen=True, slots=True)
class Measure:
    """A control code and the function that measures it."""

    control: str
    run: MeasureFunction


def measure(control: str) -> Callable[[MeasureFunction], Measure]:
    """Declare the function that measures `control` in this service."""
    return lambda run: Measure(control, run)
