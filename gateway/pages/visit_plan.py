"""Inviting: the form with what will follow from it, a past visit repeated, a visit changed, a party decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from gateway.answers import Answers
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.pages.visits import KINDS
from gateway.site_map import SiteMap, own_site, site_map
from gateway.visit_forms import areas_of, as_typed, change, invitation, plan_of, rows_of, to_fields, with_rows

router = APIRouter(include_in_schema=False)
Site = Mapping[str, Any]


@router.get("/visits/new")
async def new_visit(request: Request, caller: SignedIn) -> Response:
    """The form to invite, empty or as a past visit (`repeat`) was."""
    known = await site_map(caller)
    site = _site(caller, known, request.query_params.get("site"))
    past = request.query_params.get("repeat")
    if past is None or site is None:
        return await _form(request, caller, known, site, Answers())
    visits = await _with_party(caller, past)
    answers = Answers(as_typed(visits, site["zone"], again=True))
    return await _form(request, caller, known, known.site(visits[0]["site_id"]), answers)


@router.post("/visits/new")
async def reshape(request: Request, caller: SignedIn) -> Response:
    """The form again with a row more or less, or with what would follow from it. Nothing is sent."""
    form = await request.form()
    known = await site_map(caller)
    return await _form(request, caller, known, _site(caller, known, form.get("site_id")), Answers(with_rows(form)))


@router.post("/visits/new/plan")
async def show_plan(request: Request, caller: SignedIn) -> Response:
    """What would follow from the form as it stands, for the part of the page that says so."""
    form = await request.form()
    site = _site(caller, await site_map(caller), form.get("site_id"))
    values = {"plan": await _plan(caller, form, site), "answers": Answers(form)}
    page: Response = request.app.state.render.page(request, "visits/plan.html", block="plan", **values)
    return page


@router.post("/visits")
async def invite(request: Request, caller: SignedIn) -> Response:
    """Send the invitation; a refusal shows the form again with every fault at once."""
    form = await request.form()
    known = await site_map(caller)
    site = _site(caller, known, form.get("site_id"))
    body = invitation(form, site or {"id": "", "zone": "UTC"})
    try:
        made = await caller.post("visitor", "/visits", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, to_fields(refused.problem), staff=True)
        return await _form(request, caller, known, site, answers, refused.status)
    party, visits = made.data["party_id"], made.data["visits"]
    response: Response = request.app.state.render.go(
        request, f"/parties/{party}" if party else f"/visits/{visits[0]['id']}"
    )
    return response


@router.get("/visits/{visit_id}/edit")
async def edit_visit(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The form of a visit that has not begun; who cannot change it reads the visit instead."""
    found = await caller.get("visitor", f"/visits/{visit_id}")
    if "change" not in found.data["can"]:
        there: Response = request.app.state.render.go(request, f"/visits/{visit_id}")
        return there
    site = _site(caller, await site_map(caller), found.data["site_id"])
    answers = Answers(as_typed([found.data], site["zone"] if site else "UTC", again=False))
    return await _edit(request, caller, found.data, answers)


