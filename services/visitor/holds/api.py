"""REST of legal holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.paging import USUAL, read_cursor
from chassis.routes import Call, reads, writes
from services.visitor.holds import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["personal-data"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("visits:read")]
Writes = Annotated[Call, writes("visits:write")]


@router.get("/holds", summary="Legal holds", response_model=schemas.Holds)
async def list_holds(
    call: Reads,
    in_force: Annotated[bool, Query(description="Only those not lifted")] = True,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Response:
    """What is kept by law beyond its time, newest first; for the security admin and auditors.

    \f
    Control 2.1; PIPL article 47.
    """
    return await call.read(views.list_of, read_cursor(cursor, limit), in_force)


@router.get("/holds/{hold_id}", summary="One legal hold", response_model=schemas.Hold)
async def get_hold(call: Reads, hold_id: Id) -> Response:
    """A hold: why, since when, by whom, when it is reviewed, and how it ended."""
    return await call.read(views.show, hold_id)


@router.get("/visits/{visit_id}/holds", summary="Legal holds on a visitor", response_model=schemas.HoldsOfVisit)
async def get_holds_of_visit(call: Reads, visit_id: Id) -> Response:
    """The holds in force on the visitor of this visit, also those placed from another visit of theirs."""
    return await call.read(views.of_visit, visit_id)


@router.post("/visits/{visit_id}:hold", status_code=201, summary="Place a legal hold", response_model=schemas.Hold)
async def post_hold(call: Writes, visit_id: Id, body: schemas.HoldAsked) -> Response:
    """Keep everything known of the visitor of this visit, under the same name and phone: no erasure and no end of a
    period takes it until the hold is lifted. 409 once the visitor was erased.

    \f
    Control 2.1; PIPL article 47.
    """
    return await call.write(actions.place, visit_id, body)


@router.post("/holds/{hold_id}:review", summary="Review a legal hold", response_model=schemas.Hold)
async def post_review(call: Writes, hold_id: Id, body: schemas.ReviewAsked) -> Response:
    """It is still needed: the next look is due at another day."""
    return await call.write(actions.review, hold_id, body)


@router.post("/holds/{hold_id}:lift", summary="Lift a legal hold", response_model=schemas.Hold)
async def post_lifting(call: Writes, hold_id: Id, body: schemas.LiftAsked) -> Response:
    """End a hold, after a second check; what is past its time goes with the next hourly run."""
    return await call.write(actions.lift, hold_id, body)
