"""REST of custody: `/api/visitor/v1/custody`, and its acts on a visit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.custody import actions, schemas, views
from services.visitor.visits.schemas import Visit

router = APIRouter(prefix="/api/visitor/v1", tags=["custody"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Writes = Annotated[Call, writes("visits:write")]


@router.get("/custody", summary="Visitors in my company", response_model=schemas.Company)
async def get_company(call: Annotated[Call, reads("visits:read")]) -> Response:
    """Whom the caller accompanies now, who was offered, and whom the caller could take over.

    \f
    Control 2.4.
    """
    return await call.read(views.company)


@router.post("/visits/{visit_id}/custody:offer", summary="Offer custody", response_model=Visit)
async def post_offer(call: Writes, visit_id: Id, body: schemas.CustodyOffer) -> Response:
    """The escort offers the visitor to another designated escort.

    \f
    Control 2.4: handing over needs both.
    """
    return await call.write(actions.offer, visit_id, body)


@router.post("/visits/{visit_id}/custody:accept", summary="Accept custody", response_model=Visit)
async def post_acceptance(call: Writes, visit_id: Id) -> Response:
    """The offered escort takes over."""
    return await call.write(actions.accept, visit_id)


@router.post("/visits/{visit_id}/custody:decline", summary="Decline custody", response_model=Visit)
async def post_declining(call: Writes, visit_id: Id) -> Response:
    """The offered escort declines; nothing changes."""
    return await call.write(actions.decline, visit_id)


@router.post("/visits/{visit_id}/custody:take-over", summary="Take custody over", response_model=Visit)
async def post_take_over(call: Writes, visit_id: Id) -> Response:
    """A designated escort takes over a visitor whose escort may escort no more."""
    return await call.write(actions.take_over, visit_id)


@router.post("/visits/{visit_id}/custody:bring-back", summary="Out of the area again", response_model=schemas.Company)
async def post_return(call: Writes, visit_id: Id) -> Response:
    """The escort says that the visitor has left the area; the lounge has them back."""
    return await call.write(actions.bring_back, visit_id)
