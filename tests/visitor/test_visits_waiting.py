"""What waits for a person is found in the same few statements however much it is; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that any database runs within the block."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def test_four_visits_cost_as_many_statements_as_one(floor: Floor) -> None:
    invited, ran = set(), []
    for more in (1, 3):
        invited |= {(await floor.invite("LOUNGE", by="agent"))["id"] for _ in range(more)}
        with counted() as found:
            waiting = (await floor.as_("host").get("/visits/waiting")).body["items"]
        assert {visit["id"] for visit in waiting} == invited
        assert {visit["visitor_name"] for visit in waiting} == {"王小明"}
        ran.append(len(found))
    assert ran[0] == ran[1] > 0
