"""One visit from invitation to exit, through the service's routes, on both engines."""

from __future__ import annotations

import pytest

from chassis.loops import Loops
from services.visitor.app import PARTS
from services.visitor.base import BASE
from tests.builders import fact_names
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


async def test_a_visitor_is_invited_permitted_arrives_enters_and_leaves(floor: Floor) -> None:
    await from_invitation_to_exit(floor)


async def test_the_schema_of_the_next_release_serves_this_one(floor: Floor) -> None:
    with floor.db.engine.begin() as connection:
        for table in BASE.metadata.sorted_tables:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN of_the_next VARCHAR(20)")
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN filled VARCHAR(20) DEFAULT 'x' NOT NULL")
    await from_invitation_to_exit(floor)
    loops = Loops()
    PARTS.add_loops(loops, floor.db)
    for loop in loops.all:
        await loop.run_once()
        assert loop.failed is None, loop.name


async def from_invitation_to_exit(floor: Floor) -> None:
    visit = await floor.permitted_for_floor()
    code = visit["code"] or (await floor.as_("host").get(f"/visits/{visit['id']}/pass")).body["code"]
    found = await floor.at().post("/arrivals:find", {"code": code})
    assert found.body["name"] == "王＊明"
    assert found.body["phone_tail"] == "0427"
    arrived = await floor.arrive(found.body["visit_id"])
    assert arrived.body["state"] == "arrived", arrived.body
    cleared = await floor.clear(visit["id"], "F001")
    assert cleared.body["state"] == "cleared", cleared.body
    entered = await floor.enter("F001", "B-S001")
    assert entered.status == 200, entered.body
    assert entered.body["escort_name"] == "李主管"
    presence = await floor.as_("guard").get("/presence", site_id=floor.ids.site)
    assert [(one["name"], one["escort"]["name"]) for one in presence.body["items"]] == [("王小明", "李主管")]
    back = await floor.at("FLOOR").post("/exits:area", {"badge_no": "F001"})
    assert back.body["state"] == "in_lounge", back.body
    left = await floor.at().post("/exits", {"badge_no": "F001"})
    assert left.body["state"] == "closed", left.body
    told = [name for name in fact_names(floor.db) if name not in ("BadgeAdded", "NoticeAsked", "EscortDesignated")]
    assert [name for name in told if name != "StepDecided"] == [
        "VisitInvited",
        "VisitApproved",
        "VisitorArrived",
        "IdChecked",
        "BadgeHandedOut",
        "VisitorCleared",
        "CustodyTaken",
        "VisitorEntered",
        "CustodyEnded",
        "VisitorLeftArea",
        "VisitorLeft",
        "BadgeReturned",
    ]


async def test_a_lounge_visit_needs_the_host_alone(floor: Floor) -> None:
    visit = await floor.invite("LOUNGE")
    reasons = [step["reason"] for step in visit["steps"]]
    assert reasons[0] == "host"
    assert "floor" not in reasons
    assert visit["steps"][0]["decided_by"]["name"] == "李娜"


async def test_a_walk_in_waits_for_the_host_and_is_let_into_the_lounge(floor: Floor) -> None:
    asked = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    waiting = await floor.at().post("/walk-ins", asked)
    assert waiting.status == 201, waiting.body
    assert waiting.body["state"] == "submitted"
    visit_id = waiting.body["visit_id"]
    mine = await floor.as_("host").get("/visits/waiting")
    assert [item["id"] for item in mine.body["items"]] == [visit_id]
    decided = await floor.as_("host").post(f"/visits/{visit_id}:decide", {"decision": "approve"})
    if any(step["decision"] is None for step in decided.body["steps"]):
        await floor.approve(visit_id, "duty_manager")
    assert (await floor.at().get(f"/arrivals/{visit_id}")).body["state"] == "approved"
    assert (await floor.arrive(visit_id)).status == 200
    assert (await floor.clear(visit_id, "L001")).body["state"] == "in_lounge"
