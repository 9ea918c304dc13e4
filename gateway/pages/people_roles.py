"""What administrators do with a person's access: give and take roles, a one-time link, end every session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis import clock
from chassis.problems import SecondCheckNeeded
from gateway.caller import Caller, Refused, SignedIn
from gateway.identity import accounts, sessions
from gateway.identity.calls import keeper_of
from gateway.identity.forms import go, second_check
from gateway.people_shown import person_of, refused_form, show
from gateway.site_map import end_of_day, instant_of, site_map

router = APIRouter(include_in_schema=False)


@router.post("/people/{employee_no}/roles")
async def give_role(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Give a role, from a day to a day or from now on; days by the clock of the person's site."""
    form = await request.form()
    zone = (await site_map(caller)).zone_of((await person_of(caller, employee_no))["site_id"])
    begin, end = str(form.get("starts_on") or ""), str(form.get("ends_on") or "")
    body = {
        "role": form.get("role") or "",
        "scope": form.get("scope") or "",
        "starts_at": instant_of(begin, "00:00", zone) if begin else None,
        "ends_at": end_of_day(end, zone) if end else None,
    }
    return await _change(request, caller, employee_no, "give", form, "/roles", body)


@router.post("/people/{employee_no}/roles/take")
async def take_role(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Take a role."""
    form = await request.form()
    body = {"role": form.get("role") or "", "scope": form.get("scope") or ""}
    return await _change(request, caller, employee_no, "take", form, "/roles:take", body)


@router.post("/people/{employee_no}/link")
async def issue_link(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """A one-time link with which the person sets a password; shown this once, after a second check."""
    person, keeper = await person_of(caller, employee_no), keeper_of(request)
    try:
        made = await keeper.db.write(accounts.ask_link, caller.principal.actor, person["id"], clock.unix())
    except SecondCheckNeeded:
        return second_check(request, f"/people/{employee_no}#sign-in")
    link = {"address": keeper.settings.address + made["link"], "expires_at": made["expires_at"]}
    return await show(request, caller, employee_no, link=link)


@router.post("/people/{employee_no}/cut-off")
async def cut_off(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """End every session of the person at once."""
    person, keeper = await person_of(caller, employee_no), keeper_of(request)
    await keeper.db.write(sessions.cut_off, caller.principal.actor, person["id"])
    keeper.forget()
    return go(request, f"/people/{employee_no}?done=cut-off#sign-in")


async def _change(
    request: Request, caller: Caller, employee_no: str, act: str, form: FormData, path: str, body: Mapping[str, Any]
) -> Response:
    try:
        key = str(form.get("form_token") or "")
        await caller.post("access", f"/people/{employee_no}{path}", body, key=key)
    except Refused as problem:
        if problem.needs_second_check:
            return second_check(request, f"/people/{employee_no}#roles")
        if problem.status == 403:  # there is no form for whoever may not
            raise
        return await show(request, caller, employee_no, act, refused_form(form, problem), problem.status)
    return go(request, f"/people/{employee_no}?done={act}#roles")
