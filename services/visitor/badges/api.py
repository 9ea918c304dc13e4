"""REST of badges: `/api/visitor/v1/badges`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.routes import Call, reads, writes
from services.visitor.badges import actions, schemas

router = APIRouter(prefix="/api/visitor/v1/badges", tags=["badges"])


@router.get("", summary="Badge stock", response_model=schemas.Stock)
async def get_stock(
    call: Annotated[Call, reads("badges:read")], site_id: Annotated[str, Query(max_length=36)]
) -> Response:
    """A site's badges, the counts by state, which must add up, and the next free ones."""
    return await call.read(actions.stock, site_id)


@router.post("", summary="Add badges", response_model=schemas.Stock)
async def post_badges(call: Annotated[Call, writes("badges:write")], body: schemas.BadgesAdded) -> Response:
    """Put a range of badges into stock.

    \f
    Control 2.1.
    """
    return await call.write(actions.add_badges, body)
