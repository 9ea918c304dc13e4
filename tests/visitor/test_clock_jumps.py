"""A clock set back or ahead, and right again: no deadline is turned into a fact twice, nothing is destroyed early."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from chassis import clock, idempotency
from chassis.loops import Loops
from services.visitor.app import PARTS
from services.visitor.base import BASE
from services.visitor.erasures import actions as erasures
from tests.builders import fact_names
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


async def turned(floor: Floor, hours: float) -> Counter[str]:
    """What is recorded once every loop of the service has turned at so many hours from now."""
    then = clock.now() + timedelta(hours=hours)
    loops = Loops()
    PARTS.add_loops(loops, floor.db)
    with clock.reading(lambda: then):
        for loop in loops.all:
            await loop.run_once()
            assert loop.failed is None, (loop.name, loop.failed)
    return Counter(fact_names(floor.db))


async def test_no_deadline_fires_twice_whatever_the_clock_does(floor: Floor) -> None:
    inside = await floor.permitted_for_floor()
    assert (await floor.arrive(inside["id"])).status == 200
    assert (await floor.clear(inside["id"], "F001")).status == 200
    assert (await floor.enter("F001", "B-S001")).status == 200
    await floor.invite("LOUNGE")
    before = await turned(floor, 0)
    told = await turned(floor, 26)
    assert told["OverstayFound"] == 1, told
    assert told - before, "the day ahead turned deadlines into facts"
    for hours in (-1, 0, 26, 0, 26):
        assert await turned(floor, hours) == told, hours


@pytest.mark.parametrize("ahead", [26, 24 * 200])
async def test_nothing_is_destroyed_early_by_a_clock_that_was_set_ahead(floor: Floor, ahead: float) -> None:
    visit = await floor.permitted()
    key, before = {"key": "once"}, floor.invitation()
    first = await floor.as_("host").post("/visits", before, **key)
    loops = Loops()
    PARTS.add_loops(loops, floor.db)
    loops.destroying(3600, "forget answers", lambda: floor.db.write(idempotency.forget_old, BASE.keys))
    then = clock.now() + timedelta(hours=ahead)
    with clock.reading(lambda: then):
        for loop in loops.all:
            await loop.run_once()
            assert loop.failed is None, loop.name
    again = await floor.as_("host").post("/visits", before, **key)
    assert again.body == first.body, "the key is remembered"
    shown = (await floor.as_("host").get(f"/visits/{visit['id']}")).body
    assert shown["visitor"]["name"] == "王小明"
    with clock.reading(lambda: then):
        await floor.db.write(idempotency.forget_old, BASE.keys)
        await floor.db.write(erasures.forget_past)
    assert (await floor.as_("host").post("/visits", before, **key)).body != first.body, "what the loops rested from"
