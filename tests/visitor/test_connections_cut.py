"""PostgreSQL cuts every connection again and again: nothing acknowledged is lost, and nobody has to help."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from services.visitor.visits.store import VISIT
from tests.builders import fact_names
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
CUTS, CALLERS, MOST_CALLS = 8, 4, 60


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_connections_cut_under_load_lose_nothing_acknowledged(floor: Floor) -> None:
    pids = set[int]()

    @event.listens_for(floor.db.engine, "connect")
    def known(raw: Any, _record: object) -> None:
        pids.add(raw.info.backend_pid)

    floor.db.engine.dispose()
    over = asyncio.Event()
    answers = [asyncio.create_task(ask(floor, over)) for _ in range(CALLERS)]
    for _ in range(CUTS):
        await asyncio.sleep(0.15)
        await asyncio.to_thread(cut, floor, set(pids))
    over.set()
    said = [one for answered in await asyncio.gather(*answers) for one in answered]
    assert {status for status, _ in said} <= {201, 503}, {status for status, _ in said}
    acknowledged = [visit_id for status, visit_id in said if status == 201]
    kept = {row.id for row in await floor.db.read(lambda tx: tx.rows(sa.select(VISIT.c.id)))}
    lost = len(said) - len(acknowledged)
    assert set(acknowledged) <= kept, "acknowledged and gone"
    assert len(kept) <= len(acknowledged) + lost, "more kept than was asked for"
    assert fact_names(floor.db).count("VisitInvited") == len(kept), "no visit without its fact"
    assert len(pids) > CALLERS, "connections were cut and made anew"
    assert (await floor.as_("host").post("/visits", floor.invitation())).status == 201


async def ask(floor: Floor, over: asyncio.Event) -> list[tuple[int, str | None]]:
    """Invite one after the other until it is over; the status of each, and its visit's id."""
    said: list[tuple[int, str | None]] = []
    while not over.is_set() and len(said) < MOST_CALLS:
        answer = await floor.as_("host").post("/visits", floor.invitation())
        said.append((answer.status, answer.body["visits"][0]["id"] if answer.status == 201 else None))
    return said


def cut(floor: Floor, pids: set[int]) -> None:
    """End these connections at the server, as its restart would."""
    engine = sa.create_engine(floor.db.engine.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        for pid in pids:
            connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))
    engine.dispose()
