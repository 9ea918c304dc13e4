"""Personal data on one page: what goes next, what is kept by law, and every field with what for and how long."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.roles import Role
from gateway.caller import Caller, SignedIn
from gateway.pages.holds import BECAUSE

router = APIRouter(include_in_schema=False)
KEEPS_OR_AUDITS = (Role.SECURITY_ADMIN, Role.AUDITOR)


@router.get("/settings/personal-data")
async def show_personal_data(request: Request, caller: SignedIn) -> Response:
    """The register for administrators and auditors; before it, for who keeps retention or audits it, what goes."""
    values: dict[str, Any] = {"items": (await caller.get("visitor", "/personal-data")).data["items"]}
    if any(caller.principal.actor.has(role) for role in KEEPS_OR_AUDITS):
        values |= await _what_goes(request, caller)
    page: Response = request.app.state.render.page(request, "settings/personal_data.html", block="results", **values)
    return page


async def _what_goes(request: Request, caller: Caller) -> dict[str, Any]:
    """What the retention run takes within a week, and the holds it leaves alone; with `?holds=all` also lifted ones."""
    every = request.query_params.get("holds") == "all"
    asked = {"in_force": str(not every).lower(), "cursor": request.query_params.get("cursor")}
    found = (await caller.get("visitor", "/retention")).data
    holds = (await caller.get("visitor", "/holds", asked)).data
    return {"found": found, "holds": holds, "every": every, "because": BECAUSE}
