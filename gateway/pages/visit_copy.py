"""A copy of everything kept of a visitor, for themselves: a page to print, or the same as one JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.roles import Role
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.visit_words import MADE_FOR

router = APIRouter(include_in_schema=False)


@router.get("/visits/{visit_id}/copy")
async def ask_copy(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """For whom, and that who asks is known. Raises `NotFound` for whom it is not."""
    return await _form(request, caller, visit_id, Answers())


@router.post("/visits/{visit_id}/copy")
async def make_copy(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The copy, as the button says; the second check comes first where it is due."""
    form = await request.form()
    body = {"made_for": form.get("made_for") or "", "identity_checked": form.get("identity_checked") == "yes"}
    try:
        found = (await caller.post("visitor", f"/visits/{visit_id}:copy", body)).data
    except Refused as refused:
        if refused.needs_second_check:
            raise
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _form(request, caller, visit_id, answers, refused.status)
    if form.get("as") == "file":
        return _file(found)
    begins = {one["visit_id"]: one["starts_at"] for one in found["visits"]}
    values = {"found": found, "parts": _parts(found), "begins": begins, "zone": found["zone"]}
    values["made_for"] = MADE_FOR[found["made_for"]]
    page: Response = request.app.state.render.page(request, "visits/copied.html", **values)
    return page


def _file(found: Mapping[str, Any]) -> Response:
    name = f"personal-data-{found['made_at'][:10]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(orjson.dumps(found, option=orjson.OPT_INDENT_2), 200, headers, "application/json")


def _parts(found: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Each field of the register that something is kept of, with its values, visit by visit."""
    visits = [one["visit_id"] for one in found["visits"]]
    in_order = sorted(found["values"], key=lambda one: visits.index(one["visit_id"]) if one["visit_id"] else -1)
    by_field = sorted(in_order, key=lambda one: str(one["field"]))
    values = {field: list(ones) for field, ones in groupby(by_field, key=lambda one: str(one["field"]))}
    return [(entry, values[entry["field"]]) for entry in found["fields"]]


async def _form(request: Request, caller: Caller, visit_id: str, answers: Answers, status: int = 200) -> Response:
    if not caller.principal.actor.has(Role.SECURITY_ADMIN):
        raise NotFound()
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    offered = {"made_for": list(MADE_FOR.items()), "checked": caller.checked_lately}
    page: Response = request.app.state.render.page(
        request, "visits/copy.html", status=status, visit=visit, answers=answers, **offered
    )
    return page
