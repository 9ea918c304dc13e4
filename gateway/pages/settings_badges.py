"""The stock of visitor badges: where each one is, adding a range, lost, found, retired, and cards to print."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import SiteMap, chosen_site

router = APIRouter(include_in_schema=False)
STOCK = "/settings/badges"
OPEN_TO_ALL = frozenset({"lounge", "front_desk", "public"})
KINDS = (("lounge", label("休息室访客证")), ("floor", label("职场访客证")))
STATES = (
    ("stored", label("在库")),
    ("handed_out", label("已发出")),
    ("lost", label("已挂失")),
    ("dead", label("已作废")),
)
ACTS = frozenset({"lose", "found", "retire"})
A_PAGE = 60
A_PRINT = 200


@router.get(STOCK)
async def list_badges(request: Request, caller: SignedIn) -> Response:
    """Badges of a site by number, with where each one is, filtered by kind and state."""
    return await _stock(request, caller)


@router.post(STOCK)
async def add_badges(request: Request, caller: SignedIn) -> Response:
    """Put a range of numbers into stock."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    body = {"site_id": site["id"], "kind": form.get("kind") or "", "prefix": str(form.get("prefix") or "").upper()}
    body |= {name: number(form, name) for name in ("first", "last")}
    try:
        await caller.post("visitor", "/badges", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _stock(request, caller, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"{STOCK}?site={site['id']}&kind={body['kind']}")
    return response


@router.get(STOCK + "/print")
async def print_badges(request: Request, caller: SignedIn) -> Response:
    """Cards of 86 × 54 mm for one badge, or for all of a kind that lie in store."""
    known, site = await chosen_site(request, caller)
    asked, kind = request.query_params, _kind(request)
    if asked.get("no"):
        badges = [(await caller.get("visitor", f"/badges/{asked['no']}", {"site_id": site["id"]})).data]
    else:
        params = {"site_id": site["id"], "state": "stored", "kind": kind or KINDS[0][0], "limit": A_PRINT}
        badges = (await caller.get("visitor", "/badges", params)).data["items"]
    page: Response = request.app.state.render.page(
        request, "settings/badges_print.html", badges=badges, site=site, areas=_areas(known, site["id"])
    )
    return page


@router.get(STOCK + "/{no}")
async def show_badge(request: Request, caller: SignedIn, no: str) -> Response:
    """One badge, who had it lately, and what may be done with it."""
    return await _badge(request, caller, no)


@router.post(STOCK + "/{no}/{act}")
async def act_on_badge(request: Request, caller: SignedIn, no: str, act: str) -> Response:
    """A badge is lost, found again, or out of use."""
    if act not in ACTS:
        raise NotFound()
    form = await request.form()
    _, site = await chosen_site(request, caller)
    body = {"site_id": site["id"], "no": no}
    try:
        await caller.post("visitor", f"/badges:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _badge(request, caller, no, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"{STOCK}/{no}?site={site['id']}")
    return response


def number(form: FormData, name: str) -> Any:
    """A whole number, or what was typed, for the service to refuse beside the field."""
    text = str(form.get(name) or "").strip()
    return int(text) if text.isascii() and text.isdecimal() else text


def _kind(request: Request) -> str | None:
    kind = request.query_params.get("kind")
    return kind if kind in dict(KINDS) else None


def _areas(known: SiteMap, site_id: str) -> dict[str, list[Any]]:
    """The areas in which a badge of each kind may be worn."""
    areas = known.areas_of(site_id)
    return {
        "lounge": [area for area in areas if area["kind"] == "lounge"],
        "floor": [area for area in areas if area["kind"] not in OPEN_TO_ALL],
    }


async def _stock(request: Request, caller: Caller, answers: Answers | None = None, status: int = 200) -> Response:
    known, site = await chosen_site(request, caller)
    asked = request.query_params
    state = asked.get("state") if asked.get("state") in dict(STATES) else None
    params = {"site_id": site["id"], "state": state, "kind": _kind(request), "cursor": asked.get("cursor")}
    stock = (await caller.get("visitor", "/badges", {**params, "limit": A_PAGE})).data
    day = (await caller.get("visitor", "/badges/day", {"site_id": site["id"]})).data
    values = {"stock": stock, "day": day, "site": site, "sites": known.sites, "zone": site["zone"]}
    values |= {"state": state, "kind": _kind(request), "areas": _areas(known, site["id"]), "kinds": KINDS}
    page: Response = request.app.state.render.page(
        request,
        "settings/badges.html",
        block="stock",
        status=status,
        states=STATES,
        answers=answers or Answers(),
        **values,
    )
    return page


async def _badge(
    request: Request, caller: Caller, no: str, answers: Answers | None = None, status: int = 200
) -> Response:
    _, site = await chosen_site(request, caller)
    badge = (await caller.get("visitor", f"/badges/{no}", {"site_id": site["id"]})).data
    values = {"badge": badge, "site": site, "zone": site["zone"], "answers": answers or Answers(), "kinds": dict(KINDS)}
    page: Response = request.app.state.render.page(
        request, "settings/badge.html", block="badge", status=status, **values
    )
    return page
