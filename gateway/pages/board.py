"""The compliance board: every control of the policy with how it stands; those nobody measures yet plainly as such."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.settings import SERVICES
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.controls import CHAPTERS, CONTROLS

router = APIRouter(include_in_schema=False)


@router.get("/board")
async def board(request: Request, caller: SignedIn) -> Response:
    """All controls, measured now by the services that keep them."""
    measured, down = await _measured(caller)
    chapters = [
        {
            "code": chapter,
            "title": title,
            "controls": [_row(code, text, measured) for code, text in CONTROLS if code.startswith(chapter + ".")],
        }
        for chapter, title in CHAPTERS.items()
    ]
    counts = dict.fromkeys(("kept", "at_risk", "broken"), 0)
    for one in measured.values():
        counts[one["standing"]] = counts.get(one["standing"], 0) + 1
    counts["not_measured"] = len(CONTROLS) - len(measured)
    page: Response = request.app.state.render.page(
        request, "board/show.html", chapters=chapters, counts=counts, down=down
    )
    return page


def _row(code: str, text: str, measured: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "text": text, "found": measured.get(code)}


async def _measured(caller: Caller) -> tuple[dict[str, Any], list[str]]:
    """What each service measures by control code, and the services that did not answer."""
    found: dict[str, Any] = {}
    down: list[str] = []
    for service in SERVICES:
        try:
            items = (await caller.get(service, "/controls")).data["items"]
        except (Down, Refused):
            down.append(service)
            continue
        found |= {item["control"]: item for item in items}
    return found, down
