"""The working calendar of a site: a year at a glance, the company's own days against the published ones."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.site_map import chosen_site

router = APIRouter(include_in_schema=False)


@router.get("/settings/calendar")
async def show_calendar(request: Request, caller: SignedIn) -> Response:
    """A year of a site: holidays, shifted working days, and what the company set."""
    return await _show(request, caller)


@router.post("/settings/calendar")
async def set_day(request: Request, caller: SignedIn) -> Response:
    """Say that a day is worked or free."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    day, names = str(form.get("day") or ""), {name: str(form.get(name) or "") for name in ("name", "name_en")}
    body = {"working": form.get("working") == "yes", **names}
    try:
        path = f"/sites/{site['code']}/calendar/{day or '-'}"
        await caller.put("access", path, body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        return await _show(request, caller, Answers.refused(form, refused.problem, staff=True), refused.status)
    return _go(request, site, day)


@router.post("/settings/calendar/{day}/drop")
async def drop_day(request: Request, caller: SignedIn, day: str) -> Response:
    """Take back what the company set for a day."""
    _, site = await chosen_site(request, caller)
    await caller.delete("access", f"/sites/{site['code']}/calendar/{day}")
    return _go(request, site, day)


async def _show(request: Request, caller: Caller, answers: Answers | None = None, status: int = 200) -> Response:
    known, site = await chosen_site(request, caller)
    asked = request.query_params.get("year", "")
    this_year = clock.now().astimezone(ZoneInfo(site["zone"])).year
    year = int(asked) if asked.isascii() and asked.isdecimal() and 2000 <= int(asked) <= 2100 else this_year
    found = (await caller.get("access", f"/sites/{site['code']}/calendar", {"year": year})).data
    days = {date.fromisoformat(one["day"]): one for one in found["items"]}
    own = [one for one in found["items"] if one["source"] == "company"]
    values = {"site": site, "sites": known.sites, "found": found, "own": own, "months": _months(year, days)}
    values |= {"year": year, "years": [this_year, this_year + 1, this_year + 2]}
    page: Response = request.app.state.render.page(
        request, "settings/calendar.html", block="results", status=status, answers=answers or Answers(), **values
    )
    return page


def _months(year: int, days: Mapping[date, Mapping[str, Any]]) -> list[tuple[date, list[list[tuple[int, str, str]]]]]:
    """Twelve months of weeks from Monday; each day with how it stands: `work`, `free`, `holiday` or `shifted`."""

    def one(day: date, month: int) -> tuple[int, str, str]:
        if day.month != month:
            return (0, "", "")
        found, usual = days.get(day), day.weekday() < 5
        if found is None or (found["working"] and usual):
            return (day.day, "work" if usual else "free", str(found["source"]) if found else "")
        return (day.day, "shifted" if found["working"] else "holiday", str(found["source"]))

    weeks = calendar.Calendar(firstweekday=0)
    return [
        (date(year, month, 1), [[one(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)])
        for month in range(1, 13)
    ]


def _go(request: Request, site: Mapping[str, Any], day: str) -> Response:
    url = f"/settings/calendar?site={site['id']}&year={day[:4]}#own"
    response: Response = request.app.state.render.go(request, url)
    return response
