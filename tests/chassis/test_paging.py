"""Pages by keyset, forwards and back, by time and by a text, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.columns import Instant, plain_text
from chassis.paging import PageAsked, keyset, page_of, read_cursor
from chassis.problems import BadRequest

FIRST = datetime(2026, 11, 24, tzinfo=UTC)
TEXTS = ["an na", "li na", "li na", "Wang", "wang"]
"""Two rows share a text: their ids tell them apart. Capitals come first, letter by letter."""
METADATA = sa.MetaData()
ROW = sa.Table(
    "row",
    METADATA,
    sa.Column("id", sa.String(2), primary_key=True),
    sa.Column("name", plain_text(20)),
    sa.Column("at", Instant),
)


@pytest.fixture
def connection(new_url: Callable[[str], str]) -> Iterator[sa.Connection]:
    engine = sa.create_engine(new_url("paging"))
    METADATA.create_all(engine)
    with engine.begin() as opened:
        rows = [{"id": str(n), "name": text, "at": FIRST + timedelta(days=n)} for n, text in enumerate(TEXTS)]
        opened.execute(sa.insert(ROW), rows)
        yield opened
    engine.dispose()


def page(connection: sa.Connection, asked: PageAsked, by: str) -> dict[str, Any]:
    statement = keyset(sa.select(ROW), ROW.c[by], ROW.c.id, asked, rising=by == "name")
    rows = [dict(row._mapping) for row in connection.execute(statement)]
    return page_of(rows, asked, by)


@pytest.mark.parametrize(("by", "order"), [("name", "30124"), ("at", "43210")])
def test_a_list_is_walked_to_its_end_and_back(connection: sa.Connection, by: str, order: str) -> None:
    seen, cursor = [], None
    while True:
        found = page(connection, read_cursor(cursor, 2, by_text=by == "name"), by)
        seen.append([row["id"] for row in found["items"]])
        if not found["next"]:
            break
        cursor = found["next"]
    assert seen == [list(order[:2]), list(order[2:4]), list(order[4:])]
    back = page(connection, read_cursor(found["prev"], 2, by_text=by == "name"), by)
    assert [row["id"] for row in back["items"]] == list(order[2:4])
    assert page(connection, read_cursor(back["prev"], 2, by_text=by == "name"), by)["prev"] is None


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzFd"])
def test_a_cursor_nobody_gave_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest):
        read_cursor(cursor)
