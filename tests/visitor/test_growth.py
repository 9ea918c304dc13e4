"""What is read of a visitor service costs the same however long its past is: counted in SQLite's steps, not in time.

Two services with the same day, one with twice the past of the other. A step is an instruction of SQLite's machine, so
that what is found by sorting, or by leaving rows out, tells itself as surely as a table that is read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from chassis.db import Database
from chassis.service import routed_app
from services.visitor.app import PARTS
from services.visitor.base import BASE
from tests.bench.filling import Place, fill, fill_journal
from tests.bench.reads import READS, names_of
from tests.calls import Caller, serving
from tests.conftest import OpenDb
from tests.ladder import api_routes
from tests.people import actor_of
from tests.scenes import head_office

pytestmark = pytest.mark.anyio
FEW, MANY = 1_000, 2_000
KNOWN = timedelta(days=30)
"""For how long visitors are known here: shorter than both pasts, as it is where the product has run for a while."""
AT_ONCE = 100
MORE, SLACK = 1.3, 600
"""By how much, and by how many steps, the longer past may cost more: pages that were not full yet fill up."""
NO_LISTS = frozenset({"/visits:export", "/texts", "/personal-data", "/settings"})
"""What makes a file page by page, or reads no table that grows."""


@contextmanager
def counted(db: Database) -> Iterator[list[int]]:
    """Count the steps of every reading connection that is made within."""
    steps = [0]

    def step() -> int:
        steps[0] += AT_ONCE
        return 0

    def count(raw: sa.PoolProxiedConnection, _record: object) -> None:
        raw.set_progress_handler(step, AT_ONCE)  # type: ignore[attr-defined]

    engine = db.reading  # type: ignore[attr-defined]
    event.listen(engine, "connect", count)
    yield steps
    event.remove(engine, "connect", count)


async def steps_with(db: Database, visits: int) -> dict[str, int]:
    """What each read costs in a service at the head office with so many visits."""
    ids = head_office().ids
    hosts = [ids.people[name] for name in ("host", "deputy", "agent")]
    areas, doors = ids.areas, ids.doors
    place = Place(ids.site, areas["LOUNGE"], areas["FLOOR"], doors["MAIN"], hosts, ids.people["guard"])
    found = {}
    with counted(db) as steps:
        fill(db, place, visits, KNOWN)
        fill_journal(db, visits)
        names = names_of(db, place, "E001")
        async with serving(PARTS, db) as app:
            for one in READS:
                before = steps[0]
                path, _, query = one.path.format(**names).partition("?")
                actor = actor_of("admin" if one.who == "security" else one.who, ids)
                said = await Caller(app, "visitor", actor).get(path, **dict(parse_qsl(query)))
                assert said.status == 200, (one, said.body)
                found[one.name] = steps[0] - before
    return found


def test_every_list_is_among_the_reads() -> None:
    routes = [one for one in api_routes(routed_app(PARTS).router.routes) if "GET" in one.methods]
    lists = {one.path.removeprefix("/api/visitor/v1") for one in routes if one.path.startswith("/api/")}
    read = {one.path.partition("?")[0] for one in READS}
    assert {path for path in lists if "{" not in path} - read == NO_LISTS


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_longer_past_makes_no_read_dearer(open_db: OpenDb) -> None:
    held = head_office().fillings["visitor"]
    few, many = await steps_with(open_db(BASE, held), FEW), await steps_with(open_db(BASE, held), MANY)
    most = {name: steps * MORE + SLACK for name, steps in few.items()}
    dearer = [f"{name}: {few[name]} → {steps} steps" for name, steps in many.items() if steps > most[name]]
    assert not dearer, "\n".join(dearer)
