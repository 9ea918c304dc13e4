"""Opening, renewing and ending sessions. Every function runs in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind, Strength
from chassis.columns import instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import NotFound
from chassis.rules import enforce
from gateway.identity import account_store, rules, session_store
from gateway.identity.events import SecondCheckPassed, SessionEnded, SignedIn, SignedOut, SubjectCutOff
from gateway.identity.rules import LASTING, SessionKind
from gateway.identity.secret_text import hashed, new_secret

RANK: tuple[Strength, ...] = ("none", "pin", "password", "oidc", "passkey")


@dataclass(frozen=True, slots=True)
class Opened:
    """A session as its browser needs it: the two cookies' values, and for how many seconds to keep them."""

    session_id: str
    person_id: str
    sid: str
    wr: str
    seconds: int


def person_actor(person_id: str, session_id: str | None = None, device_id: str | None = None) -> Actor:
    """The person as the actor of their own sign-in, before there is a token."""
    return Actor(ActorKind.PERSON, person_id, session=session_id, device=device_id)


def may_sign_in(account: Row[Any] | None, tx: Tx) -> bool:
    """Whether the account is in force: active, and the person has not left."""
    return account is not None and account.active and (account.leaves_at is None or account.leaves_at > tx.now)


def open_session(
    tx: Tx,
    account: Row[Any],
    kind: SessionKind,
    strength: Strength,
    agent: str,
    *,
    device_id: str | None = None,
    auth_time: int | None = None,
) -> Opened:
    """Open a session for a person who has proved who they are, at `auth_time` (unix seconds) or just now.

    Its cookies are new, whatever was there before.
    """
    opened = Opened(new_id(), account.person_id, new_secret(), new_secret(), int(LASTING[kind].longest.total_seconds()))
    session_store.add(
        tx,
        id_hash=hashed(opened.sid),
        write_hash=hashed(opened.wr),
        id=opened.session_id,
        person_id=account.person_id,
        ends_at=tx.now + LASTING[kind].longest,
        kind=kind.value,
        user_agent=agent,
        auth_time=int(tx.now.timestamp()) if auth_time is None else auth_time,
        strength=strength,
        device_id=device_id,
        epoch=account.epoch,
    )
    by = person_actor(account.person_id, opened.session_id, device_id)
    record(tx, by, SignedIn(account.person_id, opened.session_id, kind.value, strength))
    return opened


def renew(tx: Tx, actor: Actor, strength: Strength) -> Opened:
    """After a second check: new cookies for the same session, and the time of it. Raises `NotFound` if it ended."""
    mine = [row for row in session_store.of_person(tx, actor.id) if row.id == actor.session]
    if not mine:
        raise NotFound()
    row, sid, wr = mine[0], new_secret(), new_secret()
    stronger = max(strength, row.strength, key=RANK.index)
    now = int(tx.now.timestamp())
    values = {"id_hash": hashed(sid), "write_hash": hashed(wr), "auth_time": now, "strength": stronger}
    session_store.rotate(tx, row.id, **values)
    record(tx, actor, SecondCheckPassed(actor.id, row.id, strength))
    return Opened(row.id, actor.id, sid, wr, int((row.ends_at - tx.now).total_seconds()))


def sign_out(tx: Tx, actor: Actor) -> None:
    """End the session the call came with."""
    if actor.session and session_store.end(tx, actor.session, actor.id):
        record(tx, actor, SignedOut(actor.id, actor.session))


def drop(tx: Tx, sid: str | None) -> None:
    """End the session that a browser still holds while it opens another."""
    row = session_store.by_hash(tx, hashed(sid)) if sid else None
    if row is not None and session_store.end(tx, row.id, row.person_id):
        record(tx, person_actor(row.person_id, row.id), SignedOut(row.person_id, row.id))


def mine(tx: Tx, actor: Actor) -> dict[str, Any]:
    """The caller's sessions, last used first; `current` marks the one calling."""
    return {"items": [_shown(row, actor) for row in session_store.of_person(tx, actor.id)]}


def end_one(tx: Tx, actor: Actor, session_id: str) -> dict[str, Any]:
    """End one of the caller's own sessions. Raises `NotFound` for anybody else's."""
    if not session_store.end(tx, session_id, actor.id):
        raise NotFound()
    record(tx, actor, SessionEnded(actor.id, session_id))
    return {"ended": 1}


def end_others(tx: Tx, actor: Actor) -> dict[str, Any]:
    """End all the caller's sessions but the one calling."""
    ended = session_store.end_all(tx, actor.id, but=actor.session)
    for session_id in ended:
        record(tx, actor, SessionEnded(actor.id, session_id))
    return {"ended": len(ended)}


def of_person(tx: Tx, actor: Actor, person_id: str) -> dict[str, Any]:
    """Another person's sessions, for administrators."""
    _enforce_admin(tx, actor, person_id)
    return {"items": [_shown(row, actor) for row in session_store.of_person(tx, person_id)]}


def cut_off(tx: Tx, actor: Actor, person_id: str) -> dict[str, Any]:
    """An administrator ends every session of a person at once; they may sign in again."""
    _enforce_admin(tx, actor, person_id)
    return {"ended": cut(tx, actor, person_id, "administrator")}


def cut(tx: Tx, actor: Actor, person_id: str, reason: str) -> int:
    """Raise the epoch and end every session of the person; how many there were."""
    account_store.raise_epoch(tx, person_id)
    ended = session_store.end_all(tx, person_id)
    record(tx, actor, SubjectCutOff(person_id, reason))
    return len(ended)


def _enforce_admin(tx: Tx, actor: Actor, person_id: str) -> None:
    enforce(rules.administers_accounts(actor.roles))
    if account_store.account(tx, person_id) is None:
        raise NotFound()


def _shown(row: Row[Any], actor: Actor) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "user_agent": row.user_agent,
        "strength": row.strength,
        "device_id": row.device_id,
        "made_at": instant_text(row.made_at),
        "seen_at": instant_text(row.seen_at),
        "ends_at": instant_text(row.ends_at),
        "current": row.id == actor.session,
    }
