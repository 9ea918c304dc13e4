"""REST of escorts: `/api/visitor/v1/escorts`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.moments import Moment
from chassis.paging import USUAL, read_cursor
from chassis.routes import Call, MustSee, reads, writes
from services.visitor.escorts import actions, schemas, views
from services.visitor.escorts.rules import EscortKind

router = APIRouter(prefix="/api/visitor/v1/escorts", tags=["escorts"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
AnId = Annotated[str, Query(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("escorts:read")]
Writes = Annotated[Call, writes("escorts:write")]


@router.get("", summary="Designations", response_model=schemas.Designations)
async def list_designations(
    call: Reads,
    site_id: AnId,
    over: Annotated[bool, Query(description="Those that are over instead")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Response:
    """Who is designated to escort at a site, newest first."""
    return await call.read(views.list_designations, site_id, read_cursor(cursor, limit), over)


@router.get("/entitled", summary="Who may escort", response_model=schemas.EntitledList)
async def list_entitled(
    call: Reads,
    site_id: AnId,
    kind: EscortKind,
    area: Annotated[list[str], Query(max_length=20)],
    begin: Moment,
    end: Moment,
) -> Response:
    """Everybody designated for all these areas over the whole time, with how much room they have."""
    return await call.read(views.list_entitled, site_id, kind, area, begin, end)


@router.get("/{designation_id}", summary="One designation", response_model=schemas.Designation)
async def get_designation(call: Reads, designation_id: Id) -> Response:
    """Who is designated, for what, until when, and how it ended."""
    return await call.read(views.show_designation, designation_id)


@router.post("", status_code=201, summary="Designate an escort", response_model=schemas.Designation)
async def post_designation(call: Writes, body: schemas.DesignationAsked) -> Response:
    """Arrange that a person may escort; for the centre manager of the site.

    \f
    Control 2.4.
    """
    return await call.write(actions.designate, body)


@router.post("/{designation_id}:end", summary="End a designation", response_model=schemas.Designation)
async def post_end(call: Writes, designation_id: Id, body: schemas.EndAsked, seen: MustSee) -> Response:
    """End a designation now, with a reason; needs If-Match. A visitor in that company raises the alarm at once."""
    return await call.write(actions.end_designation, designation_id, body, seen)
