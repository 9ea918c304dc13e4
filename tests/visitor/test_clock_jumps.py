"""A clock set an hour back or a day ahead, and right again: no deadline is turned into a fact twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from chassis import clock
from chassis.loops import Loops
from services.visitor.app import PARTS
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
