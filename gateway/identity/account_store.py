"""Tables of accounts and one-time links, and the statements on them.

An account is the copy of a person (access service) with what only the gateway knows: hashes and the epoch. Raising the
epoch cuts every session of the account off, because a session is good for the epoch it was opened in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import table_of
from gateway.identity.base import GatewayTable


class Account(GatewayTable, table=True):
    """A person as far as signing in goes. `language` follows the directory, `chosen_language` is set at /me.

    `roles` are those held now or later with their dates, as the feed tells them; a session judges them when asked.
    """

    person_id: str = Field(primary_key=True, max_length=36)
    employee_no: str = Field(unique=True, max_length=40)
    badge_no: str | None = Field(default=None, max_length=40, index=True)
    name: str = Field(max_length=60)
    site_id: str | None = Field(default=None, max_length=36)
    department_id: str | None = Field(default=None, max_length=36)
    roles: Any = Field(sa_type=sa.JSON)
    active: bool
    leaves_at: datetime | None = Field(default=None, sa_type=Instant)
    work_email: str | None = Field(default=None, max_length=120)
    language: str | None = Field(default=None, max_length=10)
    chosen_language: str | None = Field(default=None, max_length=10)
    theme: str | None = Field(default=None, max_length=10)
    password_hash: str | None = Field(default=None, max_length=200)
    pin_hash: str | None = Field(default=None, max_length=200)
    epoch: int = 0
    password_set_at: datetime | None = Field(default=None, sa_type=Instant)
    passkey_required_since: datetime | None = Field(default=None, sa_type=Instant)


class OneTimeLink(GatewayTable, table=True):
    """A link that lets one person set a password once. Only its hash is kept."""

    __tablename__ = "one_time_link"
    hash: str = Field(primary_key=True, max_length=64)
    person_id: str = Field(max_length=36, index=True)
    purpose: str = Field(max_length=20)
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


ACCOUNT, LINK = table_of(Account), table_of(OneTimeLink)


def account(tx: Tx, person_id: str, *, lock: bool = False) -> Row[Any] | None:
    """The account of a person; locked until the commit with `lock`."""
    found = sa.select(ACCOUNT).where(ACCOUNT.c.person_id == person_id)
    return tx.row(found.with_for_update() if lock else found)


def account_by_no(tx: Tx, employee_no: str) -> Row[Any] | None:
    """The account with this employee number, written in any case."""
    return tx.row(sa.select(ACCOUNT).where(sa.func.lower(ACCOUNT.c.employee_no) == employee_no.lower()).limit(1))


def account_by_badge(tx: Tx, badge_no: str) -> Row[Any] | None:
    """The account whose staff badge reads so."""
    return tx.row(sa.select(ACCOUNT).where(ACCOUNT.c.badge_no == badge_no).limit(1))


def present(tx: Tx, person_ids: Collection[str]) -> Sequence[Row[Any]]:
    """The accounts of those of these people who work here now, by number."""
    c = ACCOUNT.c
    here = (c.person_id.in_(sorted(person_ids)), c.active, sa.or_(c.leaves_at.is_(None), c.leaves_at > tx.now))
    return tx.rows(sa.select(ACCOUNT).where(*here).order_by(c.employee_no))


def everybody(tx: Tx) -> Sequence[Row[Any]]:
    """Every active account, by number."""
    return tx.rows(sa.select(ACCOUNT).where(ACCOUNT.c.active).order_by(ACCOUNT.c.employee_no))


def keep(tx: Tx, person_id: str, values: dict[str, Any]) -> None:
    """Insert or update the copy of a person.

    A number that moved between two people is taken from the other row first; that row's own fact follows.
    """
    number = values["employee_no"]
    other = (ACCOUNT.c.employee_no == number, ACCOUNT.c.person_id != person_id)
    tx.change(sa.update(ACCOUNT).where(*other).values(employee_no="~" + ACCOUNT.c.person_id))
    if not change(tx, person_id, **values):
        tx.change(sa.insert(ACCOUNT).values(person_id=person_id, epoch=0, **values))


def change(tx: Tx, person_id: str, **values: Any) -> bool:
    """Set columns of one account; whether there is one."""
    return tx.change(sa.update(ACCOUNT).where(ACCOUNT.c.person_id == person_id).values(**values)) == 1


def raise_epoch(tx: Tx, person_id: str) -> bool:
    """Cut off every session opened before."""
    return change(tx, person_id, epoch=ACCOUNT.c.epoch + 1)


def add_link(tx: Tx, hash_: str, person_id: str, purpose: str, expires_at: datetime) -> None:
    """Keep a link's hash; earlier unused links of the same person and purpose end with it."""
    old = (LINK.c.person_id == person_id, LINK.c.purpose == purpose, LINK.c.used_at.is_(None))
    tx.change(sa.delete(LINK).where(*old))
    values = {"hash": hash_, "person_id": person_id, "purpose": purpose, "expires_at": expires_at}
    tx.change(sa.insert(LINK).values(made_at=tx.now, **values))


def link(tx: Tx, hash_: str, purpose: str) -> Row[Any] | None:
    """An unused link that has not expired."""
    live = (LINK.c.used_at.is_(None), LINK.c.expires_at > tx.now)
    return tx.row(sa.select(LINK).where(LINK.c.hash == hash_, LINK.c.purpose == purpose, *live))


def use_link(tx: Tx, hash_: str) -> bool:
    """Mark the link used; of two who use it at once only the first gets True."""
    return tx.change(sa.update(LINK).where(LINK.c.hash == hash_, LINK.c.used_at.is_(None)).values(used_at=tx.now)) == 1


def forget_links(tx: Tx, before: datetime) -> int:
    """Delete links that expired before."""
    return tx.change(sa.delete(LINK).where(LINK.c.expires_at < before))
