"""Who may escort at a site: the centre manager designates by kind, areas and dates, and ends with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis import clock
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import chosen_site, end_of_day, instant_of

router = APIRouter(include_in_schema=False)
KINDS = (
    ("guests", label("公司来宾"), label("仅限管理岗位")),
    ("work", label("工作来访"), label("维修、检查等，由主管单位的人全程陪同")),
)
OPEN_TO_ALL = frozenset({"lounge", "front_desk", "public"})
USUAL_DAYS = 90


@router.get("/settings/escorts")
async def list_escorts(request: Request, caller: SignedIn) -> Response:
    """Designations that hold or are to come; those that are over behind a tab."""
    known, site = await chosen_site(request, caller)
    over = request.query_params.get("over") == "true"
    params = {"site_id": site["id"], "over": over, "cursor": request.query_params.get("cursor")}
    found = (await caller.get("visitor", "/escorts", params)).data
    values = {"found": found, "over": over, "site": site, "sites": known.sites, "zone": site["zone"]}
    values |= {"kinds": {kind: title for kind, title, _ in KINDS}, "soon": _soon()}
    page: Response = request.app.state.render.page(request, "settings/escorts.html", block="results", **values)
    return page


@router.get("/settings/escorts/new")
async def designation_form(request: Request, caller: SignedIn) -> Response:
    """Designate somebody."""
    return await _form(request, caller, Answers())


@router.post("/settings/escorts/new")
async def designate(request: Request, caller: SignedIn) -> Response:
    """Arrange that a person may escort; every refusal stands beside its field."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    try:
        await caller.post("visitor", "/escorts", _designation(form, site), key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields=FIELDS)
        return await _form(request, caller, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/settings/escorts?site={site['id']}")
    return response


@router.get("/settings/escorts/{designation_id}/end")
async def end_form(request: Request, caller: SignedIn, designation_id: str) -> Response:
    """Why it ends."""
    return await _end(request, caller, designation_id, Answers())


@router.post("/settings/escorts/{designation_id}/end")
async def end(request: Request, caller: SignedIn, designation_id: str) -> Response:
    """End a designation now; a visitor in that company raises the alarm."""
    form = await request.form()
    body, key = {"reason": form.get("reason") or ""}, str(form.get("form_token") or "")
    try:
        ended = await caller.post(
            "visitor", f"/escorts/{designation_id}:end", body, key=key, version=str(form.get("version") or "0")
        )
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _end(request, caller, designation_id, answers, refused.status)
    site_id = ended.data["site_id"]
    response: Response = request.app.state.render.go(request, f"/settings/escorts?site={site_id}&over=true")
    return response


async def _form(request: Request, caller: Caller, answers: Answers, status: int = 200) -> Response:
    known, site = await chosen_site(request, caller)
    today = clock.now().astimezone(ZoneInfo(site["zone"])).date()
    areas = [area for area in known.areas_of(site["id"]) if area["kind"] not in OPEN_TO_ALL]
    values = {"areas": areas, "kinds": KINDS, "site": site, "answers": answers, "today": today.isoformat()}
    values["until"] = (today + timedelta(days=USUAL_DAYS)).isoformat()
    page: Response = request.app.state.render.page(
        request, "settings/escort_new.html", block="form", status=status, **values
    )
    return page


async def _end(request: Request, caller: Caller, designation_id: str, answers: Answers, status: int = 200) -> Response:
    one = (await caller.get("visitor", f"/escorts/{designation_id}")).data
    values = {"one": one, "answers": answers, "kinds": {kind: title for kind, title, _ in KINDS}}
    page: Response = request.app.state.render.page(
        request, "settings/escort_end.html", block="form", status=status, **values
    )
    return page


def _designation(form: FormData, site: Mapping[str, Any]) -> dict[str, Any]:
    most = str(form.get("most_open") or "").strip()
    return {
        "site_id": site["id"],
        "employee_no": str(form.get("employee_no") or "").strip(),
        "kind": form.get("kind") or "",
        "area_ids": [str(area) for area in form.getlist("areas")],
        "starts_at": instant_of(str(form.get("from") or ""), "00:00", site["zone"]),
        "ends_at": end_of_day(str(form.get("to") or ""), site["zone"]),
        "most_open": int(most) if most.isascii() and most.isdecimal() else most or None,
    }


FIELDS = {"area_ids": "areas", "starts_at": "from", "ends_at": "to"}


def _soon() -> str:
    """Designations that end before this instant are about to."""
    return (clock.now() + timedelta(days=7)).isoformat().replace("+00:00", "Z")
