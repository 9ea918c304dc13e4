"""Visits at the desk and on the phone: the log, inviting, one visit with everything that can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis import clock
from gateway.answers import Answers
from gateway.calendar_files import invitation_ics
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import instant_of, own_site, site_map

router = APIRouter(include_in_schema=False)

KINDS = (
    ("guest", label("公司来宾")),
    ("tour", label("参观")),
    ("interviewee", label("面试")),
    ("maintenance", label("维修")),
    ("auditor", label("检查、审计")),
    ("delivery", label("送货")),
    ("repair", label("紧急抢修")),
)
STATES = (
    ("submitted", label("待审批")),
    ("approved", label("已同意")),
    ("arrived", label("已到前台")),
    ("cleared", label("已发证")),
    ("in_lounge", label("在休息室")),
    ("inside", label("在场")),
    ("closed", label("已离开")),
    ("left_unconfirmed", label("离场待确认")),
    ("refused", label("已拒绝")),
    ("withdrawn", label("已撤回")),
    ("no_show", label("未到访")),
)


@router.get("/visits")
async def list_visits(request: Request, caller: SignedIn) -> Response:
    """The log with filters in the address; search by characters, pinyin, initials, company, badge, code."""
    asked = request.query_params
    params = {name: asked.get(name) or None for name in ("q", "state", "cursor")}
    found = await caller.get("visitor", "/visits", {**params, "mine": asked.get("mine") == "true" or None})
    values = {"visits": found.data, "answers": Answers(asked), "states": STATES}
    page: Response = request.app.state.render.page(request, "visits/list.html", block="results", **values)
    return page


@router.get("/visits/new")
async def new_visit(request: Request, caller: SignedIn) -> Response:
    """The form to invite."""
    return await _form(request, caller, Answers())


@router.post("/visits")
async def invite(request: Request, caller: SignedIn) -> Response:
    """Send the invitation; a refusal shows the form again with every fault at once."""
    form = await request.form()
    known = await site_map(caller)
    site = known.site(str(form.get("site_id") or "") or caller.principal.actor.site)
    body = _invitation(form, site or {})
    try:
        made = await caller.post("visitor", "/visits", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, _to_fields(refused.problem), staff=True)
        return await _form(request, caller, answers, refused.status)
    visits = made.data["visits"]
    target = f"/visits/{visits[0]['id']}" if len(visits) == 1 else "/visits?mine=true"
    response: Response = request.app.state.render.go(request, target)
    return response


@router.get("/visits/{visit_id}")
async def show_visit(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """One visit: who, why, where, when, which step, which rule, and what the viewer can do."""
    return await _show(request, caller, visit_id)


@router.post("/visits/{visit_id}/{act}")
async def act_on_visit(request: Request, caller: SignedIn, visit_id: str, act: str) -> Response:
    """Any one thing done to a visit; the answer is the visit as it stands then, or the form with its faults."""
    form = await request.form()
    body = ACTS[act](form) if act in ACTS else None
    try:
        if act in ACTS:
            version = form.get("version")
            await caller.post(
                "visitor",
                f"/visits/{visit_id}{PATHS.get(act, ':' + act)}",
                body,
                key=str(form.get("form_token") or ""),
                version=str(version) if version and act in VERSIONED else None,
            )
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, visit_id, act, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/visits/{visit_id}")
    return response


@router.post("/visits/{visit_id}/belongings/{belonging_id}/{act}")
async def act_on_belonging(request: Request, caller: SignedIn, visit_id: str, belonging_id: str, act: str) -> Response:
    """Put a visitor's thing into a locker, or give it back."""
    form = await request.form()
    body = {"locker": form.get("locker") or "", "tag": form.get("tag") or ""} if act == "leave-outside" else None
    try:
        await caller.post("visitor", f"/belongings/{belonging_id}:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, visit_id, "belongings", answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/visits/{visit_id}#belongings")
    return response


