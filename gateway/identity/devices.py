"""Tablets: a code from the desk pairs a browser to one door; it can be taken back alone, and is never a person."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.columns import instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import NotFound, Problem
from chassis.rules import enforce
from gateway.identity import device_store, place_store, rules, session_store, throttle
from gateway.identity.events import DevicePaired, DeviceRevoked, PairingOpened
from gateway.identity.keeper import Keeper
from gateway.identity.secret_text import hashed, new_code, new_secret
from gateway.identity.throttle import Mark, network


class CodeRefused(Problem):
    """No such code waits: wrong, used, or older than ten minutes."""

    status, slug = 422, "pairing-refused"
    zh, en = "配对码不正确或已过期，请在后台重新生成", "The code is wrong or has expired. Make a new one at the desk"


def open_pairing(tx: Tx, actor: Actor, door_id: str, name: str) -> dict[str, Any]:
    """A six-digit code, good for ten minutes and once, that pairs a tablet to the door. Raises `NotFound`."""
    door = place_store.door(tx, door_id)
    if door is None:
        raise NotFound("没有这道门", "There is no such door")
    if actor.kind is not ActorKind.OPERATOR:
        enforce(rules.pairs_tablets(actor.roles, door.site_id))
    expires_at = tx.now + rules.CODE_LIFE
    values = {"name": name or door.name, "site_id": door.site_id, "door_id": door_id, "made_by": actor.id}
    code = new_code()
    while not device_store.add_pairing(tx, code_hash=hashed(code), expires_at=expires_at, **values):
        code = new_code()
    record(tx, actor, PairingOpened(door_id))
    return {"code": code, "door_id": door_id, "expires_at": instant_text(expires_at)}


async def pair(keeper: Keeper, address: str, code: str) -> dict[str, Any]:
    """Turn the calling browser into the tablet the code is for; the answer holds its secret, this once.

    Five wrong codes from an address slow it down: ten minutes are too short for a million codes.
    Raises `CodeRefused`, `TooMany`.
    """
    marks = [Mark("pairing", network(address), throttle.PAIRING)]
    await keeper.db.write(throttle.begin, marks)
    paired = await keeper.db.write(_pair, code.strip(), marks)
    if paired is None:
        raise CodeRefused()
    return paired


def all_devices(tx: Tx, actor: Actor) -> dict[str, Any]:
    """The tablets of the sites whose tablets the caller may pair, revoked ones last."""
    rows = [row for row in device_store.all_of(tx) if rules.pairs_tablets(actor.roles, row.site_id)]
    return {"items": [_shown(row) for row in rows]}


def revoke(tx: Tx, actor: Actor, device_id: str) -> dict[str, Any]:
    """The tablet loses its rights at once, and the sessions opened at it end. Raises `NotFound`."""
    row = device_store.one(tx, device_id)
    if row is None:
        raise NotFound()
    enforce(rules.pairs_tablets(actor.roles, row.site_id))
    if device_store.revoke(tx, device_id):
        session_store.end_at_device(tx, device_id)
        record(tx, actor, DeviceRevoked(device_id))
    again = device_store.one(tx, device_id)
    assert again is not None
    return _shown(again)


def _pair(tx: Tx, code: str, marks: list[Mark]) -> dict[str, Any] | None:
    pairing = device_store.use_pairing(tx, hashed(code))
    if pairing is None:
        return None
    throttle.succeed(tx, marks)
    device_id, secret = new_id(), new_secret("d")
    place = {"site_id": pairing.site_id, "door_id": pairing.door_id}
    by = pairing.made_by
    device_store.add(tx, id=device_id, name=pairing.name, secret_hash=hashed(secret), paired_by=by, **place)
    record(tx, Actor(ActorKind.DEVICE, device_id), DevicePaired(device_id, pairing.door_id))
    return {"id": device_id, "name": pairing.name, "secret": secret, **place}


def _shown(row: Any) -> dict[str, Any]:
    times = ("paired_at", "seen_at", "revoked_at")
    return {
        **{name: getattr(row, name) for name in ("id", "name", "site_id", "door_id", "paired_by")},
        **{name: instant_text(value) if (value := getattr(row, name)) else None for name in times},
    }
