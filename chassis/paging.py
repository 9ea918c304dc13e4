"""Lists by keyset: newest first or by a text, an opaque cursor, no OFFSET, no total unless asked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from chassis.columns import instant_text
from chassis.problems import BadRequest

MOST = 200
USUAL = 50
CURSOR = ("after_at", "after_id")
"""The names of a cursor's values in a statement."""


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page a caller wants: rows after `after` (in list order), or before it when `backwards`."""

    limit: int = USUAL
    after: tuple[datetime | str, str] | None = None
    backwards: bool = False

    @property
    def form(self) -> PageAsked:
        """The page without its cursor's values, which are all that differs between statements for equal forms."""
        return self if self.after is None else replace(self, after=("", ""))

    @property
    def values(self) -> dict[str, Any]:
        """The cursor's values by the names that `keyset` gives them in a statement."""
        return {} if self.after is None else dict(zip(CURSOR, self.after, strict=True))


def read_cursor(cursor: str | None, limit: int = USUAL, *, by_text: bool = False) -> PageAsked:
    """Parse `?cursor=&limit=` of a list by time, or `by_text`. Raises `BadRequest` for a cursor this API never gave."""
    limit = max(1, min(limit, MOST))
    if not cursor:
        return PageAsked(limit)
    try:
        at, id_, backwards = orjson.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        here = str(at) if by_text else datetime.fromisoformat(at)
        return PageAsked(limit, (here, str(id_)), bool(backwards))
    except (ValueError, TypeError, binascii.Error) as error:
        raise unknown_cursor() from error


def unknown_cursor() -> BadRequest:
    """The answer to a cursor this API never gave."""
    return BadRequest("翻页位置无法识别，请从第一页开始", "Unknown cursor. Start from the first page")


def write_cursor(at: datetime | str, id_: str, *, backwards: bool = False) -> str:
    """An opaque cursor that stands at one row."""
    text = orjson.dumps([at if isinstance(at, str) else instant_text(at), id_, backwards])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def keyset(
    statement: sa.Select[Any],
    at: sa.ColumnElement[Any],
    id_: sa.ColumnElement[Any],
    page: PageAsked,
    *,
    rising: bool = False,
) -> Any:
    """`statement` ordered by `at` (newest first, or `rising`), one row more than a page to know whether more follow.

    The row value `(at, id) < (?, ?)` lets both engines walk one index.
    """
    upwards = rising is not page.backwards
    if page.after is not None:
        here = sa.tuple_(sa.bindparam(CURSOR[0], page.after[0], at.type), sa.bindparam(CURSOR[1], page.after[1]))
        there = sa.tuple_(at, id_)
        statement = statement.where(there > here if upwards else there < here)
    order = (at.asc(), id_.asc()) if upwards else (at.desc(), id_.desc())
    return statement.order_by(*order).limit(page.limit + 1)


def page_of(rows: Sequence[dict[str, Any]], page: PageAsked, at: str, id_: str = "id") -> dict[str, Any]:
    """The answer of a list: `items`, and `next` and `prev` cursors or null."""
    more = len(rows) > page.limit
    items = list(rows[: page.limit])
    if page.backwards:
        items.reverse()
    after = more if not page.backwards else page.after is not None
    before = more if page.backwards else page.after is not None
    return {
        "items": items,
        "next": write_cursor(items[-1][at], items[-1][id_]) if items and after else None,
        "prev": write_cursor(items[0][at], items[0][id_], backwards=True) if items and before else None,
    }
