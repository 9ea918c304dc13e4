"""Passkeys (WebAuthn level 3): added after a second check, used to sign in and for a second check."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.columns import instant_text
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, NotFound, SecondCheckNeeded
from gateway.identity import account_store, authenticators, passkey_store, sessions
from gateway.identity.authenticators import Party
from gateway.identity.credentials import Origin
from gateway.identity.events import PasskeyAdded, PasskeyRemoved
from gateway.identity.passkey_ceremony import Begun, begin, challenge_of, verified
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened
from gateway.identity.sign_in import failed

ADD, SIGN_IN, CHECK = "passkey add", "passkey sign in", "passkey check"


def begin_adding(tx: Tx, actor: Actor, party: Party, now: int) -> Begun:
    """Options for `navigator.credentials.create`. Raises `SecondCheckNeeded`: a borrowed session adds no passkey."""
    if not actor.checked_lately(now):
        raise SecondCheckNeeded()
    account = account_store.account(tx, actor.id)
    assert account is not None, "whoever is signed in has an account"
    known = [row.credential_id for row in passkey_store.of_person(tx, actor.id)]
    return begin(tx, ADD, actor.id, authenticators.options_to_add(party, account, known))


def add(
    tx: Tx, actor: Actor, party: Party, cookie: str | None, credential: dict[str, Any], name: str
) -> dict[str, Any]:
    """Keep a new passkey of the signed-in person. Raises `PasskeyRefused`, `Conflict` when it is known already."""
    challenge = challenge_of(tx, ADD, cookie, actor.id)
    made = authenticators.made(party, challenge, credential)
    if passkey_store.one(tx, made.credential_id) is not None:
        raise Conflict("这个通行密钥已经添加过", "This passkey is already there")
    values = {"public_key": made.public_key, "sign_count": made.sign_count}
    passkey_store.add(tx, credential_id=made.credential_id, person_id=actor.id, name=name, **values)
    record(tx, actor, PasskeyAdded(actor.id, made.credential_id[:12]))
    return {"id": made.credential_id, "name": name}


def begin_sign_in(tx: Tx, party: Party) -> Begun:
    """Options for `navigator.credentials.get` with whichever passkey the browser has for us."""
    return begin(tx, SIGN_IN, None, authenticators.options_to_use(party))


def begin_check(tx: Tx, actor: Actor, party: Party) -> Begun:
    """Options for a second check with one of the person's own passkeys. Raises `NotFound` when there is none."""
    mine = [row.credential_id for row in passkey_store.of_person(tx, actor.id)]
    if not mine:
        raise NotFound("您还没有通行密钥", "You have no passkey yet")
    return begin(tx, CHECK, actor.id, authenticators.options_to_use(party, mine))


def finish_sign_in(
    tx: Tx, party: Party, cookie: str | None, credential: dict[str, Any], origin: Origin, held: str | None
) -> Opened | None:
    """Open a session for the owner of the passkey; None when it is refused, which is recorded.

    On a phone it lasts seven days, because the phone itself asks for finger, face or code.
    """
    row = verified(tx, SIGN_IN, party, cookie, credential, None)
    account = account_store.account(tx, row.person_id, lock=True) if row else None
    if account is None or not sessions.may_sign_in(account, tx):
        failed(tx, account, "passkey")
        return None
    sessions.drop(tx, held)
    kind = SessionKind.PASSKEY if origin.kind is SessionKind.PHONE else origin.kind
    return sessions.open_session(tx, account, kind, "passkey", origin.agent)


def finish_check(tx: Tx, actor: Actor, party: Party, cookie: str | None, credential: dict[str, Any]) -> Opened | None:
    """Renew the session after a second check by passkey; None when it is refused, which is recorded."""
    row = verified(tx, CHECK, party, cookie, credential, actor.id)
    if row is None:
        failed(tx, account_store.account(tx, actor.id), "second check")
        return None
    return sessions.renew(tx, actor, "passkey")


def mine(tx: Tx, actor: Actor) -> dict[str, Any]:
    """The person's passkeys, oldest first."""
    rows = passkey_store.of_person(tx, actor.id)
    return {"items": [_shown(row) for row in rows]}


def remove(tx: Tx, actor: Actor, credential_id: str, now: int) -> dict[str, Any]:
    """Remove one of the person's passkeys. Raises `SecondCheckNeeded`, `NotFound`."""
    if not actor.checked_lately(now):
        raise SecondCheckNeeded()
    if not passkey_store.remove(tx, credential_id, actor.id):
        raise NotFound()
    record(tx, actor, PasskeyRemoved(actor.id, credential_id[:12]))
    return {"id": credential_id}


def _shown(row: Row[Any]) -> dict[str, Any]:
    used = row.last_used_at
    return {
        "id": row.credential_id,
        "name": row.name,
        "made_at": instant_text(row.made_at),
        "last_used_at": instant_text(used) if used else None,
    }
