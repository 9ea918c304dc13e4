"""The day's count of badges: the guard counts, the system compares, each badge that differs is named and signed for."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.pages.settings_badges import A_PRINT, STOCK, number
from gateway.site_map import chosen_site

router = APIRouter(include_in_schema=False)
COUNT = STOCK + "/count"
BETWEEN = re.compile(r"[\s,，、;；]+")


@router.get(COUNT)
async def show_count(request: Request, caller: SignedIn) -> Response:
    """How the day stands, the form, and the counts before."""
    return await _count(request, caller)


@router.post(COUNT)
async def keep_count(request: Request, caller: SignedIn) -> Response:
    """Keep a count. The guard counts first; what should be there is shown only when it differs."""
    form = await request.form()
    _, site = await chosen_site(request, caller)
    body = {"site_id": site["id"], "counted": number(form, "counted"), "note": form.get("note") or ""}
    body |= {name: _numbers(form, name) for name in ("missing", "extra")}
    try:
        await caller.post("visitor", "/badges:count", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _count(request, caller, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"{COUNT}?site={site['id']}")
    return response


def _numbers(form: FormData, name: str) -> list[str]:
    """The badges ticked or typed in a field."""
    typed = " ".join(str(value) for value in form.getlist(name))
    return [one.upper() for one in BETWEEN.split(typed) if one]


async def _count(request: Request, caller: Caller, answers: Answers | None = None, status: int = 200) -> Response:
    known, site = await chosen_site(request, caller)
    here: dict[str, Any] = {"site_id": site["id"]}
    day = (await caller.get("visitor", "/badges/day", here)).data
    counts = (
        await caller.get("visitor", "/badges/counts", {**here, "cursor": request.query_params.get("cursor")})
    ).data
    stored = {**here, "state": "stored", "limit": A_PRINT}
    stock = (await caller.get("visitor", "/badges", stored)).data
    given = answers or Answers()
    named = any(given.fault(name) for name in ("missing", "extra")) or given.value("missing") or given.value("extra")
    values = {"day": day, "counts": counts, "stock": stock, "site": site, "sites": known.sites, "zone": site["zone"]}
    page: Response = request.app.state.render.page(
        request, "settings/badge_count.html", block="count", status=status, answers=given, named=named, **values
    )
    return page
