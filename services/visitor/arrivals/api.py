"""REST of arriving: what a paired tablet calls, and the guard's two acts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from chassis.sheets import aside
from services.visitor.arrivals import actions, schemas
from services.visitor.consents import pictures
from services.visitor.visits.schemas import Visit

router = APIRouter(prefix="/api/visitor/v1", tags=["arrivals"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
AtTheDoor = Annotated[Call, writes("kiosk", key=False)]
ChecksIds = Annotated[Call, writes("id-checks:write")]


@router.post("/arrivals:find", summary="Find a visit by code", response_model=schemas.Found)
async def post_lookup(call: AtTheDoor, body: schemas.Lookup) -> Response:
    """The open visit with these six digits or this QR pass, masked, for a paired tablet."""
    return await call.write(actions.find, body)


@router.post("/arrivals/{visit_id}:arrive", summary="Arrive", response_model=schemas.Waiting)
async def post_arrival(call: Annotated[Call, writes("kiosk")], visit_id: Id, body: schemas.Arrival) -> Response:
    """The visitor has read and accepted both notices and declared belongings.

    \f
    Controls 2.1, 1.5a, 2.7c.
    """
    drawn = await aside(pictures.strokes, body.signature.drawn) if body.signature.drawn else None
    return await call.write(actions.arrive, visit_id, body, drawn)


@router.post("/arrivals/{visit_id}:decline", summary="Decline the notice", response_model=schemas.Waiting)
async def post_declined(call: Annotated[Call, writes("kiosk")], visit_id: Id) -> Response:
    """The visitor does not accept the visitors' notice; the host is asked to come to the door."""
    return await call.write(actions.decline, visit_id)


@router.post("/walk-ins", status_code=201, summary="Come without an appointment", response_model=schemas.Waiting)
async def post_walk_in(call: Annotated[Call, writes("kiosk")], body: schemas.WalkIn) -> Response:
    """Ask a host by whole name or extension; they, then the deputy, then the duty manager are told."""
    return await call.write(actions.walk_in, body)


@router.get("/arrivals/{visit_id}", summary="How a wait stands", response_model=schemas.Waiting)
async def get_waiting(call: Annotated[Call, reads("kiosk")], visit_id: Id) -> Response:
    """What the visitor's waiting page shows."""
    return await call.read(actions.waiting, visit_id)


@router.post("/visits/{visit_id}:check-id", summary="ID checked", response_model=Visit)
async def post_id_check(call: ChecksIds, visit_id: Id, body: schemas.IdCheck) -> Response:
    """A guard confirms the ID that was shown; it is neither kept nor copied.

    \f
    Control 2.1 (已查验证件).
    """
    return await call.write(actions.check_id, visit_id, body)


@router.post("/visits/{visit_id}:hand-badge", summary="Hand out a badge", response_model=Visit)
async def post_badge(call: ChecksIds, visit_id: Id, body: schemas.BadgeHanded) -> Response:
    """Give the visitor's badge, once permission, ID, notices and belongings are in order."""
    return await call.write(actions.hand_badge, visit_id, body)
