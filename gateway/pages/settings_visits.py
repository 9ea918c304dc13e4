"""Settings of the rules, site by site: default, present value, since when, by whom and why; and changing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import chosen_site

router = APIRouter(include_in_schema=False)

GROUPS = (
    ("entry", label("入内")),
    ("waiting", label("等候与核对")),
    ("leaving", label("离开")),
    ("escorts", label("陪同")),
    ("notices", label("告知与须知")),
    ("alarms", label("警报通知")),
    ("people", label("角色和值班")),
)
KEPT_BY = ("visitor", "access")
"""The services that keep settings of a site; each counts its own changes."""
NUMBERS = frozenset({"span", "number"})


@router.get("/settings/visits")
async def list_settings(request: Request, caller: SignedIn) -> Response:
    """Every setting of a site."""
    sites, site, found = await _settings(request, caller)
    groups = [(title, [item for item in found["items"] if item["group"] == group]) for group, title in GROUPS]
    values = {"groups": groups, "sites": sites, "site": site, "can": found["can"], "done": request.query_params}
    page: Response = request.app.state.render.page(request, "settings/visits.html", block="results", **values)
    return page


@router.get("/settings/visits/{key}")
async def setting_form(request: Request, caller: SignedIn, key: str) -> Response:
    """One setting, to change."""
    return await _form(request, caller, key)


@router.post("/settings/visits/{key}")
async def change_setting(request: Request, caller: SignedIn, key: str) -> Response:
    """Set another value, or the default again, with the reason."""
    form = await request.form()
    _, site, found = await _settings(request, caller)
    item = _item(found, key)
    value = None if form.get("default") == "yes" else _value(item, form)
    body = {"site_id": site["id"], "values": {key: value}, "reason": form.get("reason") or ""}
    try:
        await caller.put(
            item["service"], "/settings", body, key=str(form.get("form_token") or ""), version=_version(form)
        )
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields={"values": "value"})
        return await _form(request, caller, key, answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/settings/visits?site={site['id']}&done={key}#{key}")
    return response


async def _form(
    request: Request, caller: Caller, key: str, answers: Answers | None = None, status: int = 200
) -> Response:
    _, site, found = await _settings(request, caller)
    item = _item(found, key)
    now = {True: "yes", False: "no"}.get(item["value"], item["value"]) if item["kind"] == "flag" else item["value"]
    values = {"item": item, "site": site, "version": item["version"], "answers": answers or Answers({"value": now})}
    page: Response = request.app.state.render.page(
        request, "settings/visit.html", block="form", status=status, can=found["can"], **values
    )
    return page


async def _settings(
    request: Request, caller: Caller
) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, Any], Mapping[str, Any]]:
    """All sites, the one asked for (else the viewer's own), and its settings. Raises `NotFound` without a site."""
    known, site = await chosen_site(request, caller)
    items, can = [], set()
    for service in KEPT_BY:
        found = (await caller.get(service, "/settings", {"site_id": site["id"]})).data
        items += [{**item, "service": service, "version": found["version"]} for item in found["items"]]
        can |= set(found["can"])
    return known.sites, site, {"items": items, "can": sorted(can)}


def _item(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    items: Sequence[Mapping[str, Any]] = found["items"]
    for item in items:
        if item["key"] == key:
            return item
    raise NotFound("没有这项设置", "There is no such setting")


def _value(item: Mapping[str, Any], form: FormData) -> Any:
    """What was entered, as the API takes it; a number that is none goes as it was typed, to be refused there."""
    text = str(form.get("value") or "").strip()
    if item["kind"] in NUMBERS:
        return int(text) if text.isascii() and text.isdecimal() else text
    if item["kind"] == "flag":
        return text == "yes"
    return [str(role) for role in form.getlist("value")] if item["kind"] == "roles" else text


def _version(form: FormData) -> str:
    return str(form.get("version") or "0")
