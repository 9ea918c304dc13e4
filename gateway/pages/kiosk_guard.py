"""The guard at the tablet: in by employee number and PIN, the ID check, the badge, who is inside; out when idle.

Whoever is signed in here acts as themselves, with the few scopes of a shared tablet; the services judge what they may.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound, Problem
from gateway.answers import Answers
from gateway.caller import Caller, Refused
from gateway.identity import credentials, sessions, sign_in
from gateway.identity.calls import demand_https, give_cookies, keeper_of
from gateway.identity.forms import refused as refusal
from gateway.identity.forms import status_of
from gateway.pages.presence import CERTAINTIES
from gateway.pages.visits import ACTS
from gateway.tablet import AtWork, Tablet, go, key_of, page
from gateway.visit_words import ID_KINDS

router = APIRouter(include_in_schema=False)
DOOR = "/kiosk/staff/door"
ACTS_HERE = frozenset({"check-id", "hand-badge"})


@router.get("/kiosk/staff/in")
async def pin_form(request: Request, tablet: Tablet) -> Response:
    """Employee number and PIN."""
    return page(request, "pin.html", answers=Answers())


@router.post("/kiosk/staff/in")
async def enter(request: Request, tablet: Tablet) -> Response:
    """Open a person's short session at this tablet; wrong tries are counted, and lock."""
    form = await request.form()
    number, pin = str(form.get("employee_no") or ""), str(form.get("pin") or "")
    try:
        demand_https(request)
        agent = credentials.origin_of(request).agent
        opened = await sign_in.by_pin(keeper_of(request), tablet.principal.actor, agent, number, None, pin)
    except Problem as problem:
        answers = refusal(request, problem, {"employee_no": number}, "pin")
        return page(request, "pin.html", status=status_of(problem), answers=answers)
    response = go(request, DOOR)
    give_cookies(request, response, opened)
    return response


@router.post("/kiosk/staff/out")
async def leave(request: Request, tablet: Tablet) -> Response:
    """Sign out at the tablet, by hand or because nobody is there."""
    principal = request.state.principal
    keeper = keeper_of(request)
    if principal.at is not None:
        await keeper.db.write(sessions.sign_out, principal.actor)
        keeper.forget()
    response = go(request, "/kiosk")
    credentials.drop(request, response, "sid", "wr")
    return response


@router.get(DOOR)
async def at_the_door(request: Request, staff: AtWork) -> Response:
    """Who waits for the ID check or a badge, and how many are inside."""
    try:
        lobby = await _lobby(staff)
    except Refused as refused:
        return page(request, "door.html", status=refused.status, lobby=None, says=refused.problem["detail"])
    return page(request, "door.html", lobby=lobby, says="")


@router.get("/kiosk/staff/visits/{visit_id}")
async def one_visitor(request: Request, staff: AtWork, visit_id: str) -> Response:
    """One visitor at the door: what is known, and the next thing to do."""
    return await _visitor(request, staff, visit_id)


@router.post("/kiosk/staff/visits/{visit_id}/{act}")
async def act_on_visitor(request: Request, staff: AtWork, visit_id: str, act: str) -> Response:
    """The ID was checked, or the badge is handed out."""
    form = await request.form()
    if act not in ACTS_HERE:
        raise NotFound()
    try:
        await staff.post("visitor", f"/visits/{visit_id}:{act}", ACTS[act](form), key=key_of(form))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _visitor(request, staff, visit_id, answers, refused.status)
    return go(request, f"/kiosk/staff/visits/{visit_id}")


@router.get("/kiosk/staff/inside")
async def inside(request: Request, staff: AtWork) -> Response:
    """Who is inside, by certainty."""
    found = (await staff.get("visitor", "/presence", {"site_id": staff.principal.actor.site})).data
    groups = [
        {"title": title, "says": says, "people": [one for one in found["items"] if one["certainty"] == key]}
        for key, title, says in CERTAINTIES
    ]
    return page(request, "inside.html", found=found, groups=[group for group in groups if group["people"]])


async def _visitor(
    request: Request, staff: Caller, visit_id: str, answers: Answers | None = None, status: int = 200
) -> Response:
    visit = (await staff.get("visitor", f"/visits/{visit_id}")).data
    consents = (await staff.get("visitor", f"/visits/{visit_id}/consents")).data
    row = next((one for one in (await _lobby(staff))["at_desk"] if one["visit_id"] == visit_id), None)
    values = {"visit": visit, "row": row, "consents": consents, "id_kinds": ID_KINDS, "answers": answers or Answers()}
    return page(request, "visitor.html", status=status, **values)


async def _lobby(staff: Caller) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (await staff.get("visitor", "/lobby", {"site_id": staff.principal.actor.site})).data
    return found
