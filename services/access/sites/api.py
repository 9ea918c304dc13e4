"""REST of sites: `/api/access/v1/sites`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from chassis.routes import Call, reads, writes
from services.access.sites import actions, schemas

router = APIRouter(prefix="/api/access/v1/sites", tags=["sites"])
Reads = Annotated[Call, reads("sites:read")]
Writes = Annotated[Call, writes("sites:write", key=False)]


@router.get("", summary="Sites, areas and doors", response_model=schemas.Sites)
async def list_sites(call: Reads) -> Response:
    """Every site with its areas and doors, by code."""
    return await call.read(actions.all_sites)


@router.put("/{site}", summary="Add or change a site", response_model=schemas.Site)
async def put_site(call: Writes, site: schemas.Code, body: schemas.SiteKept) -> Response:
    """The site with this code becomes as sent; send If-Match to refuse a lost update."""
    return await call.write(actions.keep_site, site, body, call.seen)


@router.put("/{site}/areas/{area}", summary="Add or change an area", response_model=schemas.Area)
async def put_area(call: Writes, site: schemas.Code, area: schemas.Code, body: schemas.AreaKept) -> Response:
    """The area with this code becomes as sent.

    \f
    Control 2.6: area kinds carry the rules.
    """
    return await call.write(actions.keep_area, site, area, body, call.seen)


@router.put("/{site}/doors/{door}", summary="Add or change a door", response_model=schemas.Door)
async def put_door(call: Writes, site: schemas.Code, door: schemas.Code, body: schemas.DoorKept) -> Response:
    """The door with this code becomes as sent."""
    return await call.write(actions.keep_door, site, door, body, call.seen)


@router.get("/{site}/calendar", summary="Calendar of a site")
async def get_calendar(call: Reads, site: schemas.Code) -> Response:
    """Days worked or free against the usual week."""
    return await call.read(actions.calendar, site)


@router.put("/{site}/calendar/{day}", summary="Set a calendar day", response_model=schemas.CalendarDay)
async def put_day(call: Writes, site: schemas.Code, day: date, body: schemas.DayKept) -> Response:
    """Say that one day is worked or free, as holidays shift it. The day is a local date of the site."""
    return await call.write(actions.keep_day, site, day, body)
