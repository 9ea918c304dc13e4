"""A visitor inside is always in exactly one entitled escort's company (2.4): handing over, losing, racing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.problems import Conflict
from chassis.rules import PolicyRefused
from services.access.people import actions as people
from services.access.people import decisions
from services.access.people.schemas import PersonKept
from services.access.roles.schemas import RoleNamed
from services.visitor.escorts import actions, store
from services.visitor.escorts.rules import EscortKind
from tests.builders import fact_names, facts
from tests.people import actor_of
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def somebody_inside(floor: Floor) -> str:
    """A working visitor inside, in the supervisor's company."""
    visit_id = await at_the_floor_door(floor)
    entered = await floor.enter("F001", "B-S001")
    assert entered.status == 200, entered.body
    return visit_id


def of_kind(floor: Floor, *names: str) -> list[str]:
    return [name for name in fact_names(floor.db) if name in names]


def told(floor: Floor, kind: str) -> list[tuple[str, set[str]]]:
    """The urgency and the recipients' names of every notice of a kind."""
    by_id = {person_id: name for name, person_id in floor.ids.people.items()}
    notices = [fact["body"]["notice_id"] for fact in facts(floor.db) if fact["body"].get("kind") == kind]
    states = [floor.db.read_now(_notice, notice_id) for notice_id in notices]
    return [(state["urgency"], {by_id[person_id] for person_id in state["recipients"]}) for state in states]


def _notice(tx: Tx, notice_id: str) -> dict[str, Any]:
    from services.visitor.base import NOTICES

    state = NOTICES.state(tx, notice_id)
    assert state is not None
    return state


async def at_the_floor_door(floor: Floor) -> str:
    """A working visitor with a badge, permitted for the floor, not yet inside."""
    visit = await floor.permitted_for_floor()
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], "F001")).status == 200
    return str(visit["id"])


async def test_the_floor_door_opens_to_a_designated_escort_only(floor: Floor) -> None:
    await at_the_floor_door(floor)
    for badge, rule in (("B-NOBODY", "escort_is_known"), ("B-E001", "escort_is_designated")):
        said = await floor.enter("F001", badge)
        assert (said.status, said.rules) == (409, [rule])
        assert said.body["detail"] == "请由指定的陪同人员带您入内；请到前台，工作人员会协助您"
        assert "control" not in said.body["errors"][0]
    floor.access.write_now(
        people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", badge_no="B-S001", active=False)
    )
    floor.follow()
    assert "escort_is_present" in (await floor.enter("F001", "B-S001")).rules
    assert of_kind(floor, "CustodyTaken", "VisitorEntered") == []


async def test_an_escort_without_room_takes_no_other_visitor_in(floor: Floor) -> None:
    await floor.designate(most_open=1)
    other, area = new_id(), [floor.ids.areas["FLOOR"]]
    escort = floor.ids.people["supervisor"]
    floor.db.write_now(actions.take_into_custody, SYSTEM, other, escort, EscortKind.WORK, area)
    soon = (clock.now() + timedelta(minutes=10)).isoformat()
    visit = await floor.invite("FLOOR", escort_no="S001", starts_at=soon)
    assert visit["escort"]["name"] == "李主管", "room counts when they enter, not when they are named"
    for step in [step["reason"] for step in visit["steps"] if step["decision"] is None]:
        await floor.approve(visit["id"], {"floor": "manager", "after_hours": "duty_manager"}[step])
    await floor.arrive(visit["id"])
    await floor.clear(visit["id"], "F001")
    assert (await floor.enter("F001", "B-S001")).rules == ["escort_has_room"]
    floor.db.write_now(actions.end_custody, SYSTEM, other)
    assert (await floor.enter("F001", "B-S001")).status == 200


