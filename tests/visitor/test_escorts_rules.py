"""Rules of escorts (2.4) by cases, and the arithmetic of designations against a minute-by-minute reckoning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitor.escorts import rules
from services.visitor.escorts.rules import Designation, EscortKind, LostBecause

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
GUESTS, WORK = EscortKind.GUESTS, EscortKind.WORK
SITE_MANAGER = {"centre_manager@site:hq"}


def designation(*areas: str, kind: EscortKind = WORK, begin: int = -1, end: int = 1, most: int = 3) -> Designation:
    """One that begins and ends so many hours from noon."""
    return Designation(kind, frozenset(areas or ("floor",)), NOON + begin * HOUR, NOON + end * HOUR, most)


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (SITE_MANAGER, True),
        ({"centre_manager"}, True),
        ({"centre_manager@site:other"}, False),
        ({"duty_manager", "supervisor@dept:d", "leader", "guard@site:hq", "platform_admin"}, False),
        (set(), False),
    ],
)
def test_the_centre_manager_of_the_site_alone_designates(roles: set[str], may: bool) -> None:
    assert bool(rules.designates_escorts(roles, "hq")) is may


@pytest.mark.parametrize("rule", [rules.guests_need_a_manager, rules.escort_of_guests_is_a_manager])
@pytest.mark.parametrize(("kind", "management", "may"), [
    (GUESTS, True, True), (GUESTS, False, False), (WORK, True, True), (WORK, False, True),
])  # fmt: skip
def test_guests_are_for_management_posts_only(rule: object, kind: EscortKind, management: bool, may: bool) -> None:
    assert callable(rule)
    assert bool(rule(kind, management)) is may


@pytest.mark.parametrize(
    ("begin", "end", "sound"),
    [
        (-HOUR, HOUR, True),
        (HOUR, 2 * HOUR, True),
        (timedelta(), timedelta(), False),
        (HOUR, -HOUR, False),
        (-2 * HOUR, -HOUR, False),
        (-2 * HOUR, timedelta(), False),
        (timedelta(), timedelta(days=366), True),
        (timedelta(), timedelta(days=366, seconds=1), False),
    ],
)
def test_a_designation_runs_forward_within_a_year(begin: timedelta, end: timedelta, sound: bool) -> None:
    assert bool(rules.designation_runs_forward(NOON + begin, NOON + end, NOON, timedelta(days=366))) is sound


@pytest.mark.parametrize(
    ("designations", "kind", "areas", "designated"),
    [
        ([], WORK, ["floor"], False),
        ([], WORK, [], False),
        ([designation()], WORK, ["floor"], True),
        ([designation()], WORK, [], True),
        ([designation()], GUESTS, ["floor"], False),
        ([designation(kind=GUESTS)], WORK, ["floor"], False),
        ([designation()], WORK, ["server"], False),
        ([designation()], WORK, ["floor", "server"], False),
        ([designation(), designation("server")], WORK, ["floor", "server"], True),
        ([designation(), designation("server", kind=GUESTS)], WORK, ["floor", "server"], False),
        ([designation(begin=1, end=2)], WORK, ["floor"], False),
        ([designation(begin=-2, end=-1)], WORK, ["floor"], False),
        ([designation(begin=0, end=1)], WORK, ["floor"], True),
        ([designation(begin=-1, end=0)], WORK, ["floor"], False),
    ],
)
def test_an_escort_is_designated_for_kind_areas_and_moment(
    designations: list[Designation], kind: EscortKind, areas: list[str], designated: bool
) -> None:
    assert bool(rules.escort_is_designated(designations, kind, areas, NOON)) is designated


def test_room_ends_where_the_designation_says() -> None:
    assert rules.escort_has_room(2, 3)
    assert not rules.escort_has_room(3, 3)
    assert not rules.escort_has_room(0, 0)


@pytest.mark.parametrize(
    ("designations", "areas", "room"),
    [
        ([], ["floor"], 0),
        ([designation(most=2)], ["floor"], 2),
        ([designation(most=2)], [], 2),
        ([designation(most=2), designation(most=5)], ["floor"], 5),
        ([designation(most=2), designation("server", most=5)], ["floor", "server"], 2),
        ([designation(most=2), designation(most=5, begin=1, end=2)], ["floor"], 2),
        ([designation(most=2), designation(most=5, kind=GUESTS)], ["floor"], 2),
    ],
)
def test_room_is_the_best_per_area_and_the_least_over_areas(
    designations: list[Designation], areas: list[str], room: int
) -> None:
    assert rules.room_of(designations, WORK, areas, NOON) == room


def test_handing_over_takes_the_holder_and_the_one_asked() -> None:
    assert rules.holder_hands_over("anna", "anna")
    assert not rules.holder_hands_over("anna", "ben")
    assert rules.handed_to_another("anna", "ben")
    assert not rules.handed_to_another("anna", "anna")
    assert rules.offered_person_answers("ben", "ben")
    assert not rules.offered_person_answers("ben", "anna")
    assert not rules.offered_person_answers(None, "ben")


@pytest.mark.parametrize("lost", [None, *LostBecause])
def test_nobody_takes_over_without_consent_while_the_escort_may_escort(lost: LostBecause | None) -> None:
    assert bool(rules.visitor_lost_the_escort(lost)) is (lost is not None)


def test_no_refusal_of_an_escort_tells_a_visitor_the_rule() -> None:
    check = rules.escort_is_designated([], WORK, ["floor"], NOON).say(name="李娜", who="赵经理", who_en="Zhao")
    assert check.text("zh") == "李娜不是这次来访的指定陪同人员。现在可以陪同的有：赵经理"
    assert check.text("en") == "李娜 is not a designated escort for this visit. Available now: Zhao"
    for language in ("zh", "en"):
        public = check.text(language, public=True)
        assert "2.4" not in public
        assert "李娜" not in public
        assert "…" not in public


hours = st.integers(-6, 6)
designated = st.lists(
    st.builds(
        lambda areas, begin, length, kind: designation(*areas, kind=kind, begin=begin, end=begin + length),
        st.sets(st.sampled_from(["floor", "server"]), min_size=1),
        hours,
        st.integers(1, 6),
        st.sampled_from(EscortKind),
    ),
    max_size=6,
)
needed = st.sets(st.sampled_from(["floor", "server"]), min_size=1)


@given(designated, needed, hours, st.integers(0, 8))
def test_designated_throughout_is_designated_at_every_moment(
    designations: list[Designation], areas: set[str], begin: int, length: int
) -> None:
    start, end = NOON + begin * HOUR, NOON + (begin + length) * HOUR
    moments = [start + n * HOUR / 2 for n in range(max(1, 2 * length))]
    expected = all(rules.escort_is_designated(designations, WORK, areas, at) for at in moments)
    assert rules.designated_throughout(designations, WORK, areas, start, end) is expected


@given(designated, needed, hours)
def test_designated_until_is_the_first_moment_that_is_not_covered(
    designations: list[Designation], areas: set[str], begin: int
) -> None:
    since = NOON + begin * HOUR
    end = rules.designated_until(designations, WORK, areas, since)
    assert not rules.escort_is_designated(designations, WORK, areas, end)
    half_hours = int((end - since) / (HOUR / 2))
    for n in range(half_hours):
        assert rules.escort_is_designated(designations, WORK, areas, since + n * HOUR / 2)
