"""How long what is kept of visitors, and whose values go within a week; to look at before they are gone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.caller import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/settings/retention")
async def show_retention(request: Request, caller: SignedIn) -> Response:
    """The periods that the privacy notice tells, and who goes next. Raises `Refused` for whom it is not."""
    found = (await caller.get("visitor", "/retention")).data
    page: Response = request.app.state.render.page(request, "settings/retention.html", found=found)
    return page