async def test_handing_over_takes_both(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    offer, custody = f"/visits/{visit_id}/custody:offer", f"/visits/{visit_id}/custody"
    assert (await floor.as_("supervisor").post(offer, {"employee_no": "M001"})).status == 200
    assert (await floor.as_("supervisor").get(f"/visits/{visit_id}")).body["custody"]["name"] == "李主管"
    assert (await floor.as_("supervisor").post(custody + ":accept")).rules == ["offered_person_answers"]
    assert (await floor.as_("host").post(custody + ":accept")).rules == ["offered_person_answers"]
    accepted = await floor.as_("manager").post(custody + ":accept")
    assert accepted.body["custody"]["name"] == "赵经理"
    again = await floor.as_("manager").post(custody + ":accept")
    assert (again.status, again.body["detail"]) == (409, "这位访客已由赵经理陪同")
    assert of_kind(floor, "CustodyTaken", "CustodyOffered", "CustodyPassed", "CustodyEnded") == [
        "CustodyTaken",
        "CustodyOffered",
        "CustodyPassed",
    ]
    assert told(floor, "custody_offered") == [("usual", {"manager"})]
    assert told(floor, "custody_passed") == [("usual", {"supervisor"})]
    stretches = floor.db.read_now(store.custodies_of_visit, visit_id)
    assert [row.until_at is None for row in stretches] == [False, True]
    assert stretches[0].until_at == stretches[1].from_at


async def test_nobody_but_the_escort_hands_over(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    for name in ("host", "manager", "guard"):
        said = await floor.as_(name).post(f"/visits/{visit_id}/custody:offer", {"employee_no": "M001"})
        assert (name, said.status) == (name, 403)
        assert said.body["errors"][0]["detail"] == "这位访客由李主管陪同，只有李主管可以转交"
    oneself = await floor.as_("supervisor").post(f"/visits/{visit_id}/custody:offer", {"employee_no": "S001"})
    assert "handed_to_another" in oneself.rules


async def test_a_visitor_is_offered_to_the_designated_only_and_the_refusal_names_them(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    supervisor = floor.as_("supervisor")
    refused = await supervisor.post(f"/visits/{visit_id}/custody:offer", {"employee_no": "E001"})
    assert (refused.status, refused.rules) == (409, ["escort_is_designated"])
    assert refused.body["detail"] == "李娜不是这次来访的指定陪同人员。现在可以陪同的有：赵经理、李主管"
    assert (await supervisor.post(f"/visits/{visit_id}/custody:offer", {"employee_no": "NOBODY"})).status == 422


async def test_declining_leaves_the_visitor_where_he_is(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("E002")
    await floor.as_("supervisor").post(f"/visits/{visit_id}/custody:offer", {"employee_no": "E002"})
    assert (await floor.as_("host").post(f"/visits/{visit_id}/custody:decline")).status == 403
    declined = await floor.as_("deputy").post(f"/visits/{visit_id}/custody:decline")
    assert (declined.status, declined.body["custody_offered_to"]) == (200, None)
    seen = (await floor.as_("supervisor").get(f"/visits/{visit_id}")).body
    assert (seen["custody"]["name"], seen["custody_offered_to"]) == ("李主管", None)
    assert told(floor, "custody_declined") == [("usual", {"supervisor"})]
    assert (await floor.as_("deputy").post(f"/visits/{visit_id}/custody:accept")).status == 404


async def test_accepting_checks_again_at_that_moment(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    made = await floor.designate("M001")
    await floor.as_("supervisor").post(f"/visits/{visit_id}/custody:offer", {"employee_no": "M001"})
    await floor.as_("manager").post(f"/escorts/{made.body['id']}:end", {"reason": "调往其他部门"}, version=1)
    said = await floor.as_("manager").post(f"/visits/{visit_id}/custody:accept")
    assert (said.status, said.rules) == (409, ["escort_is_designated"])
    assert "CustodyPassed" not in fact_names(floor.db)


async def test_a_designation_that_ends_with_a_visitor_inside_alarms_at_once(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    found = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site)).body["items"]
    assert [item["open_now"] for item in found] == [1]
    await floor.as_("manager").post(f"/escorts/{found[0]['id']}:end", {"reason": "调往其他部门"}, version=1)
    assert of_kind(floor, "DesignationEnded", "EscortLost") == ["DesignationEnded", "EscortLost"]
    lost = next(fact for fact in facts(floor.db) if fact["fact"] == "EscortLost")
    assert (lost["body"]["visit_id"], lost["body"]["because"]) == (visit_id, "not_designated")
    assert lost["subject"] == f"visit:{visit_id}"
    assert lost["controls"] == ["2.4"]
    assert told(floor, "escort_lost") == [("alarm", {"guard", "floor_manager", "manager"})]
    assert floor.db.write_now(actions.end_lapsed) == 0
    assert of_kind(floor, "EscortLost") == ["EscortLost"]
    controls = (await floor.as_("auditor").get("/controls")).body["items"]
    assert next(item for item in controls if item["control"] == "2.4")["standing"] == "broken"


async def test_another_designation_that_still_covers_the_visit_alarms_nobody(floor: Floor) -> None:
    await somebody_inside(floor)
    await floor.designate("S001")
    guests = await floor.designate("S001", kind="guests")
    found = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site)).body["items"]
    for item in found[-1:]:
        await floor.as_("manager").post(f"/escorts/{item['id']}:end", {"reason": "调往其他部门"}, version=1)
    await floor.as_("manager").post(f"/escorts/{guests.body['id']}:end", {"reason": "调往其他部门"}, version=1)
    assert of_kind(floor, "EscortLost") == []


async def test_a_designation_that_runs_out_alarms_once_with_the_time_it_ran_out(floor: Floor) -> None:
    await somebody_inside(floor)
    designation = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site)).body["items"][0]
    assert floor.db.write_now(actions.end_lapsed) == 0
    later = clock.now() + 25 * HOUR
    with clock.reading(lambda: later):
        assert floor.db.write_now(actions.end_lapsed) == 1
        assert floor.db.write_now(actions.end_lapsed) == 0
    lost = [fact for fact in facts(floor.db) if fact["fact"] == "EscortLost"]
    assert len(lost) == 1
    assert datetime.fromisoformat(lost[0]["body"]["since"]) == datetime.fromisoformat(designation["ends_at"])
    assert lost[0]["actor"] == "system:escorts"


