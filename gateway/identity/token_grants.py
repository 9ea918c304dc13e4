"""Who gets a token as a machine, and taking a token back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.identity import LONGEST_LIFE_SECONDS, TokenRefused
from chassis.ids import new_id
from chassis.journal import record
from gateway.identity import client_store, throttle
from gateway.identity.events import TokenRevoked
from gateway.identity.keeper import Keeper
from gateway.identity.secret_text import hashed, same
from gateway.identity.throttle import Mark, network

new_token_id = new_id


async def authenticate(keeper: Keeper, address: str, client_id: str, secret: str) -> Row[Any] | None:
    """The client with this id and secret, or None. Raises `TooMany` for an address with many wrong secrets."""
    found: Row[Any] | None = await keeper.db.write(_authenticate, address, client_id, secret)
    return found


async def revoke(keeper: Keeper, client_id: str, token: str) -> None:
    """Take a token back if it is the client's own and still lives; anything else is left alone (RFC 7009 2.1)."""
    try:
        actor = keeper.verifier.verify(token, clock.unix())
    except TokenRefused:
        return
    if actor.id == client_id and actor.session:
        await keeper.db.write(_take_back, actor)
        keeper.forget()


def _authenticate(tx: Tx, address: str, client_id: str, secret: str) -> Row[Any] | None:
    marks = [Mark("client", network(address), throttle.CLIENT_ADDRESS, own=False)]
    row = client_store.one(tx, client_id)
    if row is not None and row.kind == "client" and same(row.secret_hash, hashed(secret)):
        client_store.touch(tx, client_id)
        return row
    throttle.begin(tx, marks)
    return None


def _take_back(tx: Tx, actor: Actor) -> None:
    assert actor.session is not None
    if client_store.take_back(tx, actor.session, tx.now + timedelta(seconds=LONGEST_LIFE_SECONDS + 10)):
        record(tx, Actor(ActorKind.CLIENT, actor.id), TokenRevoked(actor.id, actor.session))
