"""Strangers on the floor: one tap, details after; guard, show out, ask, close."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import own_site, site_map

router = APIRouter(include_in_schema=False)
OUTCOMES = (
    ("left", label("已离开，未说明")),
    ("visitor", label("访客，未佩戴访客证")),
    ("new_employee", label("新员工")),
    ("colleague", label("跨职场同事")),
    ("police", label("已报警处理")),
    ("unknown", label("情况不明")),
)


@router.get("/strangers")
async def list_strangers(request: Request, caller: SignedIn) -> Response:
    """Cases of the viewer's site, and the one-tap report."""
    return await _list(request, caller, Answers())


@router.post("/strangers")
async def report(request: Request, caller: SignedIn) -> Response:
    """One tap: guard and floor manager are alarmed at once."""
    form = await request.form()
    body = {"place": form.get("place") or "", "guard_needed": form.get("guard_needed") == "yes"}
    try:
        made = await caller.post("visitor", "/strangers", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        return await _list(request, caller, Answers.refused(form, refused.problem, staff=True), refused.status)
    response: Response = request.app.state.render.go(request, f"/strangers/{made.data['id']}")
    return response


@router.get("/strangers/{stranger_id}")
async def show_stranger(request: Request, caller: SignedIn, stranger_id: str) -> Response:
    """One case with what the viewer may do now."""
    return await _show(request, caller, stranger_id, Answers())


@router.post("/strangers/{stranger_id}/{act}")
async def act_on_stranger(request: Request, caller: SignedIn, stranger_id: str, act: str) -> Response:
    """The next step of a case; "asked" cannot come before "out"."""
    form = await request.form()
    closing = {"outcome": form.get("outcome") or "unknown", "note": form.get("note") or ""}
    body = closing if act == "close" else None
    try:
        await caller.post("visitor", f"/strangers/{stranger_id}:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, stranger_id, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/strangers/{stranger_id}")
    return response


async def _list(request: Request, caller: Caller, answers: Answers, status: int = 200) -> Response:
    site = own_site(caller, await site_map(caller))
    params = {"site_id": site["id"] if site else "", "cursor": request.query_params.get("cursor")}
    found = (await caller.get("visitor", "/strangers", params)).data
    page: Response = request.app.state.render.page(
        request, "strangers/list.html", status=status, found=found, answers=answers, outcomes=dict(OUTCOMES)
    )
    return page


async def _show(request: Request, caller: Caller, stranger_id: str, answers: Answers, status: int = 200) -> Response:
    found = (await caller.get("visitor", f"/strangers/{stranger_id}")).data
    page: Response = request.app.state.render.page(
        request, "strangers/show.html", block="case", status=status, case=found, answers=answers, outcomes=OUTCOMES
    )
    return page