async def test_an_escort_who_leaves_the_company_alarms_at_once(floor: Floor) -> None:
    await somebody_inside(floor)
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    lost = [fact["body"]["because"] for fact in facts(floor.db) if fact["fact"] == "EscortLost"]
    assert lost == ["left"]
    assert told(floor, "escort_lost") == [("alarm", {"guard", "floor_manager", "manager"})]


@pytest.mark.parametrize("how", ["role", "record"])
async def test_a_manager_who_is_none_any_more_may_escort_no_guests(floor: Floor, how: str) -> None:
    visit_id, escort_id = new_id(), floor.ids.people["supervisor"]
    await floor.designate(kind="guests")
    area = [floor.ids.areas["FLOOR"]]
    floor.db.write_now(actions.take_into_custody, Actor.system("test"), visit_id, escort_id, EscortKind.GUESTS, area)
    plain = PersonKept(name="李主管", department="OUT1", site="HQ", management=False)
    role = RoleNamed.model_validate({"role": "supervisor", "scope": f"dept:{floor.ids.departments['OUT1']}"})
    first, then = (
        (lambda: floor.access.write_now(decisions.take_role, SYSTEM, "S001", role)),
        (lambda: floor.access.write_now(people.keep_person, SYSTEM, "S001", plain)),
    )
    for lose in (first, then) if how == "record" else (then, first):
        assert of_kind(floor, "EscortLost") == []
        lose()
        floor.follow()
    lost = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "EscortLost"]
    assert [(one["visit_id"], one["because"]) for one in lost] == [(visit_id, "no_manager")]


