"""Rules of visits, arrivals and entries, case by case, in milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.visitor.arrivals import rules as arrivals
from services.visitor.entries import rules as entries
from services.visitor.limits import Limits
from services.visitor.visits import rules as visits
from services.visitor.visits.rules import Act, Decision, Reason, State, StepSeen

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("listed", "privileged", "office_hours", "reasons"),
    [
        (False, False, True, [Reason.HOST]),
        (False, False, False, [Reason.HOST, Reason.AFTER_HOURS]),
        (True, False, True, [Reason.HOST, Reason.FLOOR]),
        (True, False, False, [Reason.HOST, Reason.FLOOR, Reason.AFTER_HOURS]),
        (True, True, True, [Reason.HOST, Reason.FLOOR, Reason.PRIVILEGED]),
        (True, True, False, [Reason.HOST, Reason.FLOOR, Reason.AFTER_HOURS, Reason.PRIVILEGED]),
    ],
)
def test_the_areas_decide_the_steps(listed: bool, privileged: bool, office_hours: bool, reasons: list[Reason]) -> None:
    assert visits.reasons_for(listed=listed, privileged=privileged, office_hours=office_hours) == reasons


@pytest.mark.parametrize(
    ("begin", "end", "holds"),
    [(0, 1, True), (1, 1, False), (2, 1, False), (-3, -1, False), (-1, 1, True), (0, 24, True), (0, 25, False)],
)
def test_window_is_sound(begin: int, end: int, holds: bool) -> None:
    assert bool(visits.window_is_sound(NOW + begin * HOUR, NOW + end * HOUR, NOW, timedelta(hours=24))) is holds


def test_areas_belong_to_site() -> None:
    assert visits.areas_belong_to_site(["a"], {"a", "b"})
    assert not visits.areas_belong_to_site(["a", "c"], {"a", "b"})
    assert not visits.areas_belong_to_site([], {"a"})


def test_host_works_here_and_purpose_is_stated() -> None:
    assert visits.host_works_here(True)
    assert not visits.host_works_here(False)
    assert visits.purpose_is_stated("检修")
    assert not visits.purpose_is_stated("  x ")


def test_escort_is_named_for_the_floor_alone() -> None:
    assert visits.escort_is_named({"lounge"}, None)
    assert not visits.escort_is_named({"lounge", "call_floor"}, None)
    assert visits.escort_is_named({"call_floor"}, "s")


@pytest.mark.parametrize("act", list(Act))
def test_act_fits_state_as_the_table_says(act: Act) -> None:
    for state in State:
        assert bool(visits.act_fits_state(act, state)) is (state in visits.ALLOWED_FROM[act])


def test_decider_is_entitled() -> None:
    assert visits.decider_is_entitled(["m"], "m")
    assert not visits.decider_is_entitled(["m"], "x")


@pytest.mark.parametrize("reason", list(Reason))
def test_floor_is_not_decided_by_its_requester(reason: Reason) -> None:
    """Beyond the host's own step neither host nor requester decides."""
    for person in ("host", "requester"):
        check = visits.floor_is_not_decided_by_its_requester(reason, "requester", "host", person)
        assert bool(check) is (reason is Reason.HOST)
    assert visits.floor_is_not_decided_by_its_requester(reason, "requester", "host", "manager")


def test_decides_once() -> None:
    steps = [StepSeen(Reason.HOST, Decision.APPROVE, "a"), StepSeen(Reason.FLOOR, None, None)]
    assert not visits.decides_once(steps, "a")
    assert visits.decides_once(steps, "b")


@pytest.mark.parametrize("decision", list(Decision))
def test_refusal_has_its_reason(decision: Decision) -> None:
    assert bool(visits.refusal_has_its_reason(decision, "")) is (decision is Decision.APPROVE)
    assert visits.refusal_has_its_reason(decision, "时间冲突")


def test_step_is_needed_when_the_visit_has_it() -> None:
    steps = [StepSeen(Reason.HOST, None, None)]
    assert visits.step_is_needed(None, steps)
    assert visits.step_is_needed(Reason.HOST, steps)
    assert not visits.step_is_needed(Reason.FLOOR, steps)


def test_word_is_recorded_by_another() -> None:
    assert visits.word_is_recorded_by_another("host", "guard")
    assert not visits.word_is_recorded_by_another("guard", "guard")


def test_changer_is_party() -> None:
    assert visits.changer_is_party("r", "h", "r", (), "s1")
    assert visits.changer_is_party("r", "h", "h", (), "s1")
    assert visits.changer_is_party("r", "h", "x", ["centre_manager@site:s1"], "s1")
    assert not visits.changer_is_party("r", "h", "x", ["centre_manager@site:s2"], "s1")


def test_guard_manages_outsiders_at_his_site() -> None:
    assert visits.guard_manages_outsiders(["guard@site:s1"], "s1")
    assert not visits.guard_manages_outsiders(["guard@site:s2", "floor_manager@site:s1"], "s1")


