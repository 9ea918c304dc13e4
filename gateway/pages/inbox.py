"""What waits for the person, over all services, and what they were told; and the start page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.paging import read_cursor
from gateway.caller import Down, SignedIn
from gateway.menu import home
from gateway.notices import store
from gateway.notices.api import list_mine
from gateway.notices.words import KINDS

router = APIRouter(include_in_schema=False)
A_PAGE = 30


@router.get("/")
async def start(request: Request) -> Response:
    """Where people begin: the board, the desk or their inbox, the tablet's welcome, or the sign-in."""
    principal = request.state.principal
    if principal is None:
        return RedirectResponse("/login", 303)
    return RedirectResponse("/kiosk" if principal.actor.device else home(principal.actor), 303)


@router.get("/inbox")
async def inbox(request: Request, caller: SignedIn) -> Response:
    """Waiting for me, by deadline; then the notices. A service that is down says so in its own part."""
    try:
        waiting = (await caller.get("visitor", "/visits/waiting")).data["items"]
    except Down:
        waiting = None
    asked = read_cursor(request.query_params.get("cursor"), A_PAGE)
    notices = await request.app.state.db.read(list_mine, caller.principal.actor.id, asked)
    page: Response = request.app.state.render.page(
        request, "inbox/list.html", block="results", waiting=waiting, notices=notices, kinds=KINDS
    )
    return page


@router.post("/inbox/read")
async def mark_read(request: Request, caller: SignedIn) -> Response:
    """Mark every notice as read, or the one of the button. What was asked waits on until it is done."""
    form = await request.form()
    one = str(form.get("notice") or "") or None
    await request.app.state.db.write(store.mark_read, caller.principal.actor.id, one)
    response: Response = request.app.state.render.go(request, "/inbox")
    return response
