"""Custody as escorts live it: who is in my company, who could take over, bringing back, the reminder; both engines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.ids import new_id
from services.access.people import actions as people
from services.access.people.schemas import PersonKept
from services.visitor.custody import actions, rules
from tests.builders import fact_names, facts
from tests.calls import Caller
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor
from tests.visitor.test_alarms import told

pytestmark = pytest.mark.anyio


async def somebody_inside(floor: Floor) -> str:
    """A working visitor inside, in the supervisor's company."""
    visit = await floor.permitted_for_floor()
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], "F001")).status == 200
    assert (await floor.enter("F001", "B-S001")).status == 200
    return str(visit["id"])


async def company(floor: Floor, name: str) -> dict[str, Any]:
    said = await floor.as_(name).get("/custody")
    assert said.status == 200, said.body
    body: dict[str, Any] = said.body
    return body


async def test_an_escort_sees_who_is_along_and_who_could_take_over(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    await floor.designate("F001", kind="work", most_open=1)
    mine = (await company(floor, "supervisor"))["mine"]
    assert [(one["visit_id"], one["name"], one["lost"], one["overdue"]) for one in mine] == [
        (visit_id, "王小明", None, False)
    ]
    assert [one["employee_no"] for one in mine[0]["could_take"]] == ["F001", "M001"]
    assert mine[0]["can"] == ["offer", "leave_area"]
    for name in set(CAST) - {"supervisor"}:
        assert await company(floor, name) == {"mine": [], "offered": [], "without_escort": []}
    assert (await Caller(floor.app, "visitor", None).get("/custody")).status == 401
    assert (await floor.at().get("/custody")).status == 403


async def test_an_offer_stands_with_both_until_it_is_answered(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    here = f"/visits/{visit_id}/custody"
    unknown = await floor.as_("supervisor").post(f"{here}:offer", {"employee_no": "NOBODY"})
    assert (unknown.status, unknown.body["errors"][0]["pointer"]) == (422, "/employee_no")
    await floor.as_("supervisor").post(f"{here}:offer", {"employee_no": "M001"})
    assert (await company(floor, "supervisor"))["mine"][0]["offered_to"]["name"] == "赵经理"
    offered = (await company(floor, "manager"))["offered"]
    assert [(one["escort"]["name"], one["can"]) for one in offered] == [("李主管", ["accept", "decline"])]
    await floor.as_("manager").post(f"{here}:decline")
    assert (await company(floor, "manager"))["offered"] == []
    await floor.as_("supervisor").post(f"{here}:offer", {"employee_no": "M001"})
    await floor.as_("manager").post(f"{here}:accept")
    assert [one["visit_id"] for one in (await company(floor, "manager"))["mine"]] == [visit_id]
    assert (await company(floor, "supervisor"))["mine"] == []


async def test_the_escort_and_nobody_else_brings_the_visitor_back(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    back = f"/visits/{visit_id}/custody:bring-back"
    for name in ("host", "guard", "manager"):
        said = await floor.as_(name).post(back)
        assert (name, said.status, said.rules) == (name, 403, ["holder_brings_back"])
        assert said.body["detail"] == "这位访客由李主管陪同，由李主管确认离开区域"
    assert (await floor.as_("agent").post(back)).status == 404
    assert (await floor.as_("supervisor").post(f"/visits/{new_id()}/custody:bring-back")).status == 404
    assert (await floor.as_("supervisor").post(back)).body["mine"] == []
    assert fact_names(floor.db)[-2:] == ["CustodyEnded", "VisitorLeftArea"]
    again = await floor.as_("supervisor").post(back)
    assert again.status in (403, 409)
    assert (await floor.as_("guard").get(f"/visits/{visit_id}")).body["state"] == "in_lounge"
    assert (await floor.enter("F001", "B-S001")).status == 200, "and may go in once more"


async def test_a_visitor_without_an_escort_is_shown_to_whoever_could_take_over(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    assert (await company(floor, "manager"))["without_escort"] == []
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    lost = (await company(floor, "manager"))["without_escort"]
    assert [(one["visit_id"], one["lost"], one["can"]) for one in lost] == [(visit_id, "left", ["take_over"])]
    assert (await company(floor, "host"))["without_escort"] == [], "not designated"
    red = (await floor.as_("guard").get("/alarms", site_id=floor.ids.site)).body["items"]
    assert [one["kind"] for one in red] == ["escort_lost"]
    taken = await floor.as_("manager").post(f"/visits/{visit_id}/custody:take-over")
    assert taken.body["custody"]["name"] == "赵经理"
    assert (await company(floor, "manager"))["without_escort"] == []
    assert (await floor.as_("guard").get("/alarms", site_id=floor.ids.site)).body["items"] == []


async def test_the_holder_sees_that_the_designation_is_lost(floor: Floor) -> None:
    await somebody_inside(floor)
    found = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site)).body["items"]
    await floor.as_("manager").post(f"/escorts/{found[0]['id']}:end", {"reason": "调往其他部门"}, version=1)
    mine = (await company(floor, "supervisor"))["mine"][0]
    assert (mine["lost"], mine["lost_at"] is not None) == ("not_designated", True)


async def test_the_escort_is_reminded_once_at_the_planned_end(floor: Floor) -> None:
    await somebody_inside(floor)
    assert floor.db.write_now(actions.remind) == 0
    end = clock.now() + timedelta(hours=2, minutes=1)
    with clock.reading(lambda: end):
        assert [floor.db.write_now(actions.remind) for _ in range(2)] == [1, 0]
        assert (await company(floor, "supervisor"))["mine"][0]["overdue"]
    assert told(floor, "custody_ends") == [{"supervisor"}]


async def test_a_site_reminds_earlier(floor: Floor) -> None:
    await somebody_inside(floor)
    body = {"site_id": floor.ids.site, "values": {"remind_escort_before": 120}, "reason": "留出送客时间"}
    await floor.as_("admin").put("/settings", body, version=0)
    assert floor.db.write_now(actions.remind) == 1


async def test_of_two_who_take_a_lost_visitor_over_one_has_them(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    await floor.designate("F001")
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    names = ["manager", "floor_manager"] * 3
    said = await asyncio.gather(*(floor.as_(name).post(f"/visits/{visit_id}/custody:take-over") for name in names))
    assert sum(one.status == 200 for one in said) == 1, [one.body for one in said if one.status != 200]
    assert all(one.status in (200, 409) for one in said)
    assert [fact["fact"] for fact in facts(floor.db)].count("CustodyPassed") == 1


def test_rules_of_custody() -> None:
    assert rules.person_escorts(True)
    assert not rules.person_escorts(False)
    assert rules.holder_brings_back("a", "a")
    assert not rules.holder_brings_back("a", "b")
    assert not rules.holder_brings_back(None, "b")
    assert rules.offered_person_is_known(True)
