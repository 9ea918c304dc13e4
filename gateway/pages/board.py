"""The compliance board: every control of the policy with how it stands; those nobody measures yet plainly as such."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.controls import OWNERS
from chassis.measures import Standing
from chassis.settings import SERVICES
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.controls import CHAPTERS, CONTROLS
from gateway.site_map import site_map

router = APIRouter(include_in_schema=False)
NOT_MEASURED = "not_measured"


@router.get("/board")
async def board(request: Request, caller: SignedIn) -> Response:
    """All controls, measured now by the services that keep them: over every site, or the one of `?site=`."""
    sites = await _sites(caller)
    chosen = request.query_params.get("site")
    site_id = next((site["id"] for site in sites if site["id"] == chosen), None)
    measured, down = await _measured(caller, site_id)
    measured["0.1"] = _the_board_itself(len(measured) + 1)
    rows = [_row(code, text, measured.get(code)) for code, text in CONTROLS]
    chapters = [
        {"code": chapter, "title": title, "controls": [row for row in rows if row["code"].startswith(chapter + ".")]}
        for chapter, title in CHAPTERS.items()
    ]
    page: Response = request.app.state.render.page(
        request,
        "board/show.html",
        chapters=chapters,
        counts=Counter(row["standing"] for row in rows),
        down=down,
        sites=sites,
        site_id=site_id,
    )
    return page


def _row(code: str, text: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    standing = NOT_MEASURED if found is None else found["standing"]
    return {"code": code, "text": text, "standing": standing, "found": found, "owner": OWNERS[code]}


def _the_board_itself(measured: int) -> dict[str, Any]:
    """Control 0.1: every control has an owner and a state; one that nobody measures has no state yet."""
    total = len(CONTROLS)
    return {
        "standing": Standing.KEPT if measured == total else Standing.AT_RISK,
        "zh": f"{total} 个控制项都有负责人，已测量 {measured}",
        "en": f"{total} controls have an owner, {measured} are measured",
        "since": None,
        "next_due_at": None,
        "evidence": "",
    }


async def _sites(caller: Caller) -> Sequence[Mapping[str, Any]]:
    """Sites to choose from; none while access does not answer, and the board goes on over all of them."""
    try:
        return (await site_map(caller)).sites
    except Down:
        return ()


async def _measured(caller: Caller, site_id: str | None) -> tuple[dict[str, Any], list[str]]:
    """What each service measures by control code, and the services that did not answer."""
    found: dict[str, Any] = {}
    down: list[str] = []
    for service in SERVICES:
        try:
            items = (await caller.get(service, "/controls", {"site_id": site_id})).data["items"]
        except (Down, Refused):
            down.append(service)
            continue
        found |= {item["control"]: item for item in items}
    return found, down