def test_notices_are_accepted_in_their_present_version() -> None:
    limits = Limits(privacy_version="2", rules_version="3")
    assert arrivals.notices_are_accepted("2", "3", limits)
    assert not arrivals.notices_are_accepted("1", "3", limits)
    assert not arrivals.notices_are_accepted("2", None, limits)


def test_id_matches_and_id_is_valid() -> None:
    assert arrivals.id_matches(True, True)
    assert not arrivals.id_matches(True, False)
    assert not arrivals.id_matches(False, True)
    assert arrivals.id_is_valid(False)
    assert not arrivals.id_is_valid(True)


def test_codes_are_not_guessed() -> None:
    assert arrivals.codes_are_not_guessed(4, Limits())
    assert not arrivals.codes_are_not_guessed(5, Limits())
    since = NOW - timedelta(minutes=9)
    assert arrivals.codes_are_not_guessed(5, Limits(most_wrong_codes=6))
    assert arrivals.wrong_codes_now(since, 5, NOW, Limits()) == 5
    assert arrivals.wrong_codes_now(since - timedelta(minutes=2), 5, NOW, Limits()) == 0


def test_host_is_found_and_badge_is_in_use() -> None:
    assert [bool(arrivals.host_is_found(n)) for n in (0, 1, 2)] == [False, True, False]
    assert arrivals.badge_is_in_use(True)
    assert not arrivals.badge_is_in_use(False)


@pytest.mark.parametrize(
    ("minutes", "told", "rung"), [(0, 0, 1), (1, 1, 1), (2, 1, 2), (5, 1, 3), (5, 3, 3), (0, 3, 3)]
)
def test_the_ladder_of_a_walk_in(minutes: int, told: int, rung: int) -> None:
    assert arrivals.next_told(timedelta(minutes=minutes), told, Limits()) == rung


def test_the_ladder_climbs_as_the_site_says() -> None:
    slow = Limits(tell_deputy_after=timedelta(minutes=10), tell_duty_manager_after=timedelta(minutes=20))
    assert [arrivals.next_told(timedelta(minutes=m), 1, slow) for m in (5, 10, 20)] == [1, 2, 3]
    assert arrivals.ladder_climbs(slow)
    assert not arrivals.ladder_climbs(Limits(tell_duty_manager_after=timedelta(minutes=2)))


def test_permission_is_complete() -> None:
    yes, no = StepSeen(Reason.HOST, Decision.APPROVE, "a"), StepSeen(Reason.FLOOR, None, None)
    assert entries.permission_is_complete([yes])
    assert not entries.permission_is_complete([yes, no])
    assert not entries.permission_is_complete([])


@pytest.mark.parametrize(("minutes", "holds"), [(-31, False), (-30, True), (0, True), (120, True), (121, False)])
def test_window_is_open_from_30_before_to_60_after(minutes: int, holds: bool) -> None:
    moment = NOW + timedelta(minutes=minutes)
    assert bool(entries.window_is_open(NOW, NOW + HOUR, moment, Limits())) is holds


def test_id_is_checked_and_area_is_covered() -> None:
    assert entries.id_is_checked(True)
    assert not entries.id_is_checked(False)
    assert entries.area_is_covered(["floor"], "floor")
    assert not entries.area_is_covered(["lounge"], "floor")


@pytest.mark.parametrize(("seconds", "holds"), [(0, True), (60, True), (61, False), (-1, False)])
def test_badges_came_together(seconds: int, holds: bool) -> None:
    check = entries.badges_came_together(NOW, NOW + timedelta(seconds=seconds), Limits().two_badges_within)
    assert bool(check) is holds


def test_people_are_verified_by_a_fresh_copy() -> None:
    assert entries.people_are_verified(timedelta(seconds=60), Limits().oldest_copy)
    assert not entries.people_are_verified(timedelta(seconds=61), Limits().oldest_copy)
    assert not entries.people_are_verified(None, Limits().oldest_copy)
    assert entries.people_are_verified(timedelta(seconds=-5), Limits().oldest_copy)
    assert not entries.people_are_verified(timedelta(hours=-1), Limits().oldest_copy), "a clock was set back"


def test_deciders_are_still_entitled() -> None:
    assert entries.deciders_are_still_entitled([])
    assert not entries.deciders_are_still_entitled(["赵经理"])


def test_badge_and_belongings_are_back_or_somebody_says_why() -> None:
    assert entries.badge_and_belongings_are_back(0)
    assert not entries.badge_and_belongings_are_back(1)
    assert entries.override_has_its_reason("遗失")
    assert not entries.override_has_its_reason(" ")


def test_confirms_exits() -> None:
    assert entries.confirms_exits(["duty_manager"], "s1")
    assert not entries.confirms_exits(["agent"], "s1")
