"""What was done to a visit: each fact once, with who and where, and no value of the visitor; on both engines."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import orjson
import pytest

from chassis.db import Tx
from chassis.journal import Fact
from gateway.visit_words import CODES
from services.visitor import events
from services.visitor.base import DIRECTORY
from services.visitor.entries import checks
from services.visitor.history.rules import FOR_AUDITORS_ALONE, SAID_BY_ANOTHER, TOLD
from services.visitor.visits import store
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, PHONE, WHY, left

pytestmark = pytest.mark.anyio


async def done(floor: Floor, visit_id: str, by: str = "auditor", **asked: Any) -> dict[str, Any]:
    said = await floor.as_(by).get(f"/visits/{visit_id}/history", **asked)
    assert said.status == 200, said.body
    found: dict[str, Any] = said.body
    return found


async def test_it_tells_the_whole_visit_newest_first_with_who_did_it_and_where(floor: Floor) -> None:
    visit_id = await left(floor)
    found = await done(floor, visit_id)
    told = [item["fact"] for item in found["items"]]
    expected = {"VisitInvited", "StepDecided", "VisitApproved", "VisitorArrived", "BelongingDeclared", "IdChecked"}
    assert expected | {"VisitorCleared", "VisitorLeft", "BadgeReturned"} <= set(told)
    assert (told[-1], found["next"], found["zone"]) == ("VisitInvited", None, "Asia/Shanghai")
    by = {item["fact"]: item["by"] for item in found["items"]}
    assert by["IdChecked"]["person"]["employee_no"] == "G001"
    assert (by["VisitorArrived"]["kind"], by["VisitorArrived"]["door"]["id"]) == ("device", floor.ids.doors["MAIN"])
    codes = {item["fact"]: item["codes"] for item in found["items"]}
    assert (codes["BadgeReturned"]["badge_no"], codes["BelongingDeclared"]["kind"]) == ("L001", "laptop")
    assert (codes["IdChecked"], found["items"][-1]["controls"]) == ({"id_kind": "resident"}, ["2.1"])


async def test_no_value_of_the_visitor_is_in_it_and_it_outlives_them(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    found = await done(floor, visit_id)
    assert found["items"][0]["fact"] == "VisitorErased"
    said = orjson.dumps(found).decode()
    assert (NAME in said, PHONE in said, "SN-427" in said) == (False, False, False)


async def test_a_badge_is_told_for_the_time_it_was_the_visits(floor: Floor) -> None:
    first, second = await left(floor), await left(floor)
    for visit_id in (first, second):
        told = [item["fact"] for item in (await done(floor, visit_id))["items"]]
        assert told.count("BadgeReturned") == 1


async def test_pages_follow_each_other_and_lead_back(floor: Floor) -> None:
    visit_id = await left(floor)
    whole = (await done(floor, visit_id))["items"]
    first = await done(floor, visit_id, limit=3)
    second = await done(floor, visit_id, limit=3, cursor=first["next"])
    back = await done(floor, visit_id, limit=3, cursor=second["prev"])
    assert first["items"] + second["items"] == whole[:6]
    assert (first["prev"], back["items"]) == (None, first["items"])


@pytest.mark.parametrize("cursor", ["x", "WyIiLCJ4IixmYWxzZV0", "WyIiXQ"])
async def test_a_cursor_it_never_gave_is_refused(floor: Floor, cursor: str) -> None:
    visit_id = (await floor.invite())["id"]
    assert (await floor.as_("host").get(f"/visits/{visit_id}/history", cursor=cursor)).status == 400


async def test_it_is_for_whoever_may_see_the_visit(floor: Floor) -> None:
    visit_id = (await floor.invite())["id"]
    for name, status in (("host", 200), ("guard", 200), ("auditor", 200), ("agent", 404)):
        assert ((await floor.as_(name).get(f"/visits/{visit_id}/history")).status, name) == (status, name)
    assert (await floor.at().get(f"/visits/{visit_id}/history")).status == 403


async def test_a_refused_entry_says_by_which_rules(floor: Floor) -> None:
    visit = await floor.permitted_for_floor()
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], "F001")).status == 200
    assert (await floor.enter("F001", "B-E002")).status == 409
    newest = (await done(floor, visit["id"]))["items"][0]
    assert (newest["fact"], newest["codes"]["rules"]) == ("EntryRefused", ["escort_is_designated"])
    assert newest["by"]["door"]["id"] == floor.ids.doors["FLOOR"]
    assert set(newest["codes"]["rules"]) <= set(CODES["rules"])


async def test_every_rule_that_may_refuse_an_entry_has_words(floor: Floor) -> None:
    visit_id = (await floor.permitted_for_floor())["id"]

    def asked(tx: Tx) -> set[str]:
        visit, area = store.visit(tx, visit_id), floor.ids.areas["FLOOR"]
        assert visit is not None
        escorts = (None, DIRECTORY.person(tx, floor.ids.people["supervisor"]))
        of_escorts = [check for escort in escorts for check in checks.of_escort(tx, visit, escort, area)]
        return {check.rule.name for check in (*checks.of_visit(tx, visit, area), *of_escorts)}

    assert await floor.db.read(asked) | {"badges_came_together"} == set(CODES["rules"])


def test_every_fact_about_a_visit_is_told_or_said_by_another() -> None:
    about = {
        fact.__name__
        for fact in vars(events).values()
        if isinstance(fact, type) and issubclass(fact, Fact) and fact is not Fact
        if fact.subject_kind in ("visit", "alarm") or any(one.name == "visit_id" for one in fields(fact))
    }
    assert about == TOLD | set(SAID_BY_ANOTHER) | FOR_AUDITORS_ALONE
    assert set(SAID_BY_ANOTHER.values()) <= TOLD
