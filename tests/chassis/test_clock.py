"""A clock that was set ahead or back, as a process notices it by what went by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis import clock
from chassis.loops import Loops

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class World:
    """What went by, and what the clock shows."""

    def __init__(self) -> None:
        self.at, self.ticks = datetime(2026, 11, 25, 12, tzinfo=UTC), 0.0

    def pass_(self, time: timedelta) -> None:
        """Time goes by."""
        self.at, self.ticks = self.at + time, self.ticks + time.total_seconds()

    def set_(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self.at += by


@pytest.fixture
def world() -> World:
    return World()


def test_a_clock_set_ahead_is_noticed_until_it_is_right(world: World) -> None:
    with clock.reading(lambda: world.at, lambda: world.ticks):
        watch = clock.SetAhead()
        seen = [watch.seconds()]
        for hours in (0, 40 * 24, 0, -40 * 24, 0):
            world.set_(hours * HOUR)
            world.pass_(HOUR)
            seen.append(watch.seconds())
    assert seen == [0, 0, 40 * 86_400, 40 * 86_400, 0, 0]


def test_a_clock_left_so_for_a_day_is_believed(world: World) -> None:
    with clock.reading(lambda: world.at, lambda: world.ticks):
        watch = clock.SetAhead()
        world.set_(40 * DAY)
        seen = []
        for _ in range(26):
            seen.append(watch.seconds() > 0)
            world.pass_(HOUR)
    assert seen == [True] * 24 + [False] * 2


def test_a_clock_set_back_and_right_again_is_not_ahead(world: World) -> None:
    with clock.reading(lambda: world.at, lambda: world.ticks):
        watch = clock.SetAhead()
        seen = []
        for hours in (-1, 0, 1, 0, 2):
            world.set_(hours * HOUR)
            world.pass_(HOUR)
            seen.append(watch.seconds())
    assert seen == [0, 0, 0, 0, 7200]


@pytest.mark.parametrize(("away", "rests"), [(HOUR, False), (DAY, False), (25 * HOUR, True), (400 * DAY, True)])
def test_who_starts_long_after_the_last_fact_waits_a_day(world: World, away: timedelta, rests: bool) -> None:
    with clock.reading(lambda: world.at, lambda: world.ticks):
        watch = clock.SetAhead(world.at - away)
        assert (watch.seconds() > 0) is rests
        world.pass_(DAY)
        assert watch.seconds() == 0


@pytest.mark.anyio
async def test_a_loop_that_destroys_rests_and_the_others_go_on(world: World) -> None:
    turned = []

    async def sweep() -> None:
        turned.append("sweep")

    async def tell() -> None:
        turned.append("tell")

    with clock.reading(lambda: world.at, lambda: world.ticks):
        loops = Loops()
        loops.destroying(60, "sweep", sweep)
        loops.every(60, "tell", tell)
        for by in (timedelta(0), 40 * DAY, -40 * DAY):
            world.set_(by)
            for loop in loops.all:
                await loop.run_once()
                assert loop.failed is None
    assert turned == ["sweep", "tell", "tell", "sweep", "tell"]
