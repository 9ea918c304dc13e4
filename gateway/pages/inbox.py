"""What waits for the person, over all services, and what they were told; and the start page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.db import Tx
from gateway.caller import Down, SignedIn
from gateway.notices import store
from gateway.notices.words import KINDS

router = APIRouter(include_in_schema=False)


@router.get("/")
async def start(request: Request) -> Response:
    """Where people begin: their inbox, the tablet's welcome, or the sign-in."""
    principal = request.state.principal
    if principal is None:
        return RedirectResponse("/login", 303)
    return RedirectResponse("/kiosk" if principal.actor.device else "/inbox", 303)


@router.get("/inbox")
async def inbox(request: Request, caller: SignedIn) -> Response:
    """Waiting for me, by deadline; then the notices. A service that is down says so in its own part."""
    try:
        waiting = (await caller.get("visitor", "/visits/waiting")).data["items"]
    except Down:
        waiting = None
    notices = await request.app.state.db.read(_notices, caller.principal.actor.id)
    page: Response = request.app.state.render.page(
        request, "inbox/list.html", waiting=waiting, notices=notices, kinds=KINDS
    )
    return page


@router.post("/inbox/read")
async def mark_read(request: Request, caller: SignedIn) -> Response:
    """Mark every notice as read."""
    await request.app.state.db.write(store.mark_read, caller.principal.actor.id)
    response: Response = request.app.state.render.go(request, "/inbox")
    return response


def _notices(tx: Tx, person_id: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in store.mine(tx, person_id, 30)]
