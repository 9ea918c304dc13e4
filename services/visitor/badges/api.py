"""REST of badges: `/api/visitor/v1/badges`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.badges import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1/badges", tags=["badges"])
SiteId = Annotated[str, Query(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("badges:read")]
Writes = Annotated[Call, writes("badges:write")]


@router.get("", summary="Badge stock", response_model=schemas.Stock)
async def get_stock(call: Reads, site_id: SiteId) -> Response:
    """A site's badges, the counts by state, which must add up, and the next free ones."""
    return await call.read(views.stock, site_id)


@router.get("/day", summary="Badges of today", response_model=schemas.Day)
async def get_day(call: Reads, site_id: SiteId) -> Response:
    """What went out on the site's present local day: returned, lost and still out add up to it."""
    return await call.read(views.day, site_id)


@router.post("", status_code=201, summary="Add badges", response_model=schemas.Stock)
async def post_badges(call: Writes, body: schemas.BadgesAdded) -> Response:
    """Put a range of badges into stock; numbers that exist stay as they are.

    \f
    Control 2.1.
    """
    return await call.write(actions.add_badges, body)


@router.post(":retire", summary="Retire a badge", response_model=schemas.Stock)
async def post_retirement(call: Writes, body: schemas.BadgeRetired) -> Response:
    """A worn badge, or one that was lost and found, is never handed out again."""
    return await call.write(actions.retire, body)


@router.post(":count", summary="Count the badges in store", response_model=schemas.Day)
async def post_count(call: Writes, body: schemas.Counted) -> Response:
    """Keep a count by hand; a difference needs its note, and the floor manager is told.

    \f
    Control 2.1: the day's count must add up.
    """
    return await call.write(actions.count, body)
