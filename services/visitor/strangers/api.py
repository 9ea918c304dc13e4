"""REST of strangers: `/api/visitor/v1/strangers`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.paging import USUAL, read_cursor
from chassis.routes import Call, MaySee, reads, writes
from services.visitor.strangers import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1/strangers", tags=["strangers"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("strangers:read")]
Writes = Annotated[Call, writes("strangers:write")]
Steps = Annotated[Call, writes("strangers:write", key=False)]


@router.get("", summary="Strangers seen", response_model=schemas.Strangers)
async def list_strangers(
    call: Reads,
    site_id: Annotated[str, Query(max_length=36)],
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Response:
    """Cases of a site, newest first: all for guards and managers, their own reports for anybody else."""
    return await call.read(views.list_of, site_id, read_cursor(cursor, limit))


@router.post("", status_code=201, summary="Report a stranger", response_model=schemas.Stranger)
async def post_stranger(call: Writes, body: schemas.StrangerSeen) -> Response:
    """One tap: guard and floor manager are alarmed at once; details can follow.

    \f
    Control 2.3.
    """
    return await call.write(actions.report, body)


@router.get("/{stranger_id}", summary="One case", response_model=schemas.Stranger)
async def get_stranger(call: Reads, stranger_id: Id) -> Response:
    """A case with what the caller may do."""
    return await call.read(views.show, stranger_id)


@router.patch("/{stranger_id}", summary="Add details", response_model=schemas.Stranger)
async def patch_stranger(call: Steps, stranger_id: Id, body: schemas.Details, seen: MaySee) -> Response:
    """Place, note and visit, after the tap; send If-Match to refuse a lost update."""
    return await call.write(actions.describe, stranger_id, body, seen)


@router.post("/{stranger_id}:call-guard", summary="Call the guard", response_model=schemas.Stranger)
async def post_guard_call(call: Steps, stranger_id: Id) -> Response:
    """The guard takes it on."""
    return await call.write(actions.call_guard, stranger_id)


@router.post("/{stranger_id}:show-out", summary="Shown out", response_model=schemas.Stranger)
async def post_shown_out(call: Steps, stranger_id: Id) -> Response:
    """The stranger is outside, politely and of their own accord."""
    return await call.write(actions.shown_out, stranger_id)


@router.post("/{stranger_id}:ask", summary="Asked", response_model=schemas.Stranger)
async def post_asked(call: Steps, stranger_id: Id) -> Response:
    """The stranger was asked, outside."""
    return await call.write(actions.asked, stranger_id)


@router.post("/{stranger_id}:close", summary="Close a case", response_model=schemas.Stranger)
async def post_closing(call: Steps, stranger_id: Id, body: schemas.Closing) -> Response:
    """Say how it ended."""
    return await call.write(actions.close, stranger_id, body)
