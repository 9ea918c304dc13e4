"""What waits for the person, over all services, and what they were told; and the start page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.paging import read_cursor
from gateway.caller import Caller, Down, SignedIn
from gateway.inbox_duties import duties_of
from gateway.menu import ADMINS, home
from gateway.notices import store
from gateway.notices.api import list_mine
from gateway.notices.words import KINDS
from gateway.pages.setup import tasks_of

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
        request,
        "inbox/list.html",
        block="results",
        waiting=waiting,
        notices=notices,
        kinds=KINDS,
        duties=await duties_of(caller),
        to_set_up=await _to_set_up(request, caller),
    )
    return page


async def _to_set_up(request: Request, caller: Caller) -> int:
    """How many things must still be set up before the door can open, for those who set up."""
    if not any(caller.principal.actor.has(role) for role in ADMINS):
        return 0
    tasks, _down = await tasks_of(request, caller)
    return sum(1 for task in tasks if task["needed"] and not task["done"])


@router.post("/inbox/read")
async def mark_read(request: Request, caller: SignedIn) -> Response:
    """Mark every notice as read, or the one of the button. What was asked waits on until it is done."""
    form = await request.form()
    one = str(form.get("notice") or "") or None
    await request.app.state.db.write(store.mark_read, caller.principal.actor.id, one)
    response: Response = request.app.state.render.go(request, "/inbox")
    return response
