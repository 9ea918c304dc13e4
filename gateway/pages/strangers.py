"""Strangers on the floor: one tap, details after; guard, show out, ask, close."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import named_site, site_map

router = APIRouter(include_in_schema=False)
OUTCOMES = (
    ("left", label("已离开，未说明")),
    ("visitor", label("访客，未佩戴访客证")),
    ("new_employee", label("新员工")),
    ("colleague", label("跨职场同事")),
    ("police", label("已报警处理")),
    ("unknown", label("情况不明")),
)
ACTS = frozenset({"call-guard", "show-out", "ask", "close"})


@router.get("/strangers")
async def list_strangers(request: Request, caller: SignedIn) -> Response:
    """Cases of the viewer's site, and the one-tap report."""
    return await _list(request, caller, Answers())


@router.post("/strangers")
async def report(request: Request, caller: SignedIn) -> Response:
    """One tap: guard and floor manager are alarmed at once."""
    form = await request.form()
    site = {"site_id": form.get("site_id")} if form.get("site_id") else {}
    body = {"place": form.get("place") or "", "guard_needed": form.get("guard_needed") == "yes", **site}
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


@router.post("/strangers/{stranger_id}/describe")
async def describe(request: Request, caller: SignedIn, stranger_id: str) -> Response:
    """What can be said after the tap; of two at once the later reads that it has changed."""
    form = await request.form()
    body = {"place": form.get("place") or "", "note": form.get("note") or ""}
    if form.get("visit_id"):
        body["visit_id"] = form.get("visit_id") or ""
    try:
        path, version = f"/strangers/{stranger_id}", str(form.get("version") or "0")
        await caller.patch("visitor", path, body, key=str(form.get("form_token") or ""), version=version)
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, stranger_id, answers, refused.status, "describe")
    response: Response = request.app.state.render.go(request, f"/strangers/{stranger_id}")
    return response


@router.post("/strangers/{stranger_id}/{act}")
async def act_on_stranger(request: Request, caller: SignedIn, stranger_id: str, act: str) -> Response:
    """The next step of a case; "asked" cannot come before "out"."""
    form = await request.form()
    if act not in ACTS:
        raise NotFound()
    body = {"outcome": form.get("outcome") or ""} if act == "close" else None
    try:
        await caller.post("visitor", f"/strangers/{stranger_id}:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, stranger_id, answers, refused.status, act)
    response: Response = request.app.state.render.go(request, f"/strangers/{stranger_id}")
    return response


async def _list(request: Request, caller: Caller, answers: Answers, status: int = 200) -> Response:
    known = await site_map(caller)
    site = named_site(caller, known)
    params = {"site_id": site["id"] if site else "", "cursor": request.query_params.get("cursor")}
    found = (await caller.get("visitor", "/strangers", params)).data
    values = {"found": found, "answers": answers, "outcomes": dict(OUTCOMES), "sites": known.sites, "site": site}
    page: Response = request.app.state.render.page(
        request, "strangers/list.html", block="results", status=status, zone=site["zone"] if site else None, **values
    )
    return page


async def _show(
    request: Request, caller: Caller, stranger_id: str, answers: Answers, status: int = 200, act: str = ""
) -> Response:
    found = (await caller.get("visitor", f"/strangers/{stranger_id}")).data
    values = {"case": found, "answers": answers, "outcomes": OUTCOMES, "act": act}
    values["visitors"] = await _visitors(caller, found["site_id"]) if "describe" in found["can"] else []
    page: Response = request.app.state.render.page(
        request, "strangers/show.html", block="case", status=status, **values
    )
    return page


async def _visitors(caller: Caller, site_id: str) -> list[tuple[str, str]]:
    """Visitors on the premises to choose from; none for whom the list is not, or while it cannot be read."""
    try:
        here = (await caller.get("visitor", "/presence", {"site_id": site_id})).data["items"]
    except (Refused, Down):
        return []
    return [(one["visit_id"], " · ".join(filter(None, (one["badge_no"], one["name"], one["company"])))) for one in here]
