"""REST of the duty roster: `/api/access/v1/roster`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.moments import Moment
from chassis.routes import Call, reads, writes
from services.access.roster import actions, schemas, views

router = APIRouter(prefix="/api/access/v1/roster", tags=["roster"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("roster:read")]
Writes = Annotated[Call, writes("roster:write")]
Drops = Annotated[Call, writes("roster:write", key=False)]


@router.get("", summary="Who is on duty", response_model=schemas.Roster)
async def list_duties(
    call: Reads, site_id: Annotated[str, Query(pattern=ids.PATTERN)], begin: Moment, end: Moment
) -> Response:
    """Who is on duty at a site between two instants, who is away, and which hours nobody covers."""
    return await call.read(views.roster, site_id, begin, end)


@router.post("", status_code=201, summary="Roster a duty", response_model=schemas.Rostered)
async def post_duty(call: Writes, body: schemas.DutyAsked) -> Response:
    """Put a person on duty, on one day or on several in a row; all or none.

    \f
    Control 1.1: each duty a named person.
    """
    return await call.write(actions.roster, body)


@router.delete("/{duty_id}", summary="Drop a duty", response_model=schemas.Dropped)
async def delete_duty(call: Drops, duty_id: Id) -> Response:
    """Take a stretch of duty out; doing it twice changes nothing."""
    return await call.write(actions.drop, duty_id)


@router.post("/leaves", status_code=201, summary="Record a leave", response_model=schemas.Leave)
async def post_leave(call: Writes, body: schemas.LeaveAsked) -> Response:
    """Somebody is away: the stand-in takes their duties of that time; without one they are left open."""
    return await call.write(actions.record_leave, body)


@router.delete("/leaves/{leave_id}", summary="Take a leave back", response_model=schemas.Dropped)
async def delete_leave(call: Drops, leave_id: Id) -> Response:
    """Somebody is not away after all; the roster stays as written. Doing it twice changes nothing."""
    return await call.write(actions.drop_leave, leave_id)