async def test_who_lost_the_right_is_relieved_by_a_designated_colleague(floor: Floor) -> None:
    visit_id = await somebody_inside(floor)
    await floor.designate("M001")
    take_over = f"/visits/{visit_id}/custody:take-over"
    early = await floor.as_("manager").post(take_over)
    assert (early.status, early.rules) == (409, ["visitor_lost_the_escort"])
    assert early.body["detail"] == "李主管仍可陪同这位访客，请由李主管转交"
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    assert (await floor.as_("host").post(take_over)).rules == ["escort_is_designated"]
    assert (await floor.at().post(take_over)).status == 403
    assert (await floor.as_("manager").post(f"/visits/{new_id()}/custody:take-over")).status == 404
    relieved = await floor.as_("manager").post(take_over)
    assert relieved.body["custody"]["name"] == "赵经理"
    controls = (await floor.as_("auditor").get("/controls")).body["items"]
    assert next(item for item in controls if item["control"] == "2.4")["standing"] == "at_risk"


async def test_without_a_guard_at_the_site_the_managers_are_told(floor: Floor) -> None:
    await somebody_inside(floor)
    role = RoleNamed.model_validate({"role": "guard", "scope": f"site:{floor.ids.site}"})
    floor.access.write_now(decisions.take_role, SYSTEM, "G001", role)
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    assert told(floor, "escort_lost") == [("alarm", {"floor_manager", "manager"})]


async def _raced(*writes: Awaitable[None]) -> list[Any]:
    return await asyncio.gather(*writes, return_exceptions=True)


async def test_of_two_escorts_who_take_one_visitor_one_wins_and_the_other_reads_who(floor: Floor) -> None:
    await floor.designate(most_open=20)
    await floor.designate("M001", most_open=20)
    area, work = [floor.ids.areas["FLOOR"]], EscortKind.WORK
    names = {"manager": "赵经理", "supervisor": "李主管"}
    for _ in range(200):
        visit_id = new_id()
        came = await _raced(
            *(
                floor.db.write(
                    actions.take_into_custody, actor_of(name, floor.ids), visit_id, floor.ids.people[name], work, area
                )
                for name in names
            )
        )
        lost = [error for error in came if error is not None]
        assert len(lost) == 1, came
        assert isinstance(lost[0], Conflict)
        winner = floor.db.read_now(actions.custody_of, visit_id)
        assert winner is not None
        by = next(name for name in names if floor.ids.people[name] == winner.escort_id)
        assert lost[0].detail_zh == f"这位访客已由{names[by]}陪同"
        await floor.db.write(actions.end_custody, actor_of(by, floor.ids), visit_id)
    assert of_kind(floor, "CustodyTaken", "CustodyEnded") == ["CustodyTaken", "CustodyEnded"] * 200


async def test_the_last_place_with_an_escort_is_taken_once(floor: Floor) -> None:
    await floor.designate(most_open=1)
    escort, area = floor.ids.people["supervisor"], [floor.ids.areas["FLOOR"]]
    for _ in range(50):
        visits = [new_id() for _ in range(4)]
        came = await _raced(
            *(
                floor.db.write(actions.take_into_custody, SYSTEM, visit_id, escort, EscortKind.WORK, area)
                for visit_id in visits
            )
        )
        assert sum(1 for error in came if error is None) == 1, came
        assert all(isinstance(error, PolicyRefused) for error in came if error is not None)
        held = floor.db.read_now(actions.in_custody_of, escort)
        assert len(held) == 1
        await floor.db.write(actions.end_custody, SYSTEM, held[0].visit_id)


async def test_taking_the_same_visitor_again_changes_nothing(floor: Floor) -> None:
    await floor.designate(most_open=1)
    visit_id, escort, area = new_id(), floor.ids.people["supervisor"], [floor.ids.areas["FLOOR"]]
    for _ in range(2):
        floor.db.write_now(actions.take_into_custody, SYSTEM, visit_id, escort, EscortKind.WORK, area)
    assert of_kind(floor, "CustodyTaken") == ["CustodyTaken"]
    for _ in range(2):
        floor.db.write_now(actions.end_custody, SYSTEM, visit_id)
    assert of_kind(floor, "CustodyEnded") == ["CustodyEnded"]
