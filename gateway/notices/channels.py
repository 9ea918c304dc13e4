"""Setting up channels: adding, testing, switching and removing them."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import NotFound
from chassis.rules import enforce
from gateway.identity import account_store
from gateway.languages import label
from gateway.notices import carriers, channel_store, health, letters, rules, schemas
from gateway.notices.carriers import CARRIERS
from gateway.notices.chat import Undelivered, say, service_of
from gateway.notices.events import ChannelAdded, ChannelRemoved, ChannelSwitched, ChannelTested

TEST = label("这是一条测试消息，渠道可以使用")


def add(tx: Tx, actor: Actor, asked: schemas.ChannelAsked, *, private: bool) -> dict[str, Any]:
    """Add a channel; with `private` the deployment lets channels reach its own network. Its address is sealed."""
    url = asked.url.get_secret_value().strip()
    scheme = carriers.scheme_of(url)
    carrier = CARRIERS.get(scheme)
    enforce(
        rules.administers_channels(actor.roles),
        rules.scheme_means_what_it_says(scheme),
        *(
            [rules.carrier_is_known(scheme, CARRIERS).say(scheme=scheme, known=known(private))]
            if scheme != "wecom"
            else []
        ),
        *([rules.travels_encrypted(carrier.plain, private).say(scheme=scheme)] if carrier else []),
    )
    assert carrier is not None
    service = service_of(url)
    person = account_store.account_by_no(tx, asked.employee_no) if asked.employee_no else None
    abroad = asked.abroad if carrier.abroad is None else carrier.abroad
    on = (not abroad) if asked.on is None else asked.on
    enforce(
        rules.url_is_whole(service is not None),
        rules.person_is_known(asked.employee_no is None or person is not None),
        rules.abroad_has_its_reason(abroad, on, asked.reason),
    )
    channel_id = new_id()
    plain = asked.model_dump(include={"name", "reason", "alarms_only", "language", "quiet_from", "quiet_to"})
    values = {**plain, "id": channel_id, "carrier": scheme, "abroad": abroad, "on": on, "made_by": actor.id}
    whose = {"site_id": None if person else asked.site_id, "person_id": person.person_id if person else None}
    sealed = tx.vault.seal(tx, channel_id, "url", url.encode())
    channel_store.add(tx, {**values, **whose, "url": sealed, "shown": _recognisable(service)})
    record(tx, actor, ChannelAdded(channel_id, scheme, abroad, on))
    return show(tx, actor, channel_id)


def _recognisable(service: Any) -> str:
    """What may be shown of an address: Apprise's own masked form, without its parameters."""
    return str(service.url(privacy=True)).partition("?")[0].rstrip("/")[:200]


def known(private: bool) -> str:
    """The schemes a deployment may use, for the words of a refusal."""
    return "、".join(scheme for scheme, carrier in CARRIERS.items() if private or not carrier.plain)


def switch(tx: Tx, actor: Actor, channel_id: str, asked: schemas.SwitchAsked) -> dict[str, Any]:
    """Switch a channel on or off; one abroad is switched on with a reason."""
    row = _channel(tx, actor, channel_id)
    enforce(rules.abroad_has_its_reason(row.abroad, asked.on, asked.reason))
    channel_store.change(tx, channel_id, on=asked.on, reason=asked.reason or row.reason)
    record(tx, actor, ChannelSwitched(channel_id, row.abroad, asked.on))
    return show(tx, actor, channel_id)


def remove(tx: Tx, actor: Actor, channel_id: str) -> None:
    """Remove a channel; the key of its address is destroyed."""
    _channel(tx, actor, channel_id)
    channel_store.change(tx, channel_id, on=False, removed_at=tx.now, url=b"", shown="")
    channel_store.forget_health(tx, channel_id)
    tx.vault.erase(tx, channel_id)
    record(tx, actor, ChannelRemoved(channel_id))


async def send_test(db: Database, actor: Actor, channel_id: str, *, mail: bool) -> dict[str, Any]:
    """Send a test to a channel, on or off, and say whether it got through."""
    row, url = await db.read(_address, actor, channel_id)
    text = letters.texts(row.language).gettext(TEST)
    because = ""
    try:
        await asyncio.to_thread(say, url, text)
    except Undelivered as error:
        because = error.because
    await db.write(_tested, actor, channel_id, because, mail)
    return {"delivered": not because, "because": because}


def show(tx: Tx, actor: Actor, channel_id: str) -> dict[str, Any]:
    """One channel as `schemas.Channel`."""
    return next(one for one in every(tx, actor)["items"] if one["id"] == channel_id)


def every(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Every channel as `schemas.Channels`."""
    enforce(rules.administers_channels(actor.roles))
    rows = channel_store.channels(tx)
    people = {row.person_id: row for row in account_store.present(tx, {row.person_id for row in rows if row.person_id})}
    return {"items": [_shown(row, people) for row in rows]}


def _shown(row: Row[Any], people: dict[str, Any]) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in schemas.Channel.model_fields if name not in ("person", "failures")}
    person = people.get(row.person_id)
    named = f"{person.name} {person.employee_no}" if person else row.person_id
    return {**plain, "person": named, "failures": row.failures or 0, "because": row.because or ""}


def _channel(tx: Tx, actor: Actor, channel_id: str) -> Row[Any]:
    enforce(rules.administers_channels(actor.roles))
    row = channel_store.channel(tx, channel_id)
    if row is None:
        raise NotFound("没有这个渠道", "There is no such channel")
    return row


def _address(tx: Tx, actor: Actor, channel_id: str) -> tuple[Row[Any], str]:
    row = _channel(tx, actor, channel_id)
    return row, tx.vault.open_(tx, channel_id, "url", row.url).decode()


def _tested(tx: Tx, actor: Actor, channel_id: str, because: str, mail: bool) -> None:
    record(tx, actor, ChannelTested(channel_id, not because))
    if because:
        health.failed(tx, channel_id, because, mail=mail)
    else:
        channel_store.note_delivered(tx, channel_id)
