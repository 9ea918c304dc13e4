"""Help: task guides in the words of the screens, one's own jobs first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.caller import SignedIn
from gateway.guides import GUIDES

router = APIRouter(include_in_schema=False)


@router.get("/help")
async def list_guides(request: Request, caller: SignedIn) -> Response:
    """Every guide: the reader's own jobs, then everybody else's."""
    actor = caller.principal.actor
    own = [guide for guide in GUIDES if guide.is_for(actor)]
    others = [guide for guide in GUIDES if not guide.is_for(actor)]
    page: Response = request.app.state.render.page(request, "help/list.html", own=own, others=others)
    return page


@router.get("/help/{key}")
async def show_guide(request: Request, caller: SignedIn, key: str) -> Response:
    """One job, step by step. Raises `NotFound`."""
    guide = next((guide for guide in GUIDES if guide.key == key), None)
    if guide is None:
        raise NotFound()
    page: Response = request.app.state.render.page(
        request, "help/show.html", guide=guide, own=guide.is_for(caller.principal.actor)
    )
    return page
