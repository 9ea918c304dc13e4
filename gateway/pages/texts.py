"""What visitors read at the door, for staff: as it stands now in both languages, and as somebody accepted it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.caller import SignedIn
from gateway.site_map import chosen_site

router = APIRouter(include_in_schema=False)


@router.get("/texts")
async def show_texts(request: Request, caller: SignedIn) -> Response:
    """Both notices of a site with its present settings, Chinese and English beside each other."""
    known, site = await chosen_site(request, caller)
    asked = [{"language": language, "site_id": site["id"]} for language in ("zh", "en")]
    both = [(await caller.get("visitor", "/texts", one)).data for one in asked]
    pairs = [[one[kind] for one in both] for kind in ("privacy", "house")]
    page: Response = request.app.state.render.page(
        request, "texts/list.html", pairs=pairs, site=site, sites=known.sites
    )
    return page


@router.get("/texts/{sha256}")
async def show_text(request: Request, caller: SignedIn, sha256: str) -> Response:
    """One notice, word for word as it was accepted."""
    text = (await caller.get("visitor", f"/texts/{sha256}")).data
    page: Response = request.app.state.render.page(request, "texts/show.html", text=text)
    return page
