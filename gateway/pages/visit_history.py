"""What was done to a visit, page by page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.caller import SignedIn
from gateway.visit_words import told

router = APIRouter(include_in_schema=False)


@router.get("/visits/{visit_id}/history")
async def show_history(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The whole history of a visit; older entries are a page before."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    asked = {"cursor": request.query_params.get("cursor")}
    history = (await caller.get("visitor", f"/visits/{visit_id}/history", asked)).data
    values = {"visit": visit, "history": history, "told": told(history), "zone": history["zone"]}
    page: Response = request.app.state.render.page(request, "visits/history.html", **values)
    return page
