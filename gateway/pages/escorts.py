"""Visitors in my company, on the escort's phone: handing over, accepting, bringing back, taking over."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn

router = APIRouter(include_in_schema=False)
ACTS = frozenset({"offer", "accept", "decline", "bring-back", "take-over"})


@router.get("/escorts")
async def my_company(request: Request, caller: SignedIn) -> Response:
    """Whom I accompany, who was offered to me, and who has no escort any more."""
    return await _show(request, caller)


@router.post("/escorts/{visit_id}/{act}")
async def act_on_custody(request: Request, caller: SignedIn, visit_id: str, act: str) -> Response:
    """One act on one visitor; a refusal says who could instead."""
    if act not in ACTS:
        raise NotFound()
    form = await request.form()
    body = {"employee_no": form.get("employee_no") or ""} if act == "offer" else None
    try:
        await caller.post("visitor", f"/visits/{visit_id}/custody:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, visit_id, answers, refused.status)
    response: Response = request.app.state.render.go(request, "/escorts")
    return response


async def _show(
    request: Request, caller: Caller, visit_id: str = "", answers: Answers | None = None, status: int = 200
) -> Response:
    company = (await caller.get("visitor", "/custody")).data
    standing = {one["visit_id"] for group in company.values() for one in group}
    values = {"company": company, "at": visit_id, "answers": answers or Answers(), "gone": visit_id not in standing}
    page: Response = request.app.state.render.page(
        request, "escorts/list.html", block="company", status=status, **values
    )
    return page
