"""A host who is away: the step goes to the stand-in at once, never to who asked for the visit; on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import clock
from services.access.people import absences
from services.access.people.schemas import AbsenceKept
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor
from tests.visitor.test_visits_notices import told

pytestmark = pytest.mark.anyio


def away(floor: Floor, name: str = "host", deputy: str = "supervisor", begin: float = -1) -> None:
    """Somebody is away for three days, begun an hour ago."""
    start = clock.now() + timedelta(hours=begin)
    asked = AbsenceKept(starts_at=start, ends_at=start + timedelta(days=3), deputy_no=CAST[deputy].employee_no)
    floor.access.write_now(absences.keep, SYSTEM, CAST[name].employee_no, asked)
    floor.follow()


async def deciders(floor: Floor, by: str = "agent") -> set[str]:
    """Who could decide the host's step of a visit to the lounge that somebody asked for in the host's name."""
    visit = await floor.invite("LOUNGE", by=by)
    step = next(step for step in visit["steps"] if step["reason"] == "host")
    names = {member.employee_no: name for name, member in CAST.items()}
    return {names[one["employee_no"]] for one in step["who_can"]}


async def test_the_stand_in_is_asked_at_once_and_decides(floor: Floor) -> None:
    assert await deciders(floor) == {"host"}
    away(floor)
    visit = await floor.invite("LOUNGE", by="agent")
    asked = told(floor)[-1]
    assert asked[0] == "visit.decide"
    assert {"host", "supervisor"} <= set(asked[1])
    waiting = (await floor.as_("supervisor").get("/visits/waiting")).body["items"]
    assert visit["id"] in {one["id"] for one in waiting}
    yes = await floor.as_("supervisor").post(f"/visits/{visit['id']}:decide", {"decision": "approve"})
    assert yes.status == 200, yes.body
    step = next(step for step in yes.body["steps"] if step["reason"] == "host")
    assert step["decided_by"]["employee_no"] == "S001"
    assert step["who_can"] == []


async def test_never_to_who_asked_then_the_duty_manager(floor: Floor) -> None:
    away(floor, deputy="agent")
    assert await deciders(floor, by="agent") == {"host", "duty_manager"}
    assert await deciders(floor, by="guard") == {"host", "agent"}
    visit = await floor.invite("LOUNGE", by="agent")
    refused = await floor.as_("agent").post(f"/visits/{visit['id']}:decide", {"decision": "approve"})
    assert refused.status in (403, 409), refused.body


async def test_a_stand_in_who_is_away_too_stands_in_for_nobody(floor: Floor) -> None:
    away(floor)
    away(floor, "supervisor", "manager")
    assert await deciders(floor) == {"host", "duty_manager"}


@pytest.mark.parametrize("begin", [5, -100])
async def test_before_and_after_the_absence_it_is_the_host_s_alone(floor: Floor, begin: float) -> None:
    if begin < 0:
        then = clock.now() - timedelta(hours=100)
        with clock.reading(lambda: then):
            away(floor, begin=-1)
    else:
        away(floor, begin=begin)
    assert await deciders(floor) == {"host"}


async def test_a_walk_in_asks_the_stand_in_without_waiting(floor: Floor) -> None:
    away(floor)
    asked = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    made = await floor.at().post("/walk-ins", asked)
    assert made.status == 201, made.body
    assert {"host", "supervisor"} <= set(told(floor)[-1][1])
    yes = await floor.as_("supervisor").post(f"/visits/{made.body['visit_id']}:decide", {"decision": "approve"})
    assert yes.status == 200, yes.body
