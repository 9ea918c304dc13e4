"""The journal as others read it: the feed that services follow, and the trail that auditors read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import JournalTables
from chassis.problems import Forbidden, Unavailable
from chassis.roles import Role
from chassis.routes import Call, answer, reads


class FactShown(BaseModel):
    """One row of the journal; `body` holds ids, codes and numbers of what happened to `subject`."""

    idx: int
    at: datetime
    actor: str
    fact: str
    subject: str
    controls: list[str]
    body: dict[str, Any]
    behalf: str | None = None
    device: str | None = None
    door: str | None = None


class Trail(BaseModel):
    """A page of the audit trail; `next` is the `before` of the page after it."""

    items: list[FactShown]
    next: int | None


MOST_ROWS = 2**53 - 1
"""The largest index that every reader of JSON keeps whole."""
StateOf = Callable[[Tx, str], Mapping[str, Any] | None]


def feed_router(tables: JournalTables, states: Mapping[str, StateOf]) -> APIRouter:
    """Routes `/internal/journal` (followers) of a service whose subjects' present state `states` can tell."""
    router = APIRouter(include_in_schema=False)
    journal = tables.journal.c

    def page(tx: Tx, _actor: Actor, after: int, limit: int) -> dict[str, Any]:
        rows = tx.rows(
            sa.select(journal.idx, journal.data).where(journal.idx >= after).order_by(journal.idx).limit(limit)
        )
        size = tx.scalar(sa.select(tables.head.c.size)) or 0
        seen: dict[str, Mapping[str, Any] | None] = {}
        return {"size": size, "items": [_entry(tx, row.idx, row.data, states, seen) for row in rows]}

    @router.get("/internal/journal")
    async def follow(
        call: Annotated[Call, reads("journal:read")],
        after: Annotated[int, Query(ge=0, le=MOST_ROWS)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
        wait: Annotated[int, Query(ge=0, le=20)] = 0,
    ) -> Response:
        """Rows from index `after` on, each with its subject's state; waits up to `wait` seconds for the next."""
        if call.actor.kind != "service":
            raise Forbidden()
        with call.db.listening() as news:
            found = await call.db.read(page, call.actor, after, limit)
            if not found["items"] and wait:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):  # `wait_for` may swallow a cancellation that meets the news
                        await news.wait()
                if call.db.released:
                    raise Unavailable()
                found = await call.db.read(page, call.actor, after, limit)
        return answer(found)

    return router


def _entry(
    tx: Tx, idx: int, data: str, states: Mapping[str, StateOf], seen: dict[str, Mapping[str, Any] | None]
) -> dict[str, Any]:
    row = orjson.loads(data)
    subject = row["subject"]
    kind, _, id_ = subject.partition(":")
    if subject not in seen:
        seen[subject] = states[kind](tx, id_) if kind in states else None
    return {"idx": idx, **row, "state": seen[subject]}


def trail_router(service: str, tables: JournalTables) -> APIRouter:
    """Route `/api/<service>/v1/journal`: the audit trail for auditors, newest first, by subject, actor or fact."""
    router = APIRouter(prefix=f"/api/{service}/v1", tags=["audit"])
    journal = tables.journal.c

    def trail(
        tx: Tx, actor: Actor, before: int | None, subject: str | None, who: str | None, fact: str | None
    ) -> dict[str, Any]:
        if not any(actor.has(role) for role in (Role.AUDITOR, Role.SECURITY_ADMIN, Role.PLATFORM_ADMIN)):
            raise Forbidden()
        asked = ((journal.subject, subject), (journal.actor, who), (journal.fact, fact))
        wanted = [column == value for column, value in asked if value]
        if before is not None:
            wanted.append(journal.idx < before)
        found = tx.rows(sa.select(journal.idx, journal.data).where(*wanted).order_by(journal.idx.desc()).limit(51))
        items = [{"idx": row.idx, **orjson.loads(row.data)} for row in found[:50]]
        return {"items": items, "next": items[-1]["idx"] if len(found) > 50 else None}

    @router.get("/journal", summary="Audit trail", response_model=Trail)
    async def read_trail(
        call: Annotated[Call, reads("audit:read")],
        before: Annotated[int | None, Query(ge=0, le=MOST_ROWS)] = None,
        subject: Annotated[str | None, Query(max_length=80)] = None,
        actor: Annotated[str | None, Query(max_length=80)] = None,
        fact: Annotated[str | None, Query(max_length=60)] = None,
    ) -> Response:
        """The journal's rows, newest first, 50 a page. Ids only: no personal value is ever written here."""
        return await call.read(trail, before, subject, actor, fact)

    return router
