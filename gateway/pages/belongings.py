"""What visitors left outside: in which locker, under which tag, for whom; given back, or lost and how."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers, on_row, tail
from gateway.caller import Caller, Refused, SignedIn
from gateway.site_map import chosen_site

router = APIRouter(include_in_schema=False)
PLACE = "/belongings"
ACTS = frozenset({"give-back", "report-lost"})


@router.get(PLACE)
async def show_open(request: Request, caller: SignedIn) -> Response:
    """What waits for a locker, and what lies in one."""
    return await _show(request, caller)


@router.post(PLACE + "/{belonging_id}/{act}")
async def act_on_thing(request: Request, caller: SignedIn, belonging_id: str, act: str) -> Response:
    """A thing is given back for its tag, or was lost."""
    if act not in ACTS:
        raise NotFound()
    form = await request.form()
    body = {"note": form.get(f"note-{tail(belonging_id)}") or ""} if act == "report-lost" else None
    try:
        await caller.post("visitor", f"/belongings/{belonging_id}:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields=on_row(belonging_id, "note"), rest="")
        return await _show(request, caller, belonging_id, answers, refused.status)
    _, site = await chosen_site(request, caller)
    response: Response = request.app.state.render.go(request, f"{PLACE}?site={site['id']}")
    return response


async def _show(
    request: Request, caller: Caller, row_id: str = "", answers: Answers | None = None, status: int = 200
) -> Response:
    known, site = await chosen_site(request, caller)
    found = (await caller.get("visitor", PLACE, {"site_id": site["id"]})).data["items"]
    values = {"waiting": [one for one in found if one["locker"] is None], "site": site, "sites": known.sites}
    values |= {"lying": [one for one in found if one["locker"] is not None], "zone": site["zone"], "row_id": row_id}
    page: Response = request.app.state.render.page(
        request, "belongings/list.html", block="open", status=status, answers=answers or Answers(), tail=tail, **values
    )
    return page
