"""A stranger on the floor, over REST: one tap alarms, first out, then asked; on both engines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.ids import new_id
from chassis.roles import Role
from services.access.people import decisions
from services.access.roles.schemas import RoleAsked
from services.access.roster import actions as roster
from services.access.roster.rules import DutyKind
from services.access.roster.schemas import DutyAsked
from services.visitor.base import NOTICES
from tests.builders import fact_names, facts
from tests.calls import Caller
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
FOLLOW_UP = {"guard", "floor_manager", "manager", "duty_manager"}


async def seen(floor: Floor, by: str = "agent", **told: Any) -> dict[str, Any]:
    said = await floor.as_(by).post("/strangers", told)
    assert said.status == 201, said.body
    body: dict[str, Any] = said.body
    return body


def alarms(floor: Floor, kind: str = "stranger") -> list[tuple[str, set[str]]]:
    """Urgency and recipients of every notice of the kind."""
    by_id = {person_id: name for name, person_id in floor.ids.people.items()}

    def read(tx: Tx) -> list[tuple[str, set[str]]]:
        ids = [fact["body"]["notice_id"] for fact in facts(floor.db) if fact["body"].get("kind") == kind]
        states = [NOTICES.state(tx, notice_id) or {} for notice_id in ids]
        return [(state["urgency"], {by_id[person_id] for person_id in state["recipients"]}) for state in states]

    return floor.db.read_now(read)


async def test_one_tap_by_any_employee_alarms_guard_and_floor_manager(floor: Floor) -> None:
    case = await seen(floor)
    assert (case["state"], case["site_id"], case["place"]) == ("seen", floor.ids.site, "三楼坐席职场")
    assert case["can"] == ["call_guard", "show_out", "describe", "close"]
    assert alarms(floor) == [("alarm", {"guard", "floor_manager", "manager"})], "no guard is rostered"
    assert "reported_by" not in case


async def test_everybody_who_works_here_may_report(floor: Floor) -> None:
    for name in CAST:
        assert (await seen(floor, name))["state"] == "seen"
    assert (await Caller(floor.app, "visitor", None).post("/strangers", {})).status == 401
    machine = Actor(ActorKind.CLIENT, "hr-system", scopes=frozenset({"strangers:write"}))
    said = await Caller(floor.app, "visitor", machine).post("/strangers", {"site_id": floor.ids.site})
    assert (said.status, said.rules) == (403, ["somebody_saw_the_stranger"])


async def test_a_tablet_reports_without_a_name_and_signs_nothing(floor: Floor) -> None:
    tablet = floor.at("FLOOR")
    case = (await tablet.post("/strangers", {"guard_needed": True})).body
    assert (case["place"], case["guard_needed"], case["can"]) == ("职场门", True, [])
    assert case["guard_called_at"] is not None
    for act in ("call-guard", "show-out", "ask"):
        assert (await tablet.post(f"/strangers/{case['id']}:{act}")).status == 403
    assert (await floor.as_("guard").post(f"/strangers/{case['id']}:show-out")).body["state"] == "out"


async def test_the_rostered_guard_is_alarmed_and_without_guards_the_manager(floor: Floor) -> None:
    now = clock.now()
    guard = RoleAsked(role=Role.GUARD, scope=f"site:{floor.ids.site}", ends_at=now + timedelta(hours=7))
    floor.access.write_now(decisions.give_role, SYSTEM, "E002", guard)
    duty = DutyAsked(
        site_id=floor.ids.site,
        employee_no="E002",
        kind=DutyKind.GUARD,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
    )
    floor.access.write_now(roster.roster, SYSTEM, duty)
    floor.follow()
    await seen(floor)
    assert alarms(floor)[-1] == ("alarm", {"deputy", "floor_manager"})
    with clock.reading(lambda: now + timedelta(hours=8)):
        await seen(floor)
    assert alarms(floor)[-1] == ("alarm", {"guard", "floor_manager", "manager"})


async def test_first_out_then_asked_then_closed(floor: Floor) -> None:
    case = await seen(floor)
    guard, here = floor.as_("guard"), f"/strangers/{case['id']}"
    early = await guard.post(f"{here}:ask")
    assert (early.status, early.rules, early.body["detail"]) == (409, ["out_comes_before_asked"], "先礼貌请离，再询问")
    out = await floor.as_("agent").post(f"{here}:show-out")
    assert (out.body["state"], out.body["can"]) == ("out", ["ask", "describe", "close"])
    assert alarms(floor, "stranger_out") == [("usual", {"guard", "floor_manager", "manager"})]
    learnt = await guard.post(f"{here}:close", {"outcome": "new_employee"})
    assert (learnt.status, learnt.rules) == (409, ["outcome_was_learnt"])
    assert (await guard.post(f"{here}:ask")).body["state"] == "asked"
    closed = await guard.post(f"{here}:close", {"outcome": "new_employee", "note": "今天入职"})
    assert (closed.body["state"], closed.body["outcome"], closed.body["can"]) == ("closed", "new_employee", [])
    kept = [name for name in fact_names(floor.db) if name.startswith("Stranger")]
    assert kept == ["StrangerReported", "StrangerShownOut", "StrangerAsked", "StrangerClosed"]


async def test_one_who_left_or_whom_the_police_took_up_is_closed_unasked(floor: Floor) -> None:
    for outcome in ("left", "police", "unknown"):
        case = await seen(floor)
        said = await floor.as_("guard").post(f"/strangers/{case['id']}:close", {"outcome": outcome})
        assert (said.status, said.body["asked_at"]) == (200, None)


async def test_the_guard_is_called_where_showing_out_is_not_easy(floor: Floor) -> None:
    case = await seen(floor)
    called = await floor.as_("agent").post(f"/strangers/{case['id']}:call-guard")
    assert (called.body["guard_needed"], called.body["state"]) == (True, "seen")
    assert [urgency for urgency, _ in alarms(floor)] == ["alarm", "alarm"]
    assert fact_names(floor.db)[-2:] == ["NoticeAsked", "GuardCalled"]


async def test_of_eight_who_show_out_one_does_and_the_others_read_who(floor: Floor) -> None:
    for _ in range(10):
        case = await seen(floor)
        names = ["guard", "floor_manager"] * 4
        said = await asyncio.gather(*(floor.as_(name).post(f"/strangers/{case['id']}:show-out") for name in names))
        assert sorted(one.status for one in said) == [200] + [409] * 7
        winner = CAST[names[[one.status for one in said].index(200)]].name
        assert {one.body["detail"] for one in said if one.status == 409} == {f"{winner}已经办理，现在：已请离"}
    assert fact_names(floor.db).count("StrangerShownOut") == 10


async def test_who_sees_a_case_and_who_goes_on_with_it(floor: Floor) -> None:
    case = await seen(floor)
    here = f"/strangers/{case['id']}"
    for name in set(CAST) - FOLLOW_UP - {"agent"}:
        sees = name in {"auditor", "admin"}
        assert (name, (await floor.as_(name).get(here)).status) == (name, 200 if sees else 404)
        assert (name, (await floor.as_(name).post(f"{here}:show-out")).status) == (name, 403 if sees else 404)
    mine = (await floor.as_("agent").get("/strangers", site_id=floor.ids.site)).body["items"]
    assert [item["id"] for item in mine] == [case["id"]]
    assert (await floor.as_("host").get("/strangers", site_id=floor.ids.site)).body["items"] == []
    for name in FOLLOW_UP:
        assert "show_out" in (await floor.as_(name).get(here)).body["can"]


async def test_details_follow_the_tap(floor: Floor) -> None:
    case, visit = await seen(floor), await floor.invite("LOUNGE")
    here, agent = f"/strangers/{case['id']}", floor.as_("agent")
    told = await agent.patch(here, {"place": "B 区饮水机旁", "note": "没有访客证"}, version=1)
    assert (told.status, told.body["place"], told.body["version"]) == (200, "B 区饮水机旁", 2)
    assert (await agent.patch(here, {"note": "迟到的一笔"}, version=1)).status == 412
    assert (await agent.patch(here, {"visit_id": visit["id"]})).status == 404
    linked = await floor.as_("guard").patch(here, {"visit_id": visit["id"]})
    assert (linked.body["visit_id"], linked.body["note"]) == (visit["id"], "没有访客证")
    closed = await floor.as_("guard").post(f"{here}:close", {"outcome": "left"})
    assert (closed.body["visit_id"], closed.body["note"]) == (visit["id"], "没有访客证")
    late = await floor.as_("guard").patch(here, {"note": "已关闭后"})
    assert (late.status, late.body["detail"]) == (409, "吴保安已经办理，现在：已关闭")
    described = [fact["body"]["fields"] for fact in facts(floor.db) if fact["fact"] == "StrangerDescribed"]
    assert described == [["note", "place"], ["visit_id"]]


async def test_an_offline_tap_keeps_its_time(floor: Floor) -> None:
    tapped = clock.now() - timedelta(hours=3)
    case = (await floor.at("FLOOR").post("/strangers", {"seen_at": tapped.isoformat()})).body
    assert case["seen_at"].startswith(tapped.isoformat()[:19])
    assert case["reported_at"] > case["seen_at"]
    old = await floor.at("FLOOR").post("/strangers", {"seen_at": (tapped - timedelta(days=2)).isoformat()})
    assert (old.status, old.rules) == (422, ["seen_lately"])
    ahead = (await seen(floor, seen_at=(clock.now() + timedelta(seconds=90)).isoformat()))["seen_at"]
    assert ahead <= clock.now().isoformat()


async def test_unknown_cases_and_bad_bodies(floor: Floor) -> None:
    guard, case = floor.as_("guard"), await seen(floor)
    assert (await guard.get(f"/strangers/{new_id()}")).status == 404
    assert (await guard.post(f"/strangers/{new_id()}:show-out")).status == 404
    assert (await guard.post("/strangers/nobody:show-out")).status == 422
    assert (await guard.post("/strangers", {"site_id": new_id()})).rules == ["place_is_known"]
    for body, pointer in (({}, "/outcome"), ({"outcome": "arrested"}, "/outcome"), ({"outcome": "left", "x": 1}, "/x")):
        said = await guard.post(f"/strangers/{case['id']}:close", body)
        assert (said.status, [error["pointer"] for error in said.body["errors"]]) == (422, [pointer])
    assert (await guard.post("/strangers", {"place": "长" * 81})).status == 422


async def test_text_that_cannot_be_stored_is_refused_and_not_logged(
    floor: Floor, engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = await floor.as_("guard").post("/strangers", {"place": "王小明\x00"})
    assert said.status == (422 if engine == "postgresql" else 201)
    assert "王小明" not in caplog.text


async def test_the_same_tap_twice_is_one_case(floor: Floor) -> None:
    first = await floor.at("FLOOR").post("/strangers", {}, key="tap-1")
    again = await floor.at("FLOOR").post("/strangers", {}, key="tap-1")
    assert first.body == again.body
    assert fact_names(floor.db).count("StrangerReported") == 1


async def test_the_list_pages_newest_first(floor: Floor) -> None:
    made = [(await seen(floor))["id"] for _ in range(5)]
    guard, found, cursor = floor.as_("guard"), [], ""
    while True:
        page = (await guard.get("/strangers", site_id=floor.ids.site, limit=2, cursor=cursor)).body
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == made[::-1]


async def test_2_3_measures_the_time_to_exit(floor: Floor) -> None:
    async def standing() -> tuple[str, int, int, str]:
        items = (await floor.as_("auditor").get("/controls")).body["items"]
        found = next(item for item in items if item["control"] == "2.3")
        return found["standing"], found["kept_count"], found["total_count"], found["en"]

    assert (await standing())[:3] == ("kept", 0, 0)
    start = clock.now()
    case = await seen(floor)
    assert (await standing())[:3] == ("at_risk", 0, 1)
    with clock.reading(lambda: start + timedelta(minutes=11)):
        assert (await standing())[:3] == ("broken", 0, 1)
    with clock.reading(lambda: start + timedelta(minutes=4)):
        await floor.as_("guard").post(f"/strangers/{case['id']}:show-out")
        assert await standing() == (
            "kept",
            1,
            1,
            "1 strangers in 30 days, 1 out within 10 minutes (median 4), 0 not out yet",
        )
