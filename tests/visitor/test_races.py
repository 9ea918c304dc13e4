"""Many at once, through the real routes on real databases: one effect, and everybody else learns by whom.

Each race is run 200 times (GATEHOUSE_RACES says another number) on each engine.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import clock
from services.access.people import actions as people
from services.access.people import decisions
from services.access.people.schemas import PersonKept
from services.access.roles.schemas import RoleAsked
from tests.builders import facts
from tests.calls import Caller, Said
from tests.conftest import OpenDb, opening
from tests.engines import ENGINES
from tests.people import actor_of
from tests.scenes import head_office
from tests.stage import SYSTEM
from tests.visitor.conftest import WHEN, Floor, staged

pytestmark = pytest.mark.anyio
TIMES = int(os.environ.get("GATEHOUSE_RACES", "200"))
FEWER = max(1, TIMES // 4)
"""For what was shown that often in another way already."""
PARTY = 100
MORNING = datetime.fromisoformat("2031-11-25T10:00:00+08:00").astimezone(UTC)
NAMES = ("一", "二", "三", "四", "五", "六", "七", "八")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=ENGINES)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDb]:
    with opening(request.param, tmp_path_factory.mktemp("races")) as open_db:
        yield open_db


@pytest.fixture(scope="module")
async def floor(databases: OpenDb) -> AsyncIterator[Floor]:
    """One house for all races of an engine: what counts is told by each race's own visits.

    The clock stands, so that followed copies do not grow old while a race is run again and again.
    """
    with clock.reading(lambda: MORNING):
        async with staged(databases, head_office()) as stage:
            await stage.designate()
            yield stage


async def at_once(*calls: Awaitable[Said]) -> list[Said]:
    return await asyncio.gather(*calls)


def told_of(floor: Floor, visit_ids: Iterable[str], *names: str) -> Counter[str]:
    """How often each of these facts was recorded, over all these visits."""
    wanted = {f"visit:{visit_id}" for visit_id in visit_ids}
    return Counter(fact["fact"] for fact in facts(floor.db) if fact["subject"] in wanted and fact["fact"] in names)


async def party(floor: Floor, many: int, *areas: str, **changes: Any) -> list[dict[str, Any]]:
    """That many visits for now, asked for by the host in parties."""
    made: list[dict[str, Any]] = []
    while len(made) < many:
        size = min(PARTY, many - len(made))
        visitors = [{"name": f"访客{len(made) + n}"} for n in range(size)]
        said = await floor.as_("host").post("/visits", floor.invitation(*areas, visitors=visitors, **changes))
        assert said.status == 201, said.body
        made += said.body["visits"]
    return made


async def permitted(floor: Floor, many: int) -> list[str]:
    """Ids of that many approved visits to the lounge."""
    visits = await party(floor, many)
    assert {visit["state"] for visit in visits} == {"approved"}
    return [visit["id"] for visit in visits]


def one_won(came: list[Said], says: str) -> None:
    """One call was answered, each of the others refused in these words."""
    statuses = Counter(said.status for said in came)
    assert statuses == {200: 1, 409: len(came) - 1}, [said.body for said in came]
    for said in came:
        assert said.status == 200 or says in said.body["detail"], said.body


async def test_32_equal_check_ins_are_one_and_have_one_answer(floor: Floor) -> None:
    visits = await permitted(floor, TIMES)
    for visit_id in visits:
        arrive = f"/arrivals/{visit_id}:arrive"
        came = await at_once(*(floor.at().post(arrive, WHEN, key=f"arrive-{visit_id}") for _ in range(32)))
        assert {(said.status, repr(said.body)) for said in came} == {(200, repr(came[0].body))}
    assert told_of(floor, visits, "VisitorArrived") == {"VisitorArrived": TIMES}


async def test_of_32_different_check_ins_one_counts_and_the_others_learn_where(floor: Floor) -> None:
    visits = await permitted(floor, FEWER)
    for visit_id in visits:
        arrive = f"/arrivals/{visit_id}:arrive"
        came = await at_once(*(floor.at(device_id=f"tablet-{n}").post(arrive, WHEN) for n in range(32)))
        one_won(came, "正门已于 10:00 办理")
    assert told_of(floor, visits, "VisitorArrived") == {"VisitorArrived": FEWER}


async def test_of_eight_deciders_one_decides_and_the_others_read_who(floor: Floor) -> None:
    deciders = await eight_managers(floor)
    visits = await party(floor, TIMES, "FLOOR", escort_no="S001")
    for visit in visits:
        decide, asked = f"/visits/{visit['id']}:decide", ("approve", "return", "refuse")
        came = await at_once(
            *(
                decider.post(decide, {"decision": asked[n % 3], "comment": "请改期"})
                for n, decider in enumerate(deciders)
            )
        )
        step = next(
            step for said in came if said.status == 200 for step in said.body["steps"] if step["reason"] == "floor"
        )
        winner = step["decided_by"]["name"]
        one_won(came, f"刚刚已由{winner}处理，您的操作没有生效")
        lost = [said.body for said in came if said.status == 409]
        assert {(body["decided_by"], body["decision"]) for body in lost} == {(winner, step["decision"])}
    assert told_of(floor, [visit["id"] for visit in visits], "StepDecided") == {"StepDecided": 2 * TIMES}


async def eight_managers(floor: Floor) -> list[Caller]:
    """Eight centre managers, none of them of the cast."""
    found = []
    for n, name in enumerate(NAMES, 1):
        kept = PersonKept(name=f"经理{name}", site="HQ", management=True)
        role = RoleAsked.model_validate({"role": "centre_manager", "scope": f"site:{floor.ids.site}"})
        person = floor.access.write_now(people.keep_person, SYSTEM, f"R00{n}", kept)
        floor.access.write_now(decisions.give_role, SYSTEM, f"R00{n}", role)
        found.append(person["id"])
    floor.follow()
    manager = actor_of("manager", floor.ids)
    return [Caller(floor.app, "visitor", replace(manager, id=person_id)) for person_id in found]


async def test_of_two_escorts_at_the_door_one_goes_in_and_the_other_reads_who(floor: Floor) -> None:
    """Two tablets, one visitor; then the third escort, to whom the visitor is offered, accepts twice at once."""
    await designate(floor, "S001", "M001", "L001")
    visit_id = await at_the_door(floor, "F001")
    doors = {"B-S001": floor.at("FLOOR", "tablet-1"), "B-M001": floor.at("FLOOR", "tablet-2")}
    names = {"李主管": "supervisor", "赵经理": "manager"}
    for _ in range(TIMES):
        scans = {badge: await door.post("/entries", {"badge_no": "F001"}) for badge, door in doors.items()}
        came = await at_once(
            *(
                door.post(f"/entries/{scans[badge].body['scan_id']}:escort", {"badge_no": badge})
                for badge, door in doors.items()
            )
        )
        winner = next(said.body["escort_name"] for said in came if said.status == 200)
        one_won(came, f"这位访客已由{winner}陪同")
        offer = {"employee_no": "L001"}
        offered = await floor.as_(names[winner]).post(f"/visits/{visit_id}/custody:offer", offer)
        assert offered.status == 200, offered.body
        accept = f"/visits/{visit_id}/custody:accept"
        one_won(await at_once(*(floor.as_("leader").post(accept) for _ in range(2))), "这位访客已由陈总陪同")
        assert (await floor.at("FLOOR").post("/exits:area", {"badge_no": "F001"})).status == 200
    steps = ("VisitorEntered", "CustodyTaken", "CustodyPassed", "CustodyEnded", "VisitorLeftArea")
    assert told_of(floor, [visit_id], *steps) == dict.fromkeys(steps, TIMES)


async def test_a_visitor_is_accepted_or_taken_over_and_the_slower_reads_who(floor: Floor) -> None:
    """The holder lost the designation after offering; whom he offered and a colleague act at once."""
    await designate(floor, "M001", "L001")
    visit_id = await at_the_door(floor, "F002")
    for _ in range(FEWER):
        made = await designate(floor, "E002")
        entered = await floor.enter("F002", "B-E002")
        assert entered.status == 200, entered.body
        offer = {"employee_no": "M001"}
        offered = await floor.as_("deputy").post(f"/visits/{visit_id}/custody:offer", offer)
        assert offered.status == 200, offered.body
        ended = await floor.as_("manager").post(f"/escorts/{made['id']}:end", {"reason": "轮岗"}, version=1)
        assert ended.status == 200, ended.body
        custody = f"/visits/{visit_id}/custody"
        came = await at_once(
            floor.as_("manager").post(f"{custody}:accept"), floor.as_("leader").post(f"{custody}:take-over")
        )
        one_won(came, next(said.body["custody"]["name"] for said in came if said.status == 200))
        assert (await floor.at("FLOOR").post("/exits:area", {"badge_no": "F002"})).status == 200
    assert told_of(floor, [visit_id], "CustodyPassed") == {"CustodyPassed": FEWER}


async def test_one_badge_goes_to_one_visitor_and_one_visitor_gets_one_badge(floor: Floor) -> None:
    """In turn: two guards hand one badge to two visitors, and two badges to one visitor."""
    visits = await permitted(floor, FEWER + 1)
    waiting, guard = await at_the_desk(floor, visits[0]), floor.as_("guard")
    for n, visit_id in enumerate(visits[1:]):
        await at_the_desk(floor, visit_id)
        pairs = ((waiting, "L001"), (visit_id, "L001")) if n % 2 else ((visit_id, "L001"), (visit_id, "L002"))
        hand = (guard.post(f"/visits/{one}:hand-badge", {"badge_no": badge}) for one, badge in pairs)
        came = await at_once(*hand)
        one_won(came, "吴保安")
        won = next(said.body for said in came if said.status == 200)
        assert (await floor.at().post("/exits", {"badge_no": won["badge_no"]})).status == 200
        waiting = visit_id if won["id"] == waiting else waiting
    steps = ("VisitorCleared", "VisitorLeft")
    assert told_of(floor, visits, *steps) == dict.fromkeys(steps, FEWER)


async def designate(floor: Floor, *numbers: str) -> dict[str, Any]:
    """Work escorts for the floor, with all the room there can be; the last designation."""
    for number in numbers:
        said = await floor.designate(number, most_open=20)
        assert said.status == 201, said.body
    found: dict[str, Any] = said.body
    return found


async def at_the_desk(floor: Floor, visit_id: str) -> str:
    """The visitor has arrived and the guard has seen the ID."""
    assert (await floor.arrive(visit_id)).status == 200
    seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True}
    assert (await floor.as_("guard").post(f"/visits/{visit_id}:check-id", seen)).status == 200
    return visit_id


async def at_the_door(floor: Floor, badge_no: str) -> str:
    """A working visitor with a floor badge."""
    visit = await floor.permitted_for_floor()
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], badge_no)).status == 200
    return str(visit["id"])
