"""Who may be on duty, and which hours nobody covers: case by case, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis.office_hours import Span
from services.access.roster import rules
from services.access.roster.rules import Cover, DutyKind

DAY = datetime(2026, 11, 25, tzinfo=UTC)


def span(begin: float, end: float) -> Span:
    """Hours of the day."""
    return Span(DAY + timedelta(hours=begin), DAY + timedelta(hours=end))


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(0, 24)]),
        ([(0, 24)], []),
        ([(9, 18)], [(0, 9), (18, 24)]),
        ([(-3, 2), (23, 30)], [(2, 23)]),
        ([(0, 12), (12, 24)], []),
        ([(2, 4), (3, 6)], [(0, 2), (6, 24)]),
        ([(24, 30), (-6, 0)], [(0, 24)]),
    ],
)
def test_what_is_left_of_a_day(taken: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert rules.without([span(0, 24)], [span(*one) for one in taken]) == [span(*one) for one in left]


def test_gaps_that_meet_are_one() -> None:
    assert rules.joined([span(24, 33), span(18, 24), span(2, 3)]) == [span(2, 3), span(18, 33)]


@pytest.mark.parametrize(
    ("cover", "worked", "off"),
    [
        (Cover.OUTSIDE, [(0, 9), (18, 24)], [(0, 24)]),
        (Cover.OFFICE, [(9, 18)], []),
        (Cover.ALWAYS, [(0, 24)], [(0, 24)]),
        (Cover.NEVER, [], []),
    ],
)
def test_the_hours_that_must_be_covered(
    cover: Cover, worked: list[tuple[int, int]], off: list[tuple[int, int]]
) -> None:
    day, office = span(0, 24), span(9, 18)
    assert rules.hours_needed(cover, day, office) == [span(*one) for one in worked]
    assert rules.hours_needed(cover, day, None) == [span(*one) for one in off]


@pytest.mark.parametrize(
    ("kind", "roles", "management", "may"),
    [
        (DutyKind.DUTY_MANAGER, {"agent"}, False, False),
        (DutyKind.DUTY_MANAGER, {"agent"}, True, True),
        (DutyKind.DUTY_MANAGER, {"supervisor@dept:d"}, False, True),
        (DutyKind.GUARD, {"guard@site:s"}, False, True),
        (DutyKind.GUARD, {"guard@site:other"}, True, False),
        (DutyKind.MAINTENANCE, {"maintenance"}, False, True),
        (DutyKind.FLOOR_MANAGER, set(), True, False),
    ],
)
def test_who_may_do_which_duty(kind: DutyKind, roles: set[str], management: bool, may: bool) -> None:
    assert bool(rules.person_may_do_the_duty(kind, roles, "s", management)) is may


@pytest.mark.parametrize(("hours", "holds"), [(0, False), (-1, False), (24, True), (26, True), (26.1, False)])
def test_a_stretch_is_a_day_and_its_handovers_at_most(hours: float, holds: bool) -> None:
    assert bool(rules.stretch_is_sound(DAY, DAY + timedelta(hours=hours))) is holds


@pytest.mark.parametrize(
    ("begin", "end", "holds"), [(-48, -24, False), (-24, 24, True), (24, 24, False), (0, 24 * 367, False)]
)
def test_leave_is_neither_over_nor_endless(begin: int, end: int, holds: bool) -> None:
    first, last = DAY + timedelta(hours=begin), DAY + timedelta(hours=end)
    assert bool(rules.leave_is_sound(first, last, DAY)) is holds


@pytest.mark.parametrize(
    ("roles", "writes", "records"),
    [
        ({"centre_manager@site:s"}, True, True),
        ({"centre_manager@site:other"}, False, False),
        ({"platform_admin"}, True, True),
        ({"hr"}, False, True),
        ({"guard@site:s", "agent"}, False, False),
    ],
)
def test_who_writes_the_roster_and_who_records_leave(roles: set[str], writes: bool, records: bool) -> None:
    assert (bool(rules.writes_roster(roles, "s")), bool(rules.records_leave(roles, "s"))) == (writes, records)
