"""The duty roster of a site, week by week: who is on duty, who is away, and which hours nobody covers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis import clock
from gateway.answers import Answers, Fault
from gateway.caller import Caller, Refused, SignedIn
from gateway.site_map import chosen_site, instant_of

router = APIRouter(include_in_schema=False)
KINDS = ("duty_manager", "guard", "floor_manager", "maintenance")


@router.get("/roster")
async def show_roster(request: Request, caller: SignedIn) -> Response:
    """A week of the site's roster; the address names site and week."""
    return await _show(request, caller)


@router.post("/roster")
async def add_duty(request: Request, caller: SignedIn) -> Response:
    """Put somebody on duty, on one day or on several in a row."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    begin, end = _stretch(form, site["zone"])
    days = str(form.get("days") or "1")
    body = {
        "site_id": site["id"],
        "employee_no": str(form.get("employee_no") or "").strip(),
        "kind": form.get("kind") or "",
        "starts_at": begin,
        "ends_at": end,
        "days": int(days) if days.isascii() and days.isdecimal() else days,
    }
    return await _send(request, caller, site, "duty", form, "/roster", body)


@router.post("/roster/leaves")
async def add_leave(request: Request, caller: SignedIn) -> Response:
    """Somebody is away; a stand-in takes their duties of that time."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    first, last = _moment(form, "from", "00:00", site["zone"]), _moment(form, "to", "23:59", site["zone"])
    away, stand_in = (str(form.get(name) or "").strip() for name in ("away_no", "stand_in_no"))
    body = {"employee_no": away, "starts_at": first, "ends_at": last, "stand_in_no": stand_in or None}
    return await _send(request, caller, site, "leave", form, "/roster/leaves", body)


@router.post("/roster/leaves/{leave_id}/drop")
async def drop_leave(request: Request, caller: SignedIn, leave_id: str) -> Response:
    """Somebody is not away after all."""
    await caller.delete("access", f"/roster/leaves/{leave_id}")
    _, site = await chosen_site(request, caller)
    return _go(request, site)


@router.post("/roster/{duty_id}/drop")
async def drop_duty(request: Request, caller: SignedIn, duty_id: str) -> Response:
    """Take a stretch of duty out."""
    await caller.delete("access", f"/roster/{duty_id}")
    _, site = await chosen_site(request, caller)
    return _go(request, site)


async def _send(
    request: Request,
    caller: Caller,
    site: Mapping[str, Any],
    act: str,
    form: FormData,
    path: str,
    body: Mapping[str, Any],
) -> Response:
    try:
        await caller.post("access", path, body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        return await _show(request, caller, act, _faults(form, refused, act), refused.status)
    return _go(request, site)


async def _show(
    request: Request, caller: Caller, act: str = "", answers: Answers | None = None, status: int = 200
) -> Response:
    known, site = await chosen_site(request, caller)
    monday = _week(request, site["zone"])
    begin, end = _midnight(monday, site["zone"]), _midnight(monday + timedelta(days=7), site["zone"])
    found = (await caller.get("access", "/roster", {"site_id": site["id"], "begin": begin, "end": end})).data
    days = [_day(monday + timedelta(days=n), site["zone"], found) for n in range(7)]
    values = {"site": site, "sites": known.sites, "found": found, "days": days, "kinds": KINDS, "monday": monday}
    values |= {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7), "zone": site["zone"]}
    values |= {"today": clock.now().astimezone(ZoneInfo(site["zone"])).date(), "now": clock.now()}
    page: Response = request.app.state.render.page(
        request, "roster/show.html", block="results", status=status, act=act, answers=answers or Answers(), **values
    )
    return page


def _day(day: date, zone: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What stands on one day: duties that begin on it, and the hours of it nobody covers."""
    begin, end = (datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC) for on in (day, day + timedelta(days=1)))

    def inside(one: Mapping[str, Any]) -> bool:
        return begin <= datetime.fromisoformat(one["starts_at"]) < end

    gaps = [
        {**gap, "starts_at": max(first, begin), "ends_at": min(last, end)}
        for gap in found["gaps"]
        if (first := datetime.fromisoformat(gap["starts_at"])) < end
        and (last := datetime.fromisoformat(gap["ends_at"])) > begin
    ]
    return {"day": day, "duties": [one for one in found["items"] if inside(one)], "gaps": gaps}


def _week(request: Request, zone: str) -> date:
    """The Monday of the week asked for by any of its days, else of the present one."""
    try:
        day = date.fromisoformat(request.query_params.get("week", ""))
    except ValueError:
        day = clock.now().astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def _moment(form: FormData, name: str, usual: str, zone: str) -> str:
    return instant_of(str(form.get(f"{name}_day") or ""), str(form.get(f"{name}_time") or "") or usual, zone)


def _midnight(day: date, zone: str) -> str:
    return instant_of(day.isoformat(), "00:00", zone)


def _stretch(form: FormData, zone: str) -> tuple[str, str]:
    """From a day and two times: an end that is not later than the beginning means the next day."""
    day, begin, end = (str(form.get(name) or "") for name in ("day", "begin", "end"))
    last = day
    if begin and end and end <= begin:
        try:
            last = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        except ValueError:
            last = day
    return instant_of(day, begin, zone), instant_of(last, end, zone)


FIELDS = {
    "duty": {"starts_at": "begin", "ends_at": "end"},
    "leave": {"employee_no": "away_no", "starts_at": "from_day", "ends_at": "to_day"},
}


def _faults(form: FormData, refused: Refused, act: str) -> Answers:
    names = FIELDS[act]
    if refused.status == 404:
        who = next((name for name in ("stand_in_no", "away_no", "employee_no") if form.get(name)), "")
        return Answers(form, (Fault(names.get(who, who), str(refused.problem.get("detail") or "")),))
    return Answers.refused(form, refused.problem, staff=True, fields=names)


def _go(request: Request, site: Mapping[str, Any]) -> Response:
    week = request.query_params.get("week", "")
    url = f"/roster?site={site['id']}" + (f"&week={week}" if week else "")
    response: Response = request.app.state.render.go(request, url)
    return response
