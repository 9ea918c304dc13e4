"""Rules of badges (2.1) by cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.visitor.badges import rules
from services.visitor.badges.rules import BadgeKind, BadgeState


@pytest.mark.parametrize(
    ("roles", "keeps", "sees"),
    [
        ({"guard@site:hq"}, True, True),
        ({"floor_manager@site:hq"}, True, True),
        ({"platform_admin"}, True, True),
        ({"guard@site:other"}, False, False),
        ({"centre_manager@site:hq"}, False, True),
        ({"auditor"}, False, True),
        ({"agent", "supervisor@dept:d", "hr"}, False, False),
    ],
)
def test_the_stock_is_kept_at_the_door(roles: set[str], keeps: bool, sees: bool) -> None:
    assert bool(rules.keeps_badges(roles, "hq")) is keeps
    assert bool(rules.sees_badges(roles, "hq")) is sees


@pytest.mark.parametrize("state", BadgeState)
def test_only_a_stored_badge_is_handed_out(state: BadgeState) -> None:
    assert bool(rules.badge_is_stored(state)) is (state is BadgeState.STORED)


@pytest.mark.parametrize("state", BadgeState)
def test_a_worn_badge_is_not_retired_under_its_wearer(state: BadgeState) -> None:
    assert bool(rules.badge_may_be_retired(state)) is (state in {BadgeState.STORED, BadgeState.LOST})


@pytest.mark.parametrize(("kind", "floor", "fits"), [
    (BadgeKind.FLOOR, True, True), (BadgeKind.LOUNGE, False, True),
    (BadgeKind.FLOOR, False, False), (BadgeKind.LOUNGE, True, False),
])  # fmt: skip
def test_a_badge_shows_where_its_wearer_may_be(kind: BadgeKind, floor: bool, fits: bool) -> None:
    assert bool(rules.badge_fits_areas(kind, floor)) is fits


@pytest.mark.parametrize(("first", "last", "sound"), [(1, 1, True), (1, 500, True), (1, 501, False), (2, 1, False)])
def test_a_range_runs_upwards(first: int, last: int, sound: bool) -> None:
    assert bool(rules.range_is_sound(first, last)) is sound


@pytest.mark.parametrize(("expected", "counted", "missing", "extra", "kept"), [
    (5, 5, 0, 0, True), (5, 4, 0, 0, False), (5, 4, 1, 0, True), (5, 6, 0, 1, True), (5, 5, 1, 1, True),
    (5, 4, 0, 1, False), (5, 5, 1, 0, False),
])  # fmt: skip
def test_a_difference_is_named(expected: int, counted: int, missing: int, extra: int, kept: bool) -> None:
    assert bool(rules.difference_is_named(expected, counted, missing, extra)) is kept


@pytest.mark.parametrize("state", [*BadgeState, None])
def test_what_a_count_may_name_and_what_is_moved_by_hand(state: BadgeState | None) -> None:
    assert bool(rules.missing_should_be_here(state)) is (state is BadgeState.STORED)
    assert bool(rules.extra_should_be_elsewhere(state)) is (state in (BadgeState.HANDED_OUT, BadgeState.LOST))
    if state is not None:
        assert bool(rules.badge_may_be_lost(state)) is (state is BadgeState.STORED)
        assert bool(rules.badge_was_lost(state)) is (state is BadgeState.LOST)
        assert rules.still_differs(state, missing=True) is (state is BadgeState.STORED)
        assert rules.still_differs(state, missing=False) is (state is not BadgeState.STORED)


@pytest.mark.parametrize(
    ("at", "zone", "begins", "ends"),
    [
        ("2026-11-24T15:59", "Asia/Shanghai", "2026-11-23T16:00", "2026-11-24T16:00"),
        ("2026-11-24T16:00", "Asia/Shanghai", "2026-11-24T16:00", "2026-11-25T16:00"),
        ("2026-03-29T12:00", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25T12:00", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"),
    ],
)
def test_a_day_is_the_site_s_own_also_when_clocks_change(at: str, zone: str, begins: str, ends: str) -> None:
    moment, begin, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, begins, ends))
    assert rules.day_of(moment, zone).astimezone(UTC) == begin
    assert rules.day_after(moment, zone).astimezone(UTC) == end
