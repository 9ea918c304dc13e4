"""Who may call which route of the equipment service: in writing, held against every route, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.access.base import BASE as ACCESS
from services.equipment.app import PARTS
from services.equipment.base import BASE
from tests.conftest import OpenDb
from tests.ladder import EVERYBODY, World, gaps, row, wrong_doors
from tests.ladder_stage import add_others, unkept
from tests.scenes import head_office

pytestmark = pytest.mark.anyio
ROWS = (
    row("GET /journal", "audit:read", "auditor security platform"),
    row("GET /controls", "controls:read", EVERYBODY, "service"),
    row("GET /setup", "setup:read", "platform security auditor manager far client"),
    row("GET /internal/journal", "journal:read", "service"),
    row("GET /internal/status", "journal:read", "service"),
)
OPEN = frozenset({"GET /healthz", "GET /readyz", "GET /internal/metrics"})
"""Health and figures tell nothing of anybody; `/internal` is reached inside the deployment only."""


@pytest.fixture
async def world(open_db: OpenDb) -> AsyncIterator[World]:
    access = open_db(ACCESS, head_office().fillings["access"])
    ids = head_office().ids
    others = add_others(access, ids)
    async with unkept(PARTS, open_db(BASE)) as app:
        yield World(PARTS, app, ids, others, {})


def test_every_route_has_its_row() -> None:
    wrong = gaps(PARTS, ROWS, OPEN)
    assert not wrong, "\n".join(wrong)


async def test_each_of_the_cast_gets_what_the_table_says(world: World) -> None:
    wrong = await wrong_doors(world, ROWS)
    assert not wrong, "\n".join(wrong)