@router.get("/visits/{visit_id}/pass")
async def show_pass(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The text to send on in a chat, and the QR code."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    found = (await caller.get("visitor", f"/visits/{visit_id}/pass")).data
    page: Response = request.app.state.render.page(request, "visits/pass.html", visit=visit, found=found)
    return page


@router.get("/visits/{visit_id}/pass.ics")
async def calendar_file(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The visit as an iCalendar file (RFC 5545) to send along."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    found = (await caller.get("visitor", f"/visits/{visit_id}/pass")).data
    name = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "no-store"}
    return Response(invitation_ics(visit, found["code"]), 200, name, "text/calendar; charset=utf-8")


@router.get("/visits/{visit_id}/badge")
async def print_badge(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The badge to print, 86 × 54 mm."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    page: Response = request.app.state.render.page(request, "visits/badge.html", visit=visit)
    return page


def _decision(form: FormData) -> dict[str, Any]:
    return {"decision": form.get("decision"), "comment": form.get("comment") or ""}


def _id_check(form: FormData) -> dict[str, Any]:
    return {
        "id_kind": form.get("id_kind") or "resident",
        "name_matches": form.get("name_matches") == "yes",
        "photo_matches": form.get("photo_matches") == "yes",
        "expires_on": form.get("expires_on") or None,
        "last4": form.get("last4") or "",
    }


ACTS: dict[str, Callable[[FormData], dict[str, Any] | None]] = {
    "decide": _decision,
    "say-by-phone": _decision,
    "withdraw": lambda form: None,
    "check-id": _id_check,
    "hand-badge": lambda form: {"badge_no": form.get("badge_no") or ""},
    "leave": lambda form: {"badge": form.get("badge") or "returned", "reason": form.get("reason") or ""},
    "confirm-left": lambda form: {"reason": form.get("reason") or ""},
    "offer": lambda form: {"employee_no": form.get("employee_no") or ""},
    "accept": lambda form: None,
    "decline": lambda form: None,
}
"""What a form of a visit's page does, and how its fields become the body of the call."""
PATHS = {name: f"/custody:{name}" for name in ("offer", "accept", "decline")}
VERSIONED = frozenset({"decide", "withdraw"})


async def _show(
    request: Request,
    caller: Caller,
    visit_id: str,
    act: str = "",
    answers: Answers | None = None,
    status: int = 200,
) -> Response:
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    runs_the_door = {"check_id", "hand_badge", "leave"} & set(visit["can"])
    belongings = (await caller.get("visitor", f"/visits/{visit_id}/belongings")).data if runs_the_door else None
    stock = None
    if "hand_badge" in visit["can"]:
        stock = (await caller.get("visitor", "/badges", {"site_id": visit["site_id"]})).data
    me = caller.principal.actor.id
    values = {"visit": visit, "act": act, "answers": answers or Answers(), "kinds": dict(KINDS), "principal_id": me}
    values["offered"] = visit["custody_offered_to"] == me
    page: Response = request.app.state.render.page(
        request, "visits/show.html", block="visit", status=status, belongings=belongings, stock=stock, **values
    )
    return page


async def _form(request: Request, caller: Caller, answers: Answers, status: int = 200) -> Response:
    known = await site_map(caller)
    site = own_site(caller, known)
    escorts = await _escorts(caller, site["id"]) if site else []
    now = clock.now().astimezone(ZoneInfo(site["zone"] if site else "Asia/Shanghai"))
    soon = (now + timedelta(minutes=65)).replace(minute=0)
    page: Response = request.app.state.render.page(
        request,
        "visits/new.html",
        block="form",
        status=status,
        answers=answers,
        kinds=KINDS,
        areas=known.areas_of(site["id"]) if site else [],
        site=site,
        escorts=escorts,
        today=f"{soon:%Y-%m-%d}",
        begin=f"{soon:%H:%M}",
        end=f"{soon + timedelta(hours=2):%H:%M}",
    )
    return page


async def _escorts(caller: Caller, site_id: str) -> list[tuple[str, str]]:
    """People designated at the site, for choosing one; the rules judge the choice."""
    try:
        found = (await caller.get("visitor", "/escorts", {"site_id": site_id, "limit": 200})).data
    except Down:
        return []
    people = {one["person"]["employee_no"]: one["person"]["name"] for one in found["items"] if one["person"]}
    return [(number, f"{name} {number}") for number, name in sorted(people.items())]


def _invitation(form: FormData, site: Mapping[str, Any]) -> dict[str, Any]:
    zone = site.get("zone", "Asia/Shanghai")
    day = str(form.get("day") or "")
    body: dict[str, Any] = {
        "visitors": _visitors(form),
        "kind": form.get("kind") or "guest",
        "purpose": form.get("purpose") or "",
        "site_id": site.get("id"),
        "areas": form.getlist("areas"),
        "starts_at": instant_of(day, str(form.get("begin") or ""), zone),
        "ends_at": instant_of(day, str(form.get("end") or ""), zone),
        "items": form.get("items") or "",
        "language": form.get("language") or "zh",
    }
    optional = {name: form.get(name) for name in ("host_no", "escort_no") if form.get(name)}
    return body | optional


def _visitors(form: FormData) -> list[dict[str, str]]:
    """The visitor of the form, and one more for each line of the party field: name, company, phone."""
    first = {name: str(form.get(name) or "") for name in ("name", "company", "phone", "email")}
    visitors = [first]
    for line in str(form.get("party") or "").splitlines():
        name, _, rest = line.replace("，", ",").partition(",")
        company, _, phone = rest.partition(",")
        if name.strip():
            visitors.append(
                {"name": name.strip(), "company": company.strip() or first["company"], "phone": phone.strip()}
            )
    return visitors


def _to_fields(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with pointers of the API turned into names of the form's fields."""
    renamed = {"starts_at": "begin", "ends_at": "end"}
    errors = []
    for error in problem.get("errors", ()):
        parts = str(error.get("pointer") or "").strip("/").split("/")
        name = parts[2] if parts[0] == "visitors" and len(parts) > 2 and parts[1] == "0" else parts[0]
        name = "party" if parts[0] == "visitors" and len(parts) > 1 and parts[1] != "0" else name
        errors.append({**error, "pointer": "/" + renamed.get(name, name) if name else ""})
    return {**problem, "errors": errors}
