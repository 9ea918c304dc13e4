"""Who permits visits to an area: those listed, each kept by its tick, and one more at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.roles import Role
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn

router = APIRouter(include_in_schema=False)
AT_SITE = (Role.CENTRE_MANAGER, Role.FLOOR_MANAGER, Role.MAINTENANCE, Role.GENERAL_AFFAIRS, Role.LEADER)
"""Roles that a form offers; the API takes any that is no duty."""


@router.get("/settings/sites/{code}/areas/{area}/permitters")
async def list_permitters(request: Request, caller: SignedIn, code: str, area: str) -> Response:
    """Who permits; for administrators with the form that lists others."""
    return await _show(request, caller, code, area)


@router.post("/settings/sites/{code}/areas/{area}/permitters")
async def replace_permitters(request: Request, caller: SignedIn, code: str, area: str) -> Response:
    """Keep those whose tick stays, and add the one chosen."""
    form = await request.form()
    items = [_item(str(kept)) for kept in form.getlist("keep")]
    if form.get("role"):
        items.append(_item(str(form.get("role"))))
    if form.get("employee_no"):
        items.append({"employee_no": str(form.get("employee_no")).strip()})
    try:
        await caller.put("access", f"/sites/{code}/areas/{area}/permitters", {"items": items},
                         key=str(form.get("form_token") or ""), version=str(form.get("version") or ""))  # fmt: skip
    except Refused as refused:
        return await _show(request, caller, code, area, _faults(form, refused), refused.status)
    response: Response = request.app.state.render.go(
        request, f"/settings/sites/{code}/areas/{area}/permitters?done=yes"
    )
    return response


async def _show(
    request: Request, caller: Caller, code: str, area: str, answers: Answers | None = None, status: int = 200
) -> Response:
    found = (await caller.get("access", f"/sites/{code}/areas/{area}/permitters")).data
    places = (await caller.get("access", "/sites")).data
    site = next((one for one in places["sites"] if one["code"] == code), None)
    one = next((one for one in places["areas"] if one["id"] == found["area_id"]), None)
    if site is None or one is None:
        raise NotFound()
    departments = (await caller.get("access", "/departments")).data["items"]
    listed = [{**item, "value": _value(item)} for item in found["items"]]
    kept = Answers({"keep": [item["value"] for item in listed]})
    values = {
        "found": found,
        "listed": listed,
        "site": site,
        "area": one,
        "departments": departments,
        "at_site": AT_SITE,
    }
    page: Response = request.app.state.render.page(
        request,
        "settings/permitters.html",
        block="form",
        status=status,
        answers=answers or kept,
        done=request.query_params.get("done", ""),
        **values,
    )
    return page


def _value(item: Mapping[str, Any]) -> str:
    """A permitter as the value of its tick."""
    return f"{item['role']}|{item['scope']}" if item["role"] else f"|{item['person']['employee_no']}"


def _item(value: str) -> dict[str, str]:
    role, _, rest = value.partition("|")
    return {"role": role, "scope": rest} if role else {"employee_no": rest}


def _faults(form: FormData, refused: Refused) -> Answers:
    """What is wrong with the list stands at the field that adds a person."""
    return Answers.refused(form, refused.problem, staff=True, rest="employee_no")
