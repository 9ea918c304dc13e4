"""The log of visits: filters in the address, search, pages by cursor, and files of exactly what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.answers import Answers
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.languages import label
from gateway.pages.visits import KINDS
from gateway.site_map import SiteMap, instant_of, site_map

router = APIRouter(include_in_schema=False)
STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("submitted", "in_review"),
    "here": ("arrived", "cleared", "in_lounge", "inside"),
    "ended": ("returned", "refused", "withdrawn", "no_show", "lapsed"),
}
"""Groups of states under one word, as the filter offers them; any other word is a state itself."""
STATE_WORDS = (
    ("waiting", label("待审批")),
    ("approved", label("已同意，未到")),
    ("here", label("在公司内")),
    ("arrived", label("已到前台")),
    ("in_lounge", label("在休息室")),
    ("inside", label("在坐席职场")),
    ("closed", label("已离开")),
    ("left_unconfirmed", label("离场待确认")),
    ("ended", label("未成行")),
)
ONLY = (
    ("overstay", label("超时未离开")),
    ("walk_in", label("未预约来访")),
    ("mine", label("我邀请或接待的")),
)
FOLDED = ("area", "kind", "host", "only")
"""Filters that stand behind “更多筛选” until one is used."""
NAMES = ("q", "state", "site", "from", "to", *FOLDED)
FIELDS = {"since": "from", "until": "to", "area_id": "area", "site_id": "site", "walk_in": "only", "state": "state"}


@router.get("/visits")
async def list_visits(request: Request, caller: SignedIn) -> Response:
    """The log as its address narrows it; whole page or the results alone."""
    return await _list(request, caller)


@router.get("/visits/export")
async def export_visits(request: Request, caller: SignedIn) -> Response:
    """The same visits as a file; one that is refused shows the list with the reason."""
    known = await _places(caller)
    wanted = {**_wanted(request.query_params, known), "format": request.query_params.get("format") or "csv"}
    try:
        got = await caller.file("visitor", "/visits:export", wanted)
    except Refused as refused:
        return await _list(request, caller, refusal=refused)
    kept = ("content-type", "content-disposition", "cache-control")
    return Response(got.body, 200, {name: got.headers[name] for name in kept})


@router.get("/visits/exports")
async def list_exports(request: Request, caller: SignedIn) -> Response:
    """Who took files of the log: the evidence of 2.12.2."""
    cursor = request.query_params.get("cursor")
    found = (await caller.get("visitor", "/visits/exports", {"cursor": cursor})).data
    page: Response = request.app.state.render.page(
        request, "visits/exports.html", block="results", found=found, words=dict(_FILTER_WORDS)
    )
    return page


_FILTER_WORDS = (
    ("q", label("查找")),
    ("state", label("状态")),
    ("site_id", label("职场")),
    ("area_id", label("区域")),
    ("kind", label("来访类型")),
    ("host", label("被访人")),
    ("walk_in", label("未预约来访")),
    ("overstay", label("超时未离开")),
    ("mine", label("我邀请或接待的")),
    ("since", label("从")),
    ("until", label("到")),
)


async def _list(request: Request, caller: Caller, *, refusal: Refused | None = None) -> Response:
    asked, known = request.query_params, await _places(caller)
    found: Mapping[str, Any] | None = None
    if refusal is None:
        try:
            params = {**_wanted(asked, known), "count": True, "cursor": asked.get("cursor")}
            found = (await caller.get("visitor", "/visits", params)).data
        except Refused as refused:
            refusal = refused
    answers = Answers(asked)
    if refusal is not None:
        answers = Answers.refused(asked, refusal.problem, staff=True, fields=FIELDS)
    used = {name: asked[name] for name in NAMES if asked.get(name)}
    page: Response = request.app.state.render.page(
        request,
        "visits/list.html",
        block="results",
        status=200 if refusal is None else refusal.status,
        found=found,
        answers=answers,
        areas=_areas(known, asked.get("site")) if known else (),
        sites=known.sites if known else (),
        used=used,
        query=urlencode(used),
        folded=any(name in used for name in FOLDED),
        states=STATE_WORDS,
        kinds=KINDS,
        kind_words=dict(KINDS),
        only=ONLY,
    )
    return page


async def _places(caller: Caller) -> SiteMap | None:
    """Sites and areas to choose from; None while access does not answer, and the log goes on without."""
    try:
        return await site_map(caller)
    except Down:
        return None


def _areas(known: SiteMap, site_id: str | None) -> Sequence[Mapping[str, Any]]:
    """The areas to choose from: those of the site that was chosen, else all."""
    return known.areas_of(site_id) if site_id else known.areas


def _wanted(asked: Mapping[str, str], known: SiteMap | None) -> dict[str, Any]:
    """The page's own words as the API's filters. Days are the site's, from the first's midnight to the last's."""
    state = asked.get("state", "")
    only = asked.get("only", "")
    site = known.site(asked.get("site")) if known else None
    zone = site["zone"] if site else "Asia/Shanghai"
    return {
        "q": asked.get("q") or None,
        "state": STATES.get(state, (state,)) if state else None,
        "site_id": asked.get("site") or None,
        "area_id": asked.get("area") or None,
        "kind": asked.get("kind") or None,
        "host": asked.get("host") or None,
        "since": instant_of(asked["from"], "00:00", zone) if asked.get("from") else None,
        "until": instant_of(_day_after(asked["to"]), "00:00", zone) if asked.get("to") else None,
        **({only: "true"} if only in dict(ONLY) else {}),
    }


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day