@router.post("/visits/{visit_id}/edit/plan")
async def plan_change(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The form again with what would follow from the change, where no script asks for it."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    return await _edit(request, caller, visit, Answers(await request.form()))


@router.post("/visits/{visit_id}/edit")
async def change_visit(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """Change the visit, unless somebody else changed it since the form was opened."""
    form = await request.form()
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    site = _site(caller, await site_map(caller), visit["site_id"])
    body = change(form, site or {"id": "", "zone": "UTC"})
    try:
        await caller.patch("visitor", f"/visits/{visit_id}", body, version=str(form.get("version") or "0"))
    except Refused as refused:
        answers = Answers.refused(form, to_fields(refused.problem), staff=True)
        return await _edit(request, caller, visit, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/visits/{visit_id}")
    return response


@router.get("/parties/{party_id}")
async def show_party(request: Request, caller: SignedIn, party_id: str) -> Response:
    """Everybody of a party, with what can be decided for all at once."""
    return await _party(request, caller, (await caller.get("visitor", f"/parties/{party_id}")).data)


@router.post("/parties/{party_id}/decide")
async def decide_party(request: Request, caller: SignedIn, party_id: str) -> Response:
    """Decide for everybody at once; the page then says for each what became of it."""
    form = await request.form()
    body = {"decision": form.get("decision"), "comment": form.get("comment") or ""}
    key = str(form.get("form_token") or "")
    try:
        decided = (await caller.post("visitor", f"/parties/{party_id}:decide", body, key=key)).data
    except Refused as refused:
        found = (await caller.get("visitor", f"/parties/{party_id}")).data
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _party(request, caller, found, answers, refused.status)
    return await _party(request, caller, decided)


async def _with_party(caller: Caller, visit_id: str) -> list[Mapping[str, Any]]:
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    if not visit["party_id"]:
        return [visit]
    found: list[Mapping[str, Any]] = (await caller.get("visitor", f"/parties/{visit['party_id']}")).data["visits"]
    return found


def _site(caller: Caller, known: SiteMap, site_id: Any) -> Site | None:
    """The site of the form: as chosen, else the viewer's own."""
    chosen = next((site for site in known.sites if site["id"] == site_id), None)
    return chosen or own_site(caller, known)


async def _plan(caller: Caller, form: Mapping[str, Any], site: Site | None) -> Mapping[str, Any] | None:
    """The steps and escorts that the form as it stands would need; None while it does not say where and when."""
    if site is None or not areas_of(form):
        return None
    try:
        found: Mapping[str, Any] = (await caller.post("visitor", "/visits:preview", plan_of(form, site))).data
    except (Refused, Down):
        return None
    return found


def _usual_window(now: datetime) -> dict[str, str]:
    """Two hours from the next whole hour that leaves time to come; a visit over midnight is for the host to ask for."""
    begin = (now + timedelta(minutes=65)).replace(minute=0)
    end = min(begin + timedelta(hours=2), begin.replace(hour=23, minute=59))
    return {"day": f"{begin:%Y-%m-%d}", "begin": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}


async def _form(
    request: Request, caller: Caller, known: SiteMap, site: Site | None, answers: Answers, status: int = 200
) -> Response:
    now = clock.now().astimezone(ZoneInfo(site["zone"] if site else "UTC"))
    page: Response = request.app.state.render.page(
        request,
        "visits/new.html",
        block="form",
        status=status,
        answers=answers,
        rows=rows_of(answers.values),
        kinds=KINDS,
        sites=known.sites,
        areas=known.areas_of(site["id"]) if site else [],
        site=site,
        plan=await _plan(caller, answers.values, site),
        default=_usual_window(now),
        today=f"{now:%Y-%m-%d}",
    )
    return page


async def _edit(
    request: Request, caller: Caller, visit: Mapping[str, Any], answers: Answers, status: int = 200
) -> Response:
    known = await site_map(caller)
    site = _site(caller, known, visit["site_id"])
    page: Response = request.app.state.render.page(
        request,
        "visits/edit.html",
        block="form",
        status=status,
        visit=visit,
        answers=answers,
        kinds=KINDS,
        areas=known.areas_of(visit["site_id"]),
        site=site,
        plan=await _plan(caller, answers.values, site),
        default={},
        today="",
    )
    return page


async def _party(
    request: Request, caller: Caller, found: Mapping[str, Any], answers: Answers | None = None, status: int = 200
) -> Response:
    results = {result["visit_id"]: result for result in found.get("results", ())}
    page: Response = request.app.state.render.page(
        request,
        "visits/party.html",
        block="party",
        status=status,
        party=found,
        results=results,
        answers=answers or Answers(),
        kinds=dict(KINDS),
    )
    return page
