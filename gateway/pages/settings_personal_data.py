"""The register of personal data: every field kept of a visitor, to read and to print."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.caller import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/settings/personal-data")
async def show_register(request: Request, caller: SignedIn) -> Response:
    """What is kept, what for, who sees it, how long and on what ground."""
    items = (await caller.get("visitor", "/personal-data")).data["items"]
    page: Response = request.app.state.render.page(request, "settings/personal_data.html", items=items)
    return page
