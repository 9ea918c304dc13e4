"""Channels of notices: add one, send a test, switch it, remove it; and how each way out fares."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import Problem
from chassis.rules import PolicyRefused
from gateway.answers import Answers, Fault
from gateway.identity import place_store
from gateway.identity.calls import keeper_of
from gateway.identity.forms import SignedInStaff, go, page, refused, status_of, translated
from gateway.identity.principal import Principal
from gateway.languages import label
from gateway.notices import channel_store, channels, schemas
from gateway.notices.because import because
from gateway.notices.carriers import CARRIERS
from gateway.notices.mailer import Mailer
from gateway.notices.outbox import SMTP

router = APIRouter(include_in_schema=False)
FILL_IN = label("请填写")


@router.get("/settings/channels")
async def show_channels(request: Request, caller: SignedInStaff) -> Response:
    """Every channel with how it fares, and the form that adds another."""
    return await _channels(request, caller)


@router.post("/settings/channels")
async def add_channel(request: Request, caller: SignedInStaff) -> Response:
    """Add a channel."""
    form = await request.form()
    keeper = keeper_of(request)
    try:
        asked = _asked(form)
        await keeper.db.write(channels.add, caller.actor, asked, private=keeper.settings.private_channels)
    except ValidationError as error:
        faults = [Fault(str(one["loc"][0]), translated(request, FILL_IN)) for one in error.errors()]
        return await _channels(request, caller, 422, answers=Answers(form, tuple(faults)))
    except (Problem, PolicyRefused) as error:
        return await _channels(request, caller, status_of(error), answers=refused(request, error, form, "url"))
    return go(request, "/settings/channels")


@router.post("/settings/channels/{channel_id}/test")
async def test_channel(request: Request, caller: SignedInStaff, channel_id: str) -> Response:
    """Send a test; the page says whether it got through."""
    keeper = keeper_of(request)
    mail = Mailer(keeper.settings).is_set
    tested = await channels.send_test(keeper.db, caller.actor, channel_id, mail=mail)
    return await _channels(request, caller, tested={**tested, "id": channel_id})


@router.post("/settings/channels/{channel_id}/switch")
async def switch_channel(request: Request, caller: SignedInStaff, channel_id: str) -> Response:
    """Switch on or off."""
    form = await request.form()
    asked = schemas.SwitchAsked(on=form.get("on") == "yes", reason=str(form.get("reason") or "")[:200])
    try:
        await keeper_of(request).db.write(channels.switch, caller.actor, channel_id, asked)
    except PolicyRefused as error:
        switched = {"id": channel_id, "answers": refused(request, error, form, "reason")}
        return await _channels(request, caller, 422, switched=switched)
    return go(request, "/settings/channels")


@router.post("/settings/channels/{channel_id}/remove")
async def remove_channel(request: Request, caller: SignedInStaff, channel_id: str) -> Response:
    """Remove a channel."""
    await keeper_of(request).db.write(channels.remove, caller.actor, channel_id)
    return go(request, "/settings/channels")


def _asked(form: FormData) -> schemas.ChannelAsked:
    texts = {name: str(form.get(name) or "") for name in ("name", "url", "reason")}
    whose = {name: form.get(name) or None for name in ("site_id", "employee_no")}
    chosen = {name: form.get(name) for name in ("language", "quiet_from", "quiet_to") if form.get(name)}
    ticks = {name: form.get(name) == "yes" for name in ("abroad", "alarms_only")}
    on = True if form.get("on") == "yes" else None
    return schemas.ChannelAsked.model_validate({**texts, **whose, **chosen, **ticks, "on": on})


async def _channels(
    request: Request,
    caller: Principal,
    status: int = 200,
    *,
    answers: Answers | None = None,
    tested: dict[str, Any] | None = None,
    switched: dict[str, Any] | None = None,
) -> Response:
    keeper = keeper_of(request)
    found = await keeper.db.read(channels.every, caller.actor)
    sites = {row.id: dict(row._mapping) for row in await keeper.db.read(place_store.sites)}
    usable = {name: one for name, one in CARRIERS.items() if keeper.settings.private_channels or not one.plain}
    values = {
        "channels": found["items"],
        "carriers": CARRIERS,
        "usable": usable,
        "sites": sites,
        "mail_is_set": Mailer(keeper.settings).is_set,
        "mail": await keeper.db.read(channel_store.health, SMTP),
        "because": because,
        "tested": tested,
        "switched": switched or {"id": "", "answers": Answers()},
    }
    return page(request, "settings/channels.html", status, answers=answers or Answers(), **values)
