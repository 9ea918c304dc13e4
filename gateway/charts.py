"""Geometry of the charts that pages draw as SVG: figures in, coordinates out. The marks are in `macros/chart.html`.

All lengths are in units of the SVG's own view box; nothing here knows a colour or a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, log10


@dataclass(frozen=True, slots=True)
class Mark:
    """One datum drawn: its label and value, and the rectangle (or point, for a trend) that shows it."""

    label: str
    value: float
    x: float
    y: float
    width: float = 0
    height: float = 0
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The value axis: its top, and the (value, y) pairs of its lines from zero up."""

    top: float
    lines: tuple[tuple[float, float], ...]


def axis(highest: float, height: float) -> Axis:
    """A scale from zero to a round number at or above `highest`, in two to five steps."""
    step = _round_step(max(highest, 1) / 4)
    count = max(ceil(highest / step), 1)
    top = step * count
    return Axis(top, tuple((step * n, round(height - height * n / count, 1)) for n in range(count + 1)))


def columns(points: Sequence[tuple[str, float]], width: float, height: float) -> list[Mark]:
    """One upright bar a point, evenly spaced, a third of the room left free."""
    top = axis(max((value for _, value in points), default=0), height).top
    slot = width / max(len(points), 1)
    marks = []
    for n, (label, value) in enumerate(points):
        tall = _r(height * value / top)
        marks.append(Mark(label, value, _r(slot * n + slot / 6), _r(height - tall), _r(slot * 2 / 3), tall))
    return marks


def trend(points: Sequence[tuple[str, float]], width: float, height: float, highest: float) -> list[Mark]:
    """The points of a line from the left edge to the right, on the scale that `highest` asks for."""
    top = axis(highest, height).top
    gap = width / max(len(points) - 1, 1)
    return [
        Mark(label, value, _r(gap * n), _r(height - height * value / top)) for n, (label, value) in enumerate(points)
    ]


def polyline(marks: Sequence[Mark]) -> str:
    """The `points` of an SVG polyline through the marks."""
    return " ".join(f"{mark.x},{mark.y}" for mark in marks)


def calendar(days: Mapping[str, int], last: str, weeks: int, cell: float = 16) -> list[Mark]:
    """A heat map: one square a day, a column a week, Monday on top, ending with the week of `last`.

    `days` maps ISO dates to counts; a day that is missing counts 0, days after `last` are left out. The tone of a mark
    is its level, "0" to "4", by quarters of the highest count.
    """
    end = date.fromisoformat(last)
    start = end - timedelta(days=end.weekday(), weeks=weeks - 1)
    highest = max(days.values(), default=0)
    marks = []
    for n in range((end - start).days + 1):
        on = (start + timedelta(days=n)).isoformat()
        count = days.get(on, 0)
        level = ceil(4 * count / highest) if highest else 0
        marks.append(Mark(on, count, n // 7 * (cell + 3), n % 7 * (cell + 3), cell, cell, str(level)))
    return marks


def by_week(marks: Sequence[Mark]) -> list[tuple[str, int, int]]:
    """What a heat map says, a row a week: its Monday, the sum of the counts, the number of days that have any."""
    weeks = [marks[n : n + 7] for n in range(0, len(marks), 7)]
    return [(week[0].label, int(sum(m.value for m in week)), sum(1 for m in week if m.value)) for week in weeks]


def spans(
    parts: Sequence[tuple[datetime, datetime, str, str]], begin: datetime, end: datetime, width: float
) -> list[Mark]:
    """A line of time from `begin` to `end`: each part is (from, to, label, tone), cut to what is shown.

    The value of a mark is its length in seconds.
    """
    whole = (end - begin).total_seconds()
    marks = []
    for since, until, label, tone in parts:
        left, right = max(since, begin), min(until, end)
        if left < right:
            x, length = (left - begin).total_seconds(), (right - left).total_seconds()
            marks.append(Mark(label, length, _r(width * x / whole), 0, _r(width * length / whole), 0, tone))
    return marks


def _round_step(rough: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, … that is at least `rough`, never below 1."""
    power = 10.0 ** max(int(log10(rough)) if rough >= 1 else 0, 0)
    return next((power * n for n in (1, 2, 5, 10) if power * n >= rough), power * 10)


def _r(value: float) -> float:
    return round(value, 1)
