"""Who is asked to decide, who is told that it is done, and that nothing of the visitor is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.actor import Actor
from chassis.db import Tx
from services.visitor.base import NOTICES
from services.visitor.visits import actions
from tests.visitor.conftest import Floor
from tests.visitor.test_visits_invite import NIGHT, at_night

pytestmark = pytest.mark.anyio
SYSTEM, HOST = Actor.system("test"), "somebody"


@pytest.fixture
def floor(floor_on_monday: Floor) -> Floor:
    return floor_on_monday


def told(floor: Floor) -> list[tuple[str, list[str], bool, bool]]:
    """Every notice about visits: kind, names of recipients, whether it asks, whether it settles."""
    names = {person_id: name for name, person_id in floor.ids.people.items()} | {HOST: HOST}
    t = NOTICES.table
    rows: list[Any] = list(floor.db.read_now(lambda tx: tx.rows(sa.select(t).order_by(t.c.subject, t.c.seq))))
    return [(row.kind, sorted(names[one] for one in row.recipients), row.asks, row.settles) for row in rows]


async def at_the_floor_by_night(floor: Floor) -> dict[str, Any]:
    """A visit that the supervisor or manager, and the duty manager decide."""
    whole_day = at_night(starts_at=0), at_night(ends_at=23)
    await floor.designate(**whole_day[0], **whole_day[1])
    return await floor.invite("FLOOR", escort_no="S001", **at_night(starts_at=NIGHT["starts_at"], ends_at=4))


async def test_deciders_are_asked_and_let_go_step_by_step(floor: Floor) -> None:
    visit = await at_the_floor_by_night(floor)
    assert told(floor) == [("visit.decide", ["duty_manager", "manager", "supervisor"], True, False)]
    await floor.approve(visit["id"], "manager")
    assert told(floor)[1:] == [("visit.settled", ["manager", "supervisor"], False, True)]
    await floor.approve(visit["id"], "duty_manager")
    assert told(floor)[2:] == [
        ("visit.settled", ["duty_manager"], False, True),
        ("visit.approved", ["host"], False, False),
    ]


async def test_withdrawing_lets_everybody_go(floor: Floor) -> None:
    visit = await at_the_floor_by_night(floor)
    await floor.as_("host").post(f"/visits/{visit['id']}:withdraw")
    assert told(floor)[-1] == ("visit.settled", ["duty_manager", "manager", "supervisor"], False, True)


async def test_a_change_asks_again_and_lets_go_who_decides_nothing_any_more(floor: Floor) -> None:
    visit = await at_the_floor_by_night(floor)
    change = {"areas": [floor.ids.areas["LOUNGE"]], "escort_no": None}
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", change, version=visit["version"])
    assert said.status == 200, said.body
    assert told(floor)[1:] == [
        ("visit.settled", ["manager", "supervisor"], False, True),
        ("visit.decide", ["duty_manager"], True, False),
    ]


async def test_a_visit_nobody_decided_in_time_waits_for_nobody(floor: Floor) -> None:
    await at_the_floor_by_night(floor)
    later = clock.now() + timedelta(days=3)
    with clock.reading(lambda: later):
        assert floor.db.write_now(actions.end_past) == 1
    assert told(floor)[-1] == ("visit.settled", ["duty_manager", "manager", "supervisor"], False, True)


async def test_a_notice_holds_nothing_of_the_visitor(floor: Floor) -> None:
    await at_the_floor_by_night(floor)
    t = NOTICES.table
    row = floor.db.read_now(lambda tx: tx.rows(sa.select(t)))[0]
    text = str(dict(row._mapping))
    for secret in ("王小明", "华信", "0427", "空调"):
        assert secret not in text


async def test_notices_of_one_instant_keep_their_order(floor: Floor) -> None:
    still = clock.now()
    with clock.reading(lambda: still):
        for _ in range(20):
            floor.db.write_now(_ask_and_let_go)
    assert [(asks, settles) for _, _, asks, settles in told(floor)] == [(True, False), (False, True)] * 20


def _ask_and_let_go(tx: Tx) -> None:
    page, subject = "/visits/1", "visit:1"
    NOTICES.tell(tx, SYSTEM, "visit.decide", [HOST], page, subject, asks=True)
    NOTICES.settle(tx, SYSTEM, "visit.settled", page, subject)
