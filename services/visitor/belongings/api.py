"""REST of belongings: `/api/visitor/v1/visits/{id}/belongings`, `/api/visitor/v1/belongings`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.belongings import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["belongings"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("belongings:read")]
Writes = Annotated[Call, writes("belongings:write")]


@router.get("/visits/{visit_id}/belongings", summary="Belongings of a visit", response_model=schemas.Belongings)
async def get_belongings(call: Reads, visit_id: Id) -> Response:
    """What the visitor declared and where it is."""
    return await call.read(views.of_visit, visit_id)


@router.post(
    "/visits/{visit_id}/belongings", status_code=201, summary="Declare belongings", response_model=schemas.Belongings
)
async def post_belongings(call: Writes, visit_id: Id, body: schemas.BelongingsAsked) -> Response:
    """The guard notes what a visitor shows at the desk; showing is voluntary, nobody is searched."""
    return await call.write(actions.declare_at_desk, visit_id, body)


@router.get("/belongings", summary="Open belongings", response_model=schemas.OpenBelongings)
async def get_open(call: Reads, site_id: Annotated[str, Query(pattern=ids.PATTERN)]) -> Response:
    """What visitors on a site's premises still have to leave outside, then everything in its lockers, by locker."""
    return await call.read(views.open_at, site_id)


@router.post("/belongings/{belonging_id}:leave-outside", summary="Into a locker", response_model=schemas.Belongings)
async def post_locker(call: Writes, belonging_id: Id, body: schemas.LockerAsked) -> Response:
    """Put a thing into a locker; the visitor keeps the tag.

    \f
    Control 2.7c: the one outcome for listed media.
    """
    return await call.write(actions.leave_outside, belonging_id, body)


@router.post("/belongings/{belonging_id}:give-back", summary="Give back", response_model=schemas.Belongings)
async def post_return(call: Writes, belonging_id: Id) -> Response:
    """Give a thing back for its tag."""
    return await call.write(actions.give_back, belonging_id)


@router.post("/belongings/{belonging_id}:report-lost", summary="Lost", response_model=schemas.Belongings)
async def post_loss(call: Writes, belonging_id: Id, body: schemas.LossAsked) -> Response:
    """A thing that was left outside cannot be given back; how it was lost is kept."""
    return await call.write(actions.report_lost, belonging_id, body)
