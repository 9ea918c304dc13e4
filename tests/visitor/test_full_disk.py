"""A full disk: who writes is told so and nothing of it is kept, who reads goes on, and room again needs no hand."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from services.visitor.visits.store import VISIT
from tests.builders import fact_names
from tests.full_disk import disk_full
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
MOST = 400
"""Invitations that certainly do not fit into the pages a file has left over."""


async def test_writes_are_refused_whole_reads_go_on_and_it_heals(floor: Floor) -> None:
    host = floor.as_("host")
    first = (await floor.invite())["id"]
    kept, told = {first}, None
    with disk_full(floor.db):
        for _ in range(MOST):
            answer = await host.post("/visits", floor.invitation())
            if answer.status != 201:
                told = answer
                break
            kept.add(answer.body["visits"][0]["id"])
        assert told is not None
        assert (told.status, told.body["type"]) == (507, "/problems/storage-full")
        together = await asyncio.gather(*(host.post("/visits", floor.invitation()) for _ in range(8)))
        kept |= {one.body["visits"][0]["id"] for one in together if one.status == 201}
        assert {one.status for one in together} <= {201, 507}
        assert (await host.get(f"/visits/{first}")).status == 200, "reading needs no room"
    assert await everybody(floor) == kept, "what was acknowledged is there, and nothing else"
    assert fact_names(floor.db).count("VisitInvited") == len(kept)
    assert (await host.post("/visits", floor.invitation())).status == 201, "room again, and no hand was needed"


async def everybody(floor: Floor) -> set[str]:
    """Ids of every visit there is."""
    return {row.id for row in await floor.db.read(lambda tx: tx.rows(sa.select(VISIT.c.id)))}
