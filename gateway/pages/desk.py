"""The desk: a site today, each figure leading to its reddest item, who comes next, and thirty days of visitors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.caller import Caller, Down, Found, Refused, SignedIn
from gateway.languages import label
from gateway.pages.visits import KINDS
from gateway.site_map import SiteMap, named_site, site_map

router = APIRouter(include_in_schema=False)
FIGURES: Sequence[tuple[str, str, str, str]] = (
    ("strangers", label("陌生人未请离"), "/strangers", "danger"),
    ("escort_lost", label("失去陪同"), "/visits/board", "danger"),
    ("overstay", label("超时未离开"), "/visits?only=overstay", "danger"),
    ("badges_missing", label("访客证未交还"), "/visits/board", "danger"),
    ("to_confirm", label("离场待确认"), "/visits/inside", "warn"),
    ("walk_ins", label("未预约，等答复"), "/visits/board", "warn"),
    ("at_desk", label("在前台等候"), "/visits/board", "warn"),
    ("waiting", label("等待审批"), "/visits?state=waiting", ""),
    ("on_site", label("在公司内"), "/visits/inside", ""),
    ("badges_out", label("已发访客证"), "/visits?state=here", ""),
    ("expected", label("今日待到访"), "/visits?state=approved", ""),
)
"""Figures from the reddest to the plainest: what they count, the list behind them, their tone when they are not 0."""


@router.get("/desk")
async def show_desk(request: Request, caller: SignedIn) -> Response:
    """What the reader may see of today: the site's figures for those who watch it, and what waits for them."""
    known = await _places(caller)
    site = named_site(caller, known)
    params = {"site_id": site["id"] if site else caller.principal.actor.site or ""}
    day, waiting = await asyncio.gather(_day(caller, params), _waiting(caller))
    values: dict[str, Any] = {"day": None, "figures": (), "reddest": None}
    if isinstance(day, Found):
        figures = _figures(day.data["figures"])
        values = {"day": day.data, "figures": figures, "reddest": _reddest(figures)}
    page: Response = request.app.state.render.page(
        request,
        "desk/show.html",
        down=day is None,
        waiting=waiting,
        sites=known.sites,
        site=site,
        zone=site["zone"] if site else None,
        kind_words=dict(KINDS),
        **values,
    )
    return page


def _figures(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The figures in the page's order, each with where it leads: its reddest item, else the list behind it."""
    by_key = {figure["key"]: figure for figure in found}
    shown = []
    for key, text, page, tone in FIGURES:
        figure = by_key[key]
        worst = figure["worst"]
        leads = worst["page"] if worst and tone else page
        shown.append({**figure, "text": text, "href": leads, "tone": tone if figure["n"] else ""})
    return shown


def _reddest(figures: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first red figure that names an item, else the first that warns."""
    named = [figure for figure in figures if figure["tone"] and figure["worst"]]
    red = (figure for figure in named if figure["tone"] == "danger")
    return next(red, next(iter(named), None))


async def _day(caller: Caller, params: Mapping[str, str]) -> Found | Refused | None:
    """The site's day; the refusal for whom it is not; None while the service does not answer."""
    try:
        return await caller.get("visitor", "/desk", params)
    except Refused as refused:
        return refused
    except Down:
        return None


async def _waiting(caller: Caller) -> list[Mapping[str, Any]] | None:
    """Visits that wait for the reader's own decision; None while the service does not answer."""
    try:
        items: list[Mapping[str, Any]] = (await caller.get("visitor", "/visits/waiting")).data["items"]
    except Down:
        return None
    return items


async def _places(caller: Caller) -> SiteMap:
    try:
        return await site_map(caller)
    except Down:
        return SiteMap((), (), ())
