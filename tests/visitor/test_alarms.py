"""Alarms: whom each reaches, the next when nobody comes, what stays red, and how one ends; on both engines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.actor import Actor
from chassis.ids import new_id
from chassis.roles import Role
from services.access.people import decisions
from services.access.roles.schemas import RoleNamed
from services.access.roster import actions as roster
from services.access.roster.rules import DutyKind
from services.access.roster.schemas import DutyAsked
from services.visitor.alarms import actions, rules
from services.visitor.alarms.rules import AlarmKind
from services.visitor.base import NOTICES
from services.visitor.entries import actions as entries
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
SETTLERS = {"guard", "floor_manager", "manager", "duty_manager"}
READERS = SETTLERS | {"admin", "auditor", "leader"}


def told(floor: Floor, kind: str) -> list[set[str]]:
    """The recipients' names of every notice of a kind, in order."""
    by_id = {person_id: name for name, person_id in floor.ids.people.items()}
    asked = [fact["body"]["notice_id"] for fact in facts(floor.db) if fact["body"].get("kind") == kind]
    states = [floor.db.read_now(NOTICES.state, notice_id) for notice_id in asked]
    return [{by_id[person] for person in state["recipients"]} for state in states if state]


def roster_guard(floor: Floor) -> None:
    """The guard is on duty for a day."""
    now = clock.now()
    duty = DutyAsked(
        site_id=floor.ids.site,
        employee_no="G001",
        kind=DutyKind.GUARD,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=23),
    )
    floor.access.write_now(roster.roster, SYSTEM, duty)
    floor.follow()


async def red(floor: Floor, by: str = "guard") -> dict[str, Any]:
    said = await floor.as_(by).get("/alarms", site_id=floor.ids.site)
    assert said.status == 200, said.body
    body: dict[str, Any] = said.body
    return body


async def help_at_the_door(floor: Floor) -> Said:
    return await floor.at().post("/alarms:help")


async def overstay(floor: Floor) -> str:
    """A visitor in the lounge, two hours past the window."""
    visit = await floor.invite("LOUNGE")
    for step in [step["reason"] for step in visit["steps"] if step["decision"] is None]:
        await floor.approve(visit["id"], {"after_hours": "duty_manager"}[step])
    await floor.arrive(visit["id"])
    await floor.clear(visit["id"], "L001")
    late = clock.now() + timedelta(hours=4)
    with clock.reading(lambda: late):
        assert floor.db.write_now(entries.find_overstays) == 1
        assert floor.db.write_now(entries.find_overstays) == 0
    return str(visit["id"])


async def test_the_rostered_guard_and_the_people_concerned_are_told_at_once(floor: Floor) -> None:
    roster_guard(floor)
    visit_id = await overstay(floor)
    assert told(floor, "visit.overstay") == [{"guard", "host"}]
    alarm = (await red(floor))["items"][0]
    assert (alarm["kind"], alarm["page"], alarm["unstaffed"]) == ("overstay", f"/visits/{visit_id}", [])
    assert {person["name"] for person in alarm["told"]} == {"吴保安", "李娜"}


async def test_with_nobody_on_the_roster_the_board_says_so_and_the_centre_manager_is_told(floor: Floor) -> None:
    await overstay(floor)
    assert told(floor, "visit.overstay") == [{"guard", "host", "manager"}]
    board = await red(floor)
    assert board["items"][0]["unstaffed"] == ["guard"]
    assert board["unstaffed"] == ["guard"]
    roster_guard(floor)
    assert (await red(floor))["unstaffed"] == []
    raised = next(fact for fact in facts(floor.db) if fact["fact"] == "AlarmRaised")
    assert raised["body"]["unstaffed"] == ["guard"]


async def test_after_five_minutes_the_floor_manager_is_told_once(floor: Floor) -> None:
    roster_guard(floor)
    assert (await help_at_the_door(floor)).status == 201
    begun = clock.now()
    for minutes, wanted in ((4, 0), (6, 1), (20, 0)):
        at = begun + timedelta(minutes=minutes)
        with clock.reading(lambda at=at: at):  # type: ignore[misc]
            assert (minutes, floor.db.write_now(actions.tell_later)) == (minutes, wanted)
    assert told(floor, "help") == [{"guard"}, {"floor_manager"}]
    passed = next(fact for fact in facts(floor.db) if fact["fact"] == "AlarmPassedOn")
    assert passed["body"]["since"] <= passed["at"]
    assert {person["name"] for person in (await red(floor))["items"][0]["told"]} == {"吴保安", "郑现场"}


async def test_a_settled_alarm_is_passed_on_to_nobody(floor: Floor) -> None:
    await help_at_the_door(floor)
    alarm = (await red(floor))["items"][0]
    done = await floor.as_("guard").post(f"/alarms/{alarm['id']}:settle", {"note": "已到门口"})
    assert (done.status, done.body["items"]) == (200, [])
    later = clock.now() + timedelta(minutes=6)
    with clock.reading(lambda: later):
        assert floor.db.write_now(actions.tell_later) == 0


