"""REST of the duty roster: `/api/access/v1/duties`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.access.roster import actions, schemas

router = APIRouter(prefix="/api/access/v1/roster", tags=["roster"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]


@router.get("", summary="Who is on duty")
async def list_duties(
    call: Annotated[Call, reads("roster:read")],
    site_id: Annotated[str, Query(max_length=36)],
    begin: AwareDatetime,
    end: AwareDatetime,
) -> Response:
    """Stretches of duty of a site that touch the time from `begin` to `end`."""
    return await call.read(actions.list_duties, site_id, begin, end)


@router.post("", status_code=201, summary="Roster a duty", response_model=schemas.Duty)
async def post_duty(call: Annotated[Call, writes("roster:write")], body: schemas.DutyAsked) -> Response:
    """Put a person on duty.

    \f
    Control 1.1: each duty a named person.
    """
    return await call.write(actions.roster, body)


@router.delete("/{duty_id}", summary="Drop a duty")
async def delete_duty(call: Annotated[Call, writes("roster:write", key=False)], duty_id: Id) -> Response:
    """Take a stretch of duty out; doing it twice changes nothing."""
    return await call.write(actions.drop, duty_id)
