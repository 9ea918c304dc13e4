"""Departments: list, add, rename, close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/settings/departments")
async def list_departments(request: Request, caller: SignedIn) -> Response:
    """Every department with how many people work in it."""
    found = (await caller.get("access", "/departments")).data
    page: Response = request.app.state.render.page(request, "settings/departments.html", found=found)
    return page


@router.get("/settings/departments/new")
async def new_department(request: Request, caller: SignedIn) -> Response:
    """The form for another one."""
    return await _form(request, caller, None, Answers())


@router.get("/settings/departments/{code}")
async def edit_department(request: Request, caller: SignedIn, code: str) -> Response:
    """The form to rename a department, or to close it."""
    department = await _department(caller, code)
    return await _form(
        request, caller, department, Answers({**department, "active": "yes" if department["active"] else ""})
    )


@router.post("/settings/departments")
async def keep_department(request: Request, caller: SignedIn) -> Response:
    """Add or change a department."""
    form = await request.form()
    code, version = str(form.get("code") or "").strip(), str(form.get("version") or "")
    known = await _department(caller, code) if version else None
    names = {name: str(form.get(name) or "") for name in ("name", "name_en")}
    body = {**names, "active": form.get("active") == "yes" or known is None}
    try:
        await caller.put("access", f"/departments/{code or '-'}", body, key=str(form.get("form_token") or ""),
                         version=version or "0")  # fmt: skip
    except Refused as refused:
        return await _form(request, caller, known, Answers.refused(form, refused.problem, staff=True), refused.status)
    response: Response = request.app.state.render.go(request, "/settings/departments")
    return response


async def _department(caller: Caller, code: str) -> Mapping[str, Any]:
    found = (await caller.get("access", "/departments")).data["items"]
    for department in found:
        if department["code"] == code:
            one: Mapping[str, Any] = department
            return one
    raise NotFound()


async def _form(
    request: Request, caller: Caller, department: Mapping[str, Any] | None, answers: Answers, status: int = 200
) -> Response:
    """A department to fill in. Raises `NotFound` for readers who may not keep them."""
    if "add" not in (await caller.get("access", "/departments")).data["can"]:
        raise NotFound()
    page: Response = request.app.state.render.page(
        request, "settings/department.html", block="form", status=status, answers=answers, department=department
    )
    return page
