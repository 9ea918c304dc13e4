"""Legal holds: who places one, what it keeps from erasures and the retention run, and how it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chassis import clock
from services.visitor.erasures import actions
from services.visitor.holds import rules
from services.visitor.holds.rules import HoldState
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import actor_of
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, WHY, everything, left
from tests.visitor.test_retention import after, kept_of, with_a_photo

pytestmark = pytest.mark.anyio
BASIS = "（2026）沪 01 民初 123 号"
TODAY = date(2026, 11, 25)


async def hold(floor: Floor, visit_id: str, by: str = "admin", days: int = 30, **changes: Any) -> Said:
    review_on = (clock.now() + timedelta(days=days)).date().isoformat()
    asked = {"because": "dispute", "basis": BASIS, "review_on": review_on}
    return await floor.as_(by).post(f"/visits/{visit_id}:hold", {**asked, **changes})


@pytest.mark.parametrize(
    ("roles", "places", "sees"),
    [
        ({"security_admin"}, True, True),
        ({"auditor"}, False, True),
        ({"platform_admin", "leader", "guard"}, False, False),
    ],
)
def test_who_may(roles: Collection[str], places: bool, sees: bool) -> None:
    assert (bool(rules.holds_by_right(roles)), bool(rules.sees_holds(roles))) == (places, sees)


@pytest.mark.parametrize(("days", "may"), [(0, False), (1, True), (366, True), (367, False)])
def test_the_review_is_ahead_and_within_a_year(days: int, may: bool) -> None:
    assert bool(rules.review_is_ahead(TODAY + timedelta(days=days), TODAY)) is may


def test_a_late_review_ends_no_hold() -> None:
    tomorrow = TODAY + timedelta(days=1)
    for review_on, lifted, state in (
        (tomorrow, False, HoldState.IN_FORCE),
        (TODAY, False, HoldState.REVIEW_DUE),
        (TODAY, True, HoldState.LIFTED),
    ):
        assert rules.state_of(review_on, TODAY, lifted=lifted) is state


def test_each_reason_has_words() -> None:
    assert set(rules.WORDS) == set(rules.Because)


async def test_an_erasure_is_refused_and_says_why_over_every_visit_of_the_same_person(floor: Floor) -> None:
    first, again = await left(floor), await left(floor)
    placed = await hold(floor, first)
    assert (placed.status, placed.body["state"], placed.body["can"]) == (201, "in_force", ["review", "lift"])
    for visit_id in (first, again):
        refused = await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)
        assert (refused.status, refused.rules) == (409, ["nothing_is_held"]), refused.body
        assert ("诉讼或仲裁" in str(refused.body), placed.body["review_on"] in str(refused.body)) == (True, True)
        held = (await floor.as_("auditor").get(f"/visits/{visit_id}/holds")).body["items"]
        assert [(one["id"], one["basis"], one["can"]) for one in held] == [(placed.body["id"], BASIS, [])]
    assert NAME in await everything(floor)
    english = Caller(floor.app, "visitor", actor_of("admin", floor.ids), "en")
    assert "a lawsuit or arbitration" in str((await english.post(f"/visits/{first}:erase", WHY)).body)


async def test_the_retention_run_leaves_it_alone_says_so_and_takes_it_once_lifted(floor: Floor) -> None:
    visit_id, other = await left(floor), await left(floor)
    await floor.db.write(with_a_photo, visit_id)
    hold_id = (await hold(floor, visit_id)).body["id"]
    with after(181):
        assert await floor.db.write(actions.forget_past) == 0
        assert NAME in await everything(floor), other
        seen = (await floor.as_("auditor").get("/retention")).body
        assert (seen["items"], len(seen["held"])) == ([], 2)
        listed = (await floor.as_("auditor").get("/holds")).body["items"]
        assert [one["state"] for one in listed] == ["review_due"], "late, and still in force"
        lifted = await floor.as_("admin").post(f"/holds/{hold_id}:lift", {"reason": "案件已结"})
        assert (lifted.status, lifted.body["state"], lifted.body["can"]) == (200, "lifted", []), lifted.body
        assert await floor.db.write(actions.forget_past) == 5, "two records, their IDs, and the photo"
    assert NAME not in await everything(floor)
    told = [fact["fact"] for fact in facts(floor.db) if fact["subject"] == f"hold:{hold_id}"]
    assert told == ["HoldPlaced", "HoldLifted"]


async def test_the_run_counts_whom_it_left_alone(floor: Floor) -> None:
    held, goes = await left(floor), (await _of_somebody_else(floor))
    await hold(floor, held)
    with after(181):
        assert await floor.db.write(actions.forget_past) > 0
    told = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "RetentionKept"]
    assert [(one["visitors"], one["held"]) for one in told] == [(1, 1)]
    assert (await floor.as_("auditor").get(f"/visits/{goes}/erasure")).status == 200


async def test_a_consent_withdrawn_under_a_hold_is_shown_to_nobody_and_goes_with_it(floor: Floor) -> None:
    visit_id = await left(floor)
    await floor.db.write(with_a_photo, visit_id)
    hold_id = (await hold(floor, visit_id)).body["id"]
    said = await floor.as_("guard").post(f"/visits/{visit_id}/consents/photo:withdraw")
    assert [one["has_picture"] for one in said.body["items"]] == [False]
    assert (await floor.as_("guard").get(f"/visits/{visit_id}/consents/photo")).status == 404
    assert (await floor.db.read(kept_of))[2], "kept, sealed"
    await floor.db.write(actions.forget_past)
    assert (await floor.db.read(kept_of))[2]
    await floor.as_("admin").post(f"/holds/{hold_id}:lift", {"reason": "案件已结"})
    await floor.db.write(actions.forget_past)
    assert not (await floor.db.read(kept_of))[2]


async def test_it_is_reviewed_lifted_once_and_after_a_second_check(floor: Floor) -> None:
    visit_id = await left(floor)
    hold_id = (await hold(floor, visit_id)).body["id"]
    admin = floor.as_("admin")
    next_time = (clock.now() + timedelta(days=90)).date().isoformat()
    reviewed = await admin.post(f"/holds/{hold_id}:review", {"review_on": next_time})
    assert (reviewed.body["review_on"], reviewed.body["reviewed_by"]["employee_no"]) == (next_time, "A001")
    too_late = await admin.post(f"/holds/{hold_id}:review", {"review_on": "2099-01-01"})
    assert (too_late.status, too_late.body["errors"][0]["pointer"]) == (422, "/review_on")
    unchecked = Caller(floor.app, "visitor", replace(actor_of("admin", floor.ids), auth_time=0))
    why = {"reason": "案件已结"}
    assert (await unchecked.post(f"/holds/{hold_id}:lift", why)).body["type"] == "/problems/second-check-needed"
    assert (await admin.post(f"/holds/{hold_id}:lift", why)).status == 200
    again = await admin.post(f"/holds/{hold_id}:lift", why)
    assert (again.status, again.rules, "管理员" in str(again.body)) == (409, ["hold_is_in_force"], True)
    assert (await admin.get("/holds")).body["items"] == []
    kept = (await admin.get("/holds", in_force="false")).body["items"]
    assert [(one["lifted_because"], one["lifted_by"]["employee_no"]) for one in kept] == [("案件已结", "A001")]
    assert (await admin.post(f"/visits/{visit_id}:erase", WHY)).status == 200
    assert (await hold(floor, visit_id)).rules == ["something_is_left"]


async def test_that_somebody_is_looked_into_is_read_by_two_alone(floor: Floor) -> None:
    visit_id = await left(floor)
    hold_id = (await hold(floor, visit_id)).body["id"]
    for name in ("host", "guard", "manager", "leader"):
        caller = floor.as_(name)
        assert (await caller.get(f"/holds/{hold_id}")).status == 404
        assert ((await caller.get("/holds")).status, (await caller.get(f"/visits/{visit_id}/holds")).status) == (
            403,
            403,
        )
        assert (await hold(floor, visit_id, by=name)).status == 403
    history = (await floor.as_("host").get(f"/visits/{visit_id}/history")).body["items"]
    assert not [one for one in history if one["fact"].startswith("Hold")]


async def _of_somebody_else(floor: Floor) -> str:
    """A visit that is over, of another person."""
    visit = await floor.permitted("LOUNGE", visitors=[{"name": "林晓", "phone": "13900000001"}])
    visit_id: str = visit["id"]
    assert (await floor.as_("host").post(f"/visits/{visit_id}:withdraw")).status == 200
    return visit_id
