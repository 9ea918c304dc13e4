"""Erasing what is known of a visitor, with its reason; and the certificate, to print."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.roles import Role
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label

router = APIRouter(include_in_schema=False)
NAMES = {
    "name": label("姓名"),
    "company": label("单位"),
    "phone": label("手机号"),
    "email": label("邮箱"),
    "id_number": label("证件信息"),
    "photo": label("照片"),
    "signature": label("签名"),
    "assistance": label("疏散时需要的协助"),
    "purpose": label("来访事由"),
    "items": label("随带设备"),
    "belongings": label("随身物品的说明"),
    "comments": label("审批意见"),
    "notes": label("其他记录中的说明"),
    "search_keys": label("查找用的文字"),
}
"""What a certificate lists, in words."""


@router.get("/visits/{visit_id}/erase")
async def ask_erasure(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """What will be gone, and the reason to give. Raises `NotFound` for whom it is not."""
    return await _form(request, caller, visit_id, Answers())


@router.post("/visits/{visit_id}/erase")
async def erase(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """Erase, and show the certificate; the second check comes first where it is due."""
    form = await request.form()
    body = {"reason": form.get("reason") or ""}
    try:
        await caller.post("visitor", f"/visits/{visit_id}:erase", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        if refused.needs_second_check:
            raise
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _form(request, caller, visit_id, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/visits/{visit_id}/erasure")
    return response


@router.get("/visits/{visit_id}/erasure")
async def show_certificate(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """What was erased, when, by whom and why."""
    one = (await caller.get("visitor", f"/visits/{visit_id}/erasure")).data
    page: Response = request.app.state.render.page(request, "visits/erasure.html", one=one, names=NAMES)
    return page


async def _form(request: Request, caller: Caller, visit_id: str, answers: Answers, status: int = 200) -> Response:
    if not caller.principal.actor.has(Role.SECURITY_ADMIN):
        raise NotFound()
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    page: Response = request.app.state.render.page(
        request, "visits/erase.html", block="form", status=status, visit=visit, answers=answers
    )
    return page
