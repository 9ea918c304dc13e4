"""People at the desk: the directory, one person, adding somebody, changing a record, employing a leaver again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.people_shown import EMPLOYMENT, GIVEN, person_of, refused_form, show
from gateway.site_map import date_and_time, instant_of, site_map

router = APIRouter(include_in_schema=False)
STATUS = (("active", label("在职")), ("left", label("已离职")), ("all", label("全部")))
NUMBER_NEEDED = label("请填写员工编号，只用字母、数字和横线")
TEXTS = ("name", "post", "shift")
OPTIONAL = ("department", "site", "manager_no", "deputy_no", "badge_no", "work_email", "extension", "starts_on")
KEPT = (*TEXTS, *OPTIONAL[2:], "management", "employment", "language")


@router.get("/people")
async def list_people(request: Request, caller: SignedIn) -> Response:
    """The directory: search by characters, pinyin, initials, number; filters in the address."""
    asked = request.query_params
    names = ("q", "department", "status", "role", "cursor")
    people = (await caller.get("access", "/people", {name: asked.get(name) or None for name in names})).data
    departments = (await caller.get("access", "/departments")).data["items"]
    values = {"people": people, "departments": departments, "statuses": STATUS, "roles": GIVEN}
    page: Response = request.app.state.render.page(
        request, "people/list.html", block="results", answers=Answers(asked), **values
    )
    return page


@router.get("/people/new")
async def new_person(request: Request, caller: SignedIn) -> Response:
    """The form for somebody new."""
    return await _form(request, caller, None, Answers())


@router.post("/people")
async def add_person(request: Request, caller: SignedIn) -> Response:
    """Add somebody; a number that is taken is refused rather than changed."""
    form = await request.form()
    number = str(form.get("employee_no") or "").strip()
    if not number.replace("-", "").replace("_", "").isascii() or not number:
        says = {"pointer": "/employee_no", "detail": request.app.state.render.say(request, NUMBER_NEEDED)}
        return await _form(request, caller, None, Answers.refused(form, {"errors": [says]}), 422)
    return await _keep(request, caller, number, None, form, "0", f"/people/{number}?done=added")


@router.get("/people/{employee_no}")
async def show_person(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Who somebody is, which roles they hold and who gave them; for administrators also how they sign in."""
    return await show(request, caller, employee_no)


@router.get("/people/{employee_no}/edit")
async def edit_person(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """The form to change somebody's record, or to say when they leave."""
    person = await person_of(caller, employee_no)
    day, time = date_and_time(person["leaves_at"], (await site_map(caller)).zone_of(person["site_id"]))
    fields = {"leaves_day": day, "leaves_time": time, "management": "yes" if person["management"] else ""}
    return await _form(request, caller, person, Answers({**person, **_places(person), **fields}))


@router.post("/people/{employee_no}")
async def change_person(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Keep what was typed; somebody else's change meanwhile is never overwritten."""
    form, person = await request.form(), await person_of(caller, employee_no)
    version = str(form.get("version") or person["version"])
    return await _keep(request, caller, employee_no, person, form, version, f"/people/{employee_no}?done=changed")


@router.post("/people/{employee_no}/return")
async def employ_again(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """A leaver works here again; roles do not come back with them."""
    form, person = await request.form(), await person_of(caller, employee_no)
    body = {**{name: person[name] for name in KEPT}, **_places(person), "active": True}
    key = str(form.get("form_token") or "")
    try:
        await caller.put("access", f"/people/{employee_no}", body, key=key, version=str(person["version"]))
    except Refused as refused:
        return await show(request, caller, employee_no, "return", refused_form(form, refused), refused.status)
    response: Response = request.app.state.render.go(request, f"/people/{employee_no}?done=returned")
    return response


async def _keep(
    request: Request,
    caller: Caller,
    employee_no: str,
    person: Mapping[str, Any] | None,
    form: FormData,
    version: str,
    target: str,
) -> Response:
    """Send the form's record, if `version` is still the newest, and lead to `target`."""
    known = await site_map(caller)
    site = next((one for one in known.sites if one["code"] == form.get("site")), None)
    body = _body(form, known.zone_of(site["id"] if site else None))
    try:
        await caller.put(
            "access", f"/people/{employee_no}", body, key=str(form.get("form_token") or ""), version=version
        )
    except Refused as refused:
        return await _form(request, caller, person, refused_form(form, refused), refused.status)
    response: Response = request.app.state.render.go(request, target)
    return response


async def _form(
    request: Request, caller: Caller, person: Mapping[str, Any] | None, answers: Answers, status: int = 200
) -> Response:
    """Somebody's record to fill in. Raises `NotFound` for readers who may not keep people."""
    found = (await caller.get("access", "/departments")).data
    if "add" not in found["can"]:
        raise NotFound()
    departments = [one for one in found["items"] if one["active"]]
    values = {"person": person, "departments": departments, "sites": (await site_map(caller)).sites}
    page: Response = request.app.state.render.page(
        request, "people/form.html", block="form", status=status, answers=answers, employments=EMPLOYMENT, **values
    )
    return page


def _places(person: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: (person[name] or {}).get("code") for name in ("department", "site")}


def _body(form: FormData, zone: str) -> dict[str, Any]:
    """The record as the form has it; what is left empty is nothing."""
    body: dict[str, Any] = {name: str(form.get(name) or "") for name in TEXTS}
    body |= {name: str(form.get(name) or "").strip() or None for name in OPTIONAL}
    body |= {"management": form.get("management") == "yes", "employment": form.get("employment") or "employee"}
    day, time = str(form.get("leaves_day") or ""), str(form.get("leaves_time") or "") or "18:00"
    body["leaves_at"] = instant_of(day, time, zone) if day else None
    return {**body, "language": form.get("language") or "zh"}
