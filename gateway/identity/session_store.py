"""The table of sessions and the statements on it. Cookie values are never kept, only their SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import table_of
from gateway.identity.account_store import ACCOUNT
from gateway.identity.base import GatewayTable


class Session(GatewayTable, table=True):
    """One signed-in browser. `id` names it in lists and tokens and outlives a rotation of the cookies."""

    id_hash: str = Field(primary_key=True, max_length=64)
    write_hash: str = Field(max_length=64)
    id: str = Field(unique=True, max_length=36)
    person_id: str = Field(max_length=36, index=True)
    made_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant, index=True)
    kind: str = Field(max_length=10)
    user_agent: str = Field(max_length=120)
    auth_time: int
    strength: str = Field(max_length=10)
    device_id: str | None = Field(default=None, max_length=36)
    epoch: int


SESSION = table_of(Session)
COLUMNS = [column for column in SESSION.c if column.name not in ("id_hash", "write_hash")]


def add(tx: Tx, **values: Any) -> None:
    """Insert a session that begins now."""
    tx.change(sa.insert(SESSION).values(made_at=tx.now, seen_at=tx.now, **values))


def with_account(tx: Tx, id_hash: str) -> Row[Any] | None:
    """The session of a cookie with what is known of its person, if it belongs to the account's present epoch."""
    a = ACCOUNT.c
    person = (a.name, a.employee_no, a.roles, a.chosen_language, a.theme, a.site_id, a.leaves_at)
    both = SESSION.join(ACCOUNT, a.person_id == SESSION.c.person_id)
    stays = sa.or_(a.leaves_at.is_(None), a.leaves_at > tx.now)
    live = (a.active.is_(True), stays, a.epoch == SESSION.c.epoch, SESSION.c.ends_at > tx.now)
    extra = (a.passkey_required_since, SESSION.c.write_hash)
    return tx.row(sa.select(*COLUMNS, *person, *extra).select_from(both).where(SESSION.c.id_hash == id_hash, *live))


def touch(tx: Tx, id_hash: str) -> None:
    """Note that the session is in use."""
    tx.change(sa.update(SESSION).where(SESSION.c.id_hash == id_hash).values(seen_at=tx.now))


def rotate(tx: Tx, session_id: str, **values: Any) -> bool:
    """Give the session new cookies and a new time of authentication."""
    return tx.change(sa.update(SESSION).where(SESSION.c.id == session_id).values(seen_at=tx.now, **values)) == 1


def of_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The person's sessions of the present epoch, last used first, without their hashes."""
    both = SESSION.join(ACCOUNT, ACCOUNT.c.person_id == SESSION.c.person_id)
    live = (SESSION.c.epoch == ACCOUNT.c.epoch, SESSION.c.ends_at > tx.now)
    found = sa.select(*COLUMNS).select_from(both).where(SESSION.c.person_id == person_id, *live)
    return tx.rows(found.order_by(SESSION.c.seen_at.desc()))


def by_hash(tx: Tx, id_hash: str) -> Row[Any] | None:
    """The session of a cookie, valid or not."""
    return tx.row(sa.select(*COLUMNS).where(SESSION.c.id_hash == id_hash))


def end(tx: Tx, session_id: str, person_id: str) -> bool:
    """Delete one session of a person; whether it was there."""
    return tx.change(sa.delete(SESSION).where(SESSION.c.id == session_id, SESSION.c.person_id == person_id)) == 1


def end_all(tx: Tx, person_id: str, *, but: str | None = None) -> list[str]:
    """Delete the person's sessions, all but one; their ids."""
    gone = sa.delete(SESSION).where(SESSION.c.person_id == person_id, SESSION.c.id != (but or ""))
    return [row.id for row in tx.rows(gone.returning(SESSION.c.id))]


def end_at_device(tx: Tx, device_id: str) -> int:
    """Delete the sessions opened at a tablet."""
    return tx.change(sa.delete(SESSION).where(SESSION.c.device_id == device_id))


def move_epoch(tx: Tx, session_id: str, epoch: int) -> None:
    """Let one session outlive a raised epoch: the one in which the password was changed."""
    tx.change(sa.update(SESSION).where(SESSION.c.id == session_id).values(epoch=epoch))


def forget(tx: Tx, before: datetime) -> int:
    """Delete sessions that ended before."""
    return tx.change(sa.delete(SESSION).where(SESSION.c.ends_at < before))


def forget_unused(tx: Tx, kind: str, since: datetime) -> int:
    """Delete sessions of a kind that nobody has used since."""
    return tx.change(sa.delete(SESSION).where(SESSION.c.kind == kind, SESSION.c.seen_at < since))