async def test_who_sees_and_who_settles(floor: Floor) -> None:
    await help_at_the_door(floor)
    alarm = (await red(floor))["items"][0]
    path = f"/alarms/{alarm['id']}:settle"
    assert (await Caller(floor.app, "visitor", None).get("/alarms", site_id=floor.ids.site)).status == 401
    assert (await floor.at().get("/alarms", site_id=floor.ids.site)).status == 403
    for name in CAST:
        seen = await floor.as_(name).get("/alarms", site_id=floor.ids.site)
        assert (name, seen.status) == (name, 200 if name in READERS else 403)
        if seen.status == 200:
            assert (name, seen.body["items"][0]["can"]) == (name, ["settle"] if name in SETTLERS else [])
        if name not in SETTLERS:
            said = await floor.as_(name).post(path, {"note": "处理好了"})
            assert (name, said.status) == (name, 403 if name in READERS else 404)
    assert (await floor.as_("guard").post(path, {})).rules == ["settling_says_how"]
    assert (await floor.as_("guard").post(path, {"note": "x", "by": "me"})).status == 422
    assert (await floor.as_("guard").post(f"/alarms/{new_id()}:settle", {"note": "好了"})).status == 404
    assert (await floor.as_("guard").post(path, {"note": "已到门口"})).status == 200
    late = await floor.as_("floor_manager").post(path, {"note": "已到门口"})
    assert (late.status, late.body["detail"]) == (409, "已由吴保安处理，您的操作没有生效")


async def test_a_call_for_help_names_the_door_and_rings_at_most_once_a_minute(floor: Floor) -> None:
    for _ in range(3):
        assert (await help_at_the_door(floor)).body == {"told": True}
    assert len(told(floor, "help")) == 1
    assert [item["place"] for item in (await red(floor))["items"]] == ["正门"]
    soon = clock.now() + timedelta(seconds=61)
    with clock.reading(lambda: soon):
        await help_at_the_door(floor)
    assert len(told(floor, "help")) == 2
    assert len((await red(floor))["items"]) == 1
    assert (await floor.as_("guard").post("/alarms:help")).status == 403


async def test_an_alarm_ends_when_its_cause_does(floor: Floor) -> None:
    visit_id = await overstay(floor)
    assert (
        await floor.as_("guard").post(f"/visits/{visit_id}:leave", {"badge": "lost", "reason": "找不到了"})
    ).status == 200
    kinds = [item["kind"] for item in (await red(floor))["items"]]
    assert kinds == ["badge_lost"], "the overstay is over, the badge is not back"
    settled = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "AlarmSettled"]
    assert [(one["what"], one["by_hand"]) for one in settled] == [("overstay", False)]
    stranger = (await floor.as_("agent").post("/strangers", {})).body
    assert len((await red(floor))["items"]) == 2
    await floor.as_("guard").post(f"/strangers/{stranger['id']}:show-out")
    assert [item["kind"] for item in (await red(floor))["items"]] == ["badge_lost"]
    count = {"site_id": floor.ids.site, "counted": 8, "missing": ["L003"]}
    await floor.as_("guard").post("/badges:count", count)
    assert len((await red(floor))["items"]) == 2
    await floor.as_("guard").post("/badges:count", {**count, "counted": 9, "missing": []})
    assert [item["kind"] for item in (await red(floor))["items"]] == ["badge_lost"]


async def test_a_site_routes_its_alarms_as_it_likes(floor: Floor) -> None:
    values = {"alarm.help.first": ["floor_manager"], "alarm.help.later": [], "alarm_later_after": 1}
    body = {"site_id": floor.ids.site, "values": values, "reason": "前台没有保安"}
    assert (await floor.as_("admin").put("/settings", body, version=0)).status == 200
    await help_at_the_door(floor)
    assert told(floor, "help") == [{"floor_manager"}]
    later = clock.now() + timedelta(minutes=2)
    with clock.reading(lambda: later):
        assert floor.db.write_now(actions.tell_later) == 0, "nobody is named for later"


async def test_a_role_that_nobody_holds_counts_as_unstaffed(floor: Floor) -> None:
    role = RoleNamed(role=Role.FLOOR_MANAGER, scope=f"site:{floor.ids.site}")
    floor.access.write_now(decisions.take_role, SYSTEM, "F001", role)
    floor.follow()
    count = {"site_id": floor.ids.site, "counted": 9, "missing": ["L003"]}
    await floor.as_("guard").post("/badges:count", count)
    assert told(floor, "badges_differ") == [{"manager"}]
    assert (await red(floor))["items"][0]["unstaffed"] == ["floor_manager"]


async def test_of_many_at_once_one_alarm_stands(floor: Floor) -> None:
    raised = await asyncio.gather(
        *(
            floor.db.write(
                actions.raise_alarm, Actor.system("t"), AlarmKind.STRANGER, floor.ids.site, "stranger:x", "/strangers"
            )
            for _ in range(6)
        )
    )
    assert sum(raised) == 1
    assert len((await red(floor))["items"]) == 1
    assert len(told(floor, "stranger")) == 1


def test_rules_of_alarms() -> None:
    assert rules.settles_alarms(["guard@site:s"], "s")
    assert not rules.settles_alarms(["guard@site:o", "auditor"], "s")
    assert rules.sees_alarms(["auditor"], "s")
    assert not rules.sees_alarms(["agent"], "s")
    assert rules.settling_says_how("到了")
    assert not rules.settling_says_how(" x ")
    assert not rules.alarm_reaches_somebody(False)
    now = clock.now()
    assert not rules.rings_again(now - timedelta(seconds=59), now)
    assert rules.rings_again(now - timedelta(seconds=60), now)
    assert set(rules.USUAL) == set(AlarmKind) == set(rules.NOTICE_OF)
