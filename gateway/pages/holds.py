"""A legal hold: placed from the visit, looked at anew, lifted."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.roles import Role
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label

router = APIRouter(include_in_schema=False)
BECAUSE = {
    "authority": label("有权机关要求"),
    "incident": label("安全事件调查"),
    "dispute": label("诉讼或仲裁"),
    "claim": label("索赔或保险"),
}
"""Why data is held, as the form offers it."""


@router.get("/visits/{visit_id}/hold")
async def ask_hold(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """What a hold keeps, why, and until which review. Raises `NotFound` for whom it is not."""
    return await _form(request, caller, visit_id, Answers())


@router.post("/visits/{visit_id}/hold")
async def place_hold(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """Place it, and show it."""
    form = await request.form()
    body = {name: form.get(name) or "" for name in ("because", "basis", "review_on")}
    try:
        key = str(form.get("form_token") or "")
        made = (await caller.post("visitor", f"/visits/{visit_id}:hold", body, key=key)).data
    except Refused as refused:
        return await _form(request, caller, visit_id, _refused(form, refused), refused.status)
    response: Response = request.app.state.render.go(request, f"/holds/{made['id']}")
    return response


@router.get("/holds/{hold_id}")
async def show_hold(request: Request, caller: SignedIn, hold_id: str) -> Response:
    """One hold: why, since when, by whom, until which review, and how it ended."""
    return await _show(request, caller, hold_id)


@router.post("/holds/{hold_id}/review")
async def review_hold(request: Request, caller: SignedIn, hold_id: str) -> Response:
    """It is still needed, until another day."""
    return await _act(request, caller, hold_id, "review", "review_on")


@router.post("/holds/{hold_id}/lift")
async def lift_hold(request: Request, caller: SignedIn, hold_id: str) -> Response:
    """It is needed no more; the second check comes first where it is due."""
    return await _act(request, caller, hold_id, "lift", "reason")


async def _act(request: Request, caller: Caller, hold_id: str, act: str, field: str) -> Response:
    form = await request.form()
    body, key = {field: form.get(field) or ""}, str(form.get("form_token") or "")
    try:
        await caller.post("visitor", f"/holds/{hold_id}:{act}", body, key=key)
    except Refused as refused:
        if refused.needs_second_check:
            raise
        return await _show(request, caller, hold_id, act, _refused(form, refused), refused.status)
    response: Response = request.app.state.render.go(request, f"/holds/{hold_id}")
    return response


def _refused(form: object, refused: Refused) -> Answers:
    return Answers.refused(form, refused.problem, staff=True)  # type: ignore[arg-type]


async def _form(request: Request, caller: Caller, visit_id: str, answers: Answers, status: int = 200) -> Response:
    if not caller.principal.actor.has(Role.SECURITY_ADMIN):
        raise NotFound()
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    values = {"visit": visit, "answers": answers, "reasons": list(BECAUSE.items())}
    page: Response = request.app.state.render.page(request, "holds/new.html", block="form", status=status, **values)
    return page


async def _show(
    request: Request, caller: Caller, hold_id: str, act: str = "", answers: Answers | None = None, status: int = 200
) -> Response:
    one = (await caller.get("visitor", f"/holds/{hold_id}")).data
    values = {"one": one, "act": act, "answers": answers or Answers(), "because": BECAUSE[one["because"]]}
    values["checked"] = caller.checked_lately
    page: Response = request.app.state.render.page(request, "holds/show.html", block="hold", status=status, **values)
    return page
