"""One person as their page shows them: the record, the roles, and for administrators how the person signs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.roles import Role
from chassis.rules import allowed
from gateway.answers import Answers
from gateway.caller import Caller, Refused
from gateway.identity import accounts, rules, sessions
from gateway.identity.calls import keeper_of
from gateway.identity.forms import browser_name
from gateway.languages import label
from gateway.site_map import site_map

EMPLOYMENT = (("employee", label("本公司员工")), ("agency", label("外包、劳务派遣人员")))
GIVEN = tuple(role for role in Role if not role.is_duty)
"""Roles that are given; the others follow from designations and duties."""


async def person_of(caller: Caller, employee_no: str) -> Mapping[str, Any]:
    """The person with this employee number. Raises `Refused` (404), `Down`."""
    person: Mapping[str, Any] = (await caller.get("access", f"/people/{employee_no}")).data
    return person


async def show(
    request: Request,
    caller: Caller,
    employee_no: str,
    act: str = "",
    answers: Answers | None = None,
    status: int = 200,
    link: Mapping[str, Any] | None = None,
) -> Response:
    """The person's page; `act` names the form whose `answers` were refused, `link` is a one-time link just made."""
    person, known = await person_of(caller, employee_no), await site_map(caller)
    gives = "give_role" in person["can"]
    values: dict[str, Any] = {
        "person": person,
        "act": act,
        "answers": answers or Answers(),
        "roles": GIVEN,
        "sites": known.sites,
        "departments": (await caller.get("access", "/departments")).data["items"] if gives else [],
        "zone": known.zone_of(person["site_id"]),
        "employments": dict(EMPLOYMENT),
        "checked": caller.checked_lately,
        "sign_in": await _sign_in(request, caller, person["id"]),
        "link": link,
        "done": "" if act or link else request.query_params.get("done", ""),
    }
    page: Response = request.app.state.render.page(request, "people/show.html", block="person", status=status, **values)
    return page


def refused_form(form: FormData, refused: Refused) -> Answers:
    """The form again with its faults; instants stand in fields of days."""
    return Answers.refused(form, refused.problem, staff=True, fields=FIELDS)


FIELDS = {"leaves_at": "leaves_day", "starts_at": "starts_on", "ends_at": "ends_on"}


async def _sign_in(request: Request, caller: Caller, person_id: str) -> dict[str, Any] | None:
    """Whether the person has a password, and where they are signed in; for administrators alone."""
    actor, keeper = caller.principal.actor, keeper_of(request)
    if not allowed(rules.administers_accounts(actor.roles)):
        return None
    try:
        found = await keeper.db.read(sessions.of_person, actor, person_id)
    except NotFound:  # added a moment ago and still on the way here
        return None
    account = await keeper.db.read(accounts.shown, person_id)
    items = [{**row, "browser": browser_name(row["user_agent"])} for row in found["items"]]
    return {"sessions": items, "password_set_at": account["password_set_at"]}
