"""REST of entering and leaving: two badges at a door, the guard's desk, who is inside."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from chassis.rules import PolicyRefused
from services.visitor.entries import actions, schemas, views
from services.visitor.visits.schemas import Visit

router = APIRouter(prefix="/api/visitor/v1", tags=["entries"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
AtTheDoor = Annotated[Call, writes("kiosk")]
Writes = Annotated[Call, writes("visits:write")]


@router.post("/entries", status_code=201, summary="Scan a visitor's badge", response_model=schemas.Scanned)
async def post_scan(call: AtTheDoor, body: schemas.BadgeScan) -> Response:
    """First badge at a door; the designated escort's must follow within 60 seconds.

    \f
    Control 2.4.
    """
    return await call.write(actions.scan_visitor, body)


@router.post("/entries/{scan_id}:escort", summary="Scan the escort's badge", response_model=schemas.Entered)
async def post_entry(call: AtTheDoor, scan_id: Id, body: schemas.BadgeScan) -> Response:
    """Second badge: everything is checked again, then the visitor goes in with this escort.

    \f
    Controls 2.1, 2.4, 2.6.
    """
    try:
        return await call.write(actions.enter, scan_id, body)
    except PolicyRefused as refused:
        visit_id = await call.db.read(actions.visit_of_scan, call.actor, scan_id)
        if visit_id is not None:
            broken = tuple(breach.rule.name for breach in refused.breaches)
            await call.db.write(actions.note_refused, call.actor, visit_id, broken)
        raise


@router.post("/exits:area", summary="Come out of an area", response_model=schemas.LeftArea)
async def post_area_exit(call: AtTheDoor, body: schemas.BadgeScan) -> Response:
    """The visitor's badge on the way out of the floor: custody ends."""
    return await call.write(actions.leave_area, body)


@router.post("/exits", summary="Leave", response_model=schemas.LeftArea)
async def post_exit(call: AtTheDoor, body: schemas.BadgeScan) -> Response:
    """The visitor's badge scanned back at the front door; belongings must be collected first."""
    return await call.write(actions.leave, body)


@router.post("/visits/{visit_id}:leave", summary="Close a visit at the desk", response_model=Visit)
async def post_leave(call: Writes, visit_id: Id, body: schemas.Leaving) -> Response:
    """A guard closes a visit, with a reason where a badge or belongings stay out."""
    return await call.write(actions.leave_at_desk, visit_id, body)


@router.post("/visits/{visit_id}:confirm-left", summary="Confirm an assumed exit", response_model=Visit)
async def post_confirmation(call: Writes, visit_id: Id, body: schemas.Confirmed) -> Response:
    """Only now the visitor leaves the roll-call list."""
    return await call.write(actions.confirm_left, visit_id, body)


@router.get("/presence", summary="Who is inside", response_model=schemas.Presence)
async def get_presence(
    call: Annotated[Call, reads("visits:read")], site_id: Annotated[str, Query(max_length=36)]
) -> Response:
    """Everybody on the premises or not confirmed to have left, by certainty."""
    return await call.read(views.presence, site_id)
