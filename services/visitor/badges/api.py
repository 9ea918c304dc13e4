"""REST of badges: `/api/visitor/v1/badges`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.paging import MOST, USUAL, read_cursor
from chassis.routes import Call, reads, writes
from services.visitor.badges import actions, schemas, views
from services.visitor.badges.rules import BadgeKind, BadgeState

router = APIRouter(prefix="/api/visitor/v1/badges", tags=["badges"])
SiteId = Annotated[str, Query(pattern=ids.PATTERN)]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Reads = Annotated[Call, reads("badges:read")]
Writes = Annotated[Call, writes("badges:write")]


@router.get("", summary="Badge stock", response_model=schemas.Stock)
async def get_stock(
    call: Reads,
    site_id: SiteId,
    state: BadgeState | None = None,
    kind: BadgeKind | None = None,
    cursor: Cursor = None,
    limit: Limit = MOST,
) -> Response:
    """A site's badges by number, the counts by state, which must add up, and the next free ones."""
    return await call.read(views.stock, site_id, read_cursor(cursor, limit, by_text=True), state, kind)


@router.get("/day", summary="Badges of today", response_model=schemas.Day)
async def get_day(call: Reads, site_id: SiteId) -> Response:
    """What went out on the site's present local day: returned, lost and still out add up to it."""
    return await call.read(views.day, site_id)


@router.get("/counts", summary="Counts by hand", response_model=schemas.Counts)
async def get_counts(call: Reads, site_id: SiteId, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """Who counted when, what should have been there, and which badges made a difference; the newest first."""
    return await call.read(views.counts, site_id, read_cursor(cursor, limit))


@router.get("/{no}", summary="One badge", response_model=schemas.BadgeHistory)
async def get_badge(call: Reads, no: Annotated[str, Path(max_length=20)], site_id: SiteId) -> Response:
    """A badge of a site with the visits that had it lately."""
    return await call.read(views.badge, site_id, no)


@router.post("", status_code=201, summary="Add badges", response_model=schemas.Stock)
async def post_badges(call: Writes, body: schemas.BadgesAdded) -> Response:
    """Put a range of badges into stock; numbers that exist stay as they are.

    \f
    Control 2.1.
    """
    return await call.write(actions.add_badges, body)


@router.post(":retire", summary="Retire a badge", response_model=schemas.BadgeHistory)
async def post_retirement(call: Writes, body: schemas.BadgeNamed) -> Response:
    """A worn badge, or one that was lost and found, is never handed out again."""
    return await call.write(actions.retire, body)


@router.post(":lose", summary="Report a badge lost", response_model=schemas.BadgeHistory)
async def post_loss(call: Writes, body: schemas.BadgeNamed) -> Response:
    """What should lie in store and does not opens nothing any more; one a visitor wears is lost by their exit."""
    return await call.write(actions.lose, body)


@router.post(":found", summary="A lost badge was found", response_model=schemas.BadgeHistory)
async def post_found(call: Writes, body: schemas.BadgeNamed) -> Response:
    """A badge that was reported lost lies here again: it goes back into store."""
    return await call.write(actions.found, body)


@router.post(":count", summary="Count the badges in store", response_model=schemas.Day)
async def post_count(call: Writes, body: schemas.Counted) -> Response:
    """Keep a count by hand; a difference is named badge by badge, and the floor manager is told.

    \f
    Control 2.1: the day's count must add up.
    """
    return await call.write(actions.count, body)
