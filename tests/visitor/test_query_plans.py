"""No table of the visitor service that grows is read from end to end, whatever is asked, done, or seen to by a loop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis import clock
from chassis.loops import Loops
from services.visitor.app import PARTS
from tests.conftest import OpenDb
from tests.ladder import Row, World
from tests.ladder_stage import unkept
from tests.plans import EVERY_TABLE_IS_SMALL, overheard
from tests.scenes import Scene
from tests.visitor.conftest import MONDAY, staged
from tests.visitor.ladder_world import play
from tests.visitor.test_ladder import ROWS

pytestmark = pytest.mark.anyio
SMALL = EVERY_TABLE_IS_SMALL | {"site_copy", "area_copy"}
"""What a company has a few dozens of, however long it works."""
RARE = " LIKE '%' || lower("
"""An erasure that was asked for looks for the visitor in every text there is: a few times a month."""
READERS = ("host", "guard", "leader", "tablet", "client", "service")
"""Who asks differently: for themselves, for a site, for every site; a row that none of them may read, by its first."""
FILTERS = (
    "q=wang", "q=王&state=closed", "state=inside&state=closed", "host=E001", "host=E001&state=closed", "kind=guest",
    "area_id={lounge}", "area_id={lounge}&state=closed", "area_id={lounge}&q=wang", "walk_in=true", "walk_in=false",
    "overstay=true", "mine=true", "mine=true&q=wang", "mine=true&host=E001", "since={now}", "until={now}&kind=guest",
)  # fmt: skip
LISTS = (
    *(f"GET /visits?count=true&{one}" for one in FILTERS),
    *(f"GET /journal?{one}" for one in ("subject=visit:{asked}", "actor=person:1", "fact=VisitInvited", "before=9")),
    "GET /escorts?site_id={site}&over=true",
    "GET /badges?site_id={site}&state=stored",
    "GET /controls?site_id={site}",
)
"""Lists by their filters; without, they stand in the ladder."""


def _readers(one: Row) -> list[str]:
    may = [who for who in sorted(one.may) if one.says_of(who) == 200]
    return [who for who in READERS if who in may] or may[:1]


def _asked() -> list[Row]:
    """Every route that reads, and the lists by their filters."""
    rows = {one.path: one for one in ROWS if one.method == "GET"}
    return [*rows.values(), *(replace(rows[call[4:].partition("?")[0]], call=call) for call in LISTS)]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_no_table_that_grows_is_read_whole(open_db: OpenDb, monday: Scene) -> None:
    with clock.reading(lambda: MONDAY):
        async with staged(open_db, monday) as floor:
            with overheard(floor.db) as heard:
                names, versions = await play(floor)
                loops = Loops()
                PARTS.add_loops(loops, floor.db)
                for loop in loops.all:
                    await loop.work()
                async with unkept(PARTS, floor.db) as app:
                    world = World(PARTS, app, floor.ids, {}, names, versions)
                    for one in _asked():
                        for who in _readers(one):
                            said = await world.send(who, one)
                            assert said.status == 200, (one.call, who, said.body)
    wrong = heard.whole_reads(SMALL, RARE)
    assert not wrong, "\n".join(wrong)
