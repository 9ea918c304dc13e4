"""REST of sites: `/api/access/v1/sites`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.moments import Day
from chassis.routes import Call, MaySee, reads, writes
from services.access.calendar.schemas import Calendar, DayKept
from services.access.sites import actions, schemas

router = APIRouter(prefix="/api/access/v1/sites", tags=["sites"])
Reads = Annotated[Call, reads("sites:read")]
Writes = Annotated[Call, writes("sites:write", key=False)]


@router.get("", summary="Sites, areas and doors", response_model=schemas.Sites)
async def list_sites(call: Reads) -> Response:
    """Every site with its areas and doors, by code; those no longer used are marked."""
    return await call.read(actions.all_sites)


@router.put("/{site}", summary="Add or change a site", response_model=schemas.Site)
async def put_site(call: Writes, site: schemas.Code, body: schemas.SiteKept, seen: MaySee) -> Response:
    """The site with this code becomes as sent; send If-Match to refuse a lost update. Closed once nothing is in it."""
    return await call.write(actions.keep_site, site, body, seen)


@router.put("/{site}/areas/{area}", summary="Add or change an area", response_model=schemas.Area)
async def put_area(
    call: Writes, site: schemas.Code, area: schemas.Code, body: schemas.AreaKept, seen: MaySee
) -> Response:
    """The area with this code becomes as sent. Closed once no door leads into it and no visit is open for it.

    \f
    Control 2.6: area kinds carry the rules.
    """
    return await call.write(actions.keep_area, site, area, body, seen)


@router.put("/{site}/doors/{door}", summary="Add or change a door", response_model=schemas.Door)
async def put_door(
    call: Writes, site: schemas.Code, door: schemas.Code, body: schemas.DoorKept, seen: MaySee
) -> Response:
    """The door with this code becomes as sent. Closed once no tablet is paired to it."""
    return await call.write(actions.keep_door, site, door, body, seen)


@router.get("/{site}/calendar", summary="Calendar of a site", response_model=Calendar)
async def get_calendar(
    call: Reads, site: schemas.Code, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> Response:
    """The days of a year that are worked or free against the usual week; by default of the present year."""
    return await call.read(actions.show_calendar, site, year)


@router.put("/{site}/calendar/{day}", summary="Set a calendar day", response_model=Calendar)
async def put_day(call: Writes, site: schemas.Code, day: Day, body: DayKept) -> Response:
    """Say that one day is worked or free, whatever is published. The day is a local date of the site."""
    return await call.write(actions.keep_day, site, day, body)


@router.delete("/{site}/calendar/{day}", summary="Take back a calendar day", response_model=Calendar)
async def delete_day(call: Writes, site: schemas.Code, day: Day) -> Response:
    """The published calendar holds again for this day, else the usual week; doing it twice changes nothing."""
    return await call.write(actions.drop_day, site, day)
