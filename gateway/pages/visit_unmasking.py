"""Reading a visitor's values whole: which and why, then the values once, on a page that nothing keeps."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.visit_words import READ_BECAUSE

router = APIRouter(include_in_schema=False)
FIELDS = {
    "name": label("姓名"),
    "phone": label("手机号"),
    "email": label("邮箱"),
    "id_number": label("证件号码"),
}


@router.get("/visits/{visit_id}/unmask")
async def ask_unmasking(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """What can be read whole, and the reason to give. Raises `NotFound` for whom there is nothing."""
    return await _form(request, caller, visit_id, Answers())


@router.post("/visits/{visit_id}/unmask")
async def unmask(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The values, this once; the second check comes first where it is due. Loaded anew, it is another reading."""
    form = await request.form()
    fields = form.getlist("fields")
    body = {"fields": fields, "reason": form.get("reason") or ""}
    try:
        found = (await caller.post("visitor", f"/visits/{visit_id}:unmask", body)).data
    except Refused as refused:
        if refused.needs_second_check:
            raise
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _form(request, caller, visit_id, answers, refused.status)
    asked = [name for name in FIELDS if name in fields]
    values = {"found": found, "asked": asked, "names": FIELDS, "because": READ_BECAUSE[found["reason"]]}
    page: Response = request.app.state.render.page(request, "visits/unmasked.html", **values)
    return page


async def _form(request: Request, caller: Caller, visit_id: str, answers: Answers, status: int = 200) -> Response:
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    can = (await caller.get("visitor", f"/visits/{visit_id}/unmaskable")).data["fields"]
    if not can and not answers.faults:
        raise NotFound()
    offered = {"fields": [(name, FIELDS[name]) for name in can], "reasons": list(READ_BECAUSE.items())}
    page: Response = request.app.state.render.page(
        request,
        "visits/unmask.html",
        status=status,
        visit=visit,
        answers=answers,
        checked=caller.checked_lately,
        **offered,
    )
    return page
