"""API clients: which programs may call, adding one (its secret shown once), ending one; both after a second check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from chassis.problems import NotFound, Problem, SecondCheckNeeded
from chassis.rules import PolicyRefused, allowed
from gateway.answers import Answers, Fault
from gateway.caller import Caller, SignedIn
from gateway.identity import clients, rules
from gateway.identity.calls import keeper_of
from gateway.identity.forms import go, page, refused, second_check, status_of, translated
from gateway.languages import label

router = APIRouter(include_in_schema=False)
HERE = "/settings/clients"
SCOPES = (
    ("people:read", label("读人员")),
    ("people:write", label("写人员")),
    ("sites:read", label("读职场")),
    ("sites:write", label("写职场")),
    ("roster:read", label("读值班表")),
    ("roster:write", label("写值班表")),
    ("visits:read", label("读来访")),
    ("visits:write", label("提出来访")),
    ("escorts:read", label("读陪同人员")),
    ("badges:read", label("读访客证")),
    ("controls:read", label("读控制项")),
    ("setup:read", label("读设置进度")),
)
NAME_NEEDED, SCOPE_NEEDED = label("请填写客户端名称"), label("请至少选择一项权限范围")


@router.get("/settings/clients")
async def list_clients(request: Request, caller: SignedIn) -> Response:
    """Every program with its scopes and when it last got a token. Raises `NotFound` for others than administrators."""
    return await _show(request, caller)


@router.post("/settings/clients")
async def add_client(request: Request, caller: SignedIn) -> Response:
    """Add a program; its secret is in this answer and nowhere else."""
    form = await request.form()
    name, scopes = str(form.get("name") or "").strip()[:60], [str(scope) for scope in form.getlist("scopes")]
    faults = [Fault("name", translated(request, NAME_NEEDED))] if not name else []
    faults += [Fault("scopes", translated(request, SCOPE_NEEDED))] if not scopes else []
    if faults:
        return await _show(request, caller, 422, answers=Answers(form, tuple(faults)))
    actor = caller.principal.actor
    try:
        made = await keeper_of(request).db.write(clients.add, actor, name, scopes, "client", clock.unix())
    except SecondCheckNeeded:
        return second_check(request, HERE)
    except (Problem, PolicyRefused) as error:
        answers = refused(request, error, form, "scopes")
        return await _show(request, caller, status_of(error), answers=answers)
    return await _show(request, caller, made=made)


@router.post("/settings/clients/{client_id}/end")
async def end_client(request: Request, caller: SignedIn, client_id: str) -> Response:
    """The program may call no more, also with tokens it holds."""
    if not caller.checked_lately:
        return second_check(request, HERE)
    keeper = keeper_of(request)
    await keeper.db.write(clients.revoke, caller.principal.actor, client_id)
    keeper.forget()
    return go(request, HERE)


async def _show(
    request: Request,
    caller: Caller,
    status: int = 200,
    *,
    answers: Answers | None = None,
    made: Mapping[str, Any] | None = None,
) -> Response:
    actor = caller.principal.actor
    if not allowed(rules.administers_accounts(actor.roles)):
        raise NotFound()
    found = await keeper_of(request).db.read(clients.all_clients, actor)
    values = {"clients": found["items"], "scopes": SCOPES, "made": made, "checked": caller.checked_lately}
    return page(request, "settings/clients.html", status, answers=answers or Answers(), **values)
