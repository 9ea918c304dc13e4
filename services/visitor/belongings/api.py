"""REST of belongings: `/api/visitor/v1/visits/{id}/belongings`, `/belongings/{id}`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.belongings import actions, schemas

router = APIRouter(prefix="/api/visitor/v1", tags=["belongings"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Writes = Annotated[Call, writes("belongings:write")]


@router.get("/visits/{visit_id}/belongings", summary="Belongings of a visit", response_model=schemas.Belongings)
async def get_belongings(call: Annotated[Call, reads("belongings:read")], visit_id: Id) -> Response:
    """What the visitor declared and where it is."""
    return await call.read(actions.list_of, visit_id)


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
