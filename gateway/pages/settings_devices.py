"""Tablets at the doors: pair one, see when each called last, take one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import Problem
from chassis.rules import PolicyRefused
from gateway.answers import Answers, Fault
from gateway.identity import devices, place_store, rules
from gateway.identity.calls import keeper_of
from gateway.identity.forms import SignedInStaff, go, page, refused, status_of, translated
from gateway.identity.principal import Principal
from gateway.languages import label

router = APIRouter(include_in_schema=False)
CHOOSE_DOOR = label("请选择平板所在的门")


@router.get("/settings/devices")
async def show_devices(request: Request, caller: SignedInStaff) -> Response:
    """The tablets of the caller's sites, and the form that pairs another."""
    return await _devices(request, caller)


@router.post("/settings/devices")
async def open_pairing(request: Request, caller: SignedInStaff) -> Response:
    """A code to type at the tablet; shown this once, good for ten minutes."""
    form = await request.form()
    door_id, name = str(form.get("door_id") or ""), str(form.get("name") or "")[:40].strip()
    if not door_id:
        fault = Fault("door_id", translated(request, CHOOSE_DOOR))
        return await _devices(request, caller, 422, answers=Answers(form, (fault,)))
    try:
        pairing = await keeper_of(request).db.write(devices.open_pairing, caller.actor, door_id, name)
    except (Problem, PolicyRefused) as error:
        answers = refused(request, error, form, "door_id")
        return await _devices(request, caller, status_of(error), answers=answers)
    return await _devices(request, caller, pairing=pairing)


@router.post("/settings/devices/{device_id}/revoke")
async def revoke(request: Request, caller: SignedInStaff, device_id: str) -> Response:
    """The tablet loses its rights at once."""
    keeper = keeper_of(request)
    await keeper.db.write(devices.revoke, caller.actor, device_id)
    keeper.forget()
    return go(request, "/settings/devices")


async def _devices(
    request: Request,
    caller: Principal,
    status: int = 200,
    *,
    answers: Answers | None = None,
    pairing: Mapping[str, Any] | None = None,
) -> Response:
    db = keeper_of(request).db
    english = request.app.state.render.language(request) == "en"
    doors = [row for row in await db.read(place_store.doors) if rules.pairs_tablets(caller.actor.roles, row.site_id)]
    names = {
        row.id: f"{row.site_name_en} · {row.name_en}" if english else f"{row.site_name} · {row.name}" for row in doors
    }
    found = await db.read(devices.all_devices, caller.actor)
    shown = [{**row, "door": names.get(row["door_id"], "—")} for row in found["items"]]
    values = {"devices": shown, "doors": list(names.items()), "pairing": pairing, "answers": answers or Answers()}
    return page(request, "settings/devices.html", status, **values)
