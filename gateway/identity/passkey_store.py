"""Tables of passkeys and of challenges under way, and the statements on them."""

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
from gateway.identity.base import GatewayTable


class Passkey(GatewayTable, table=True):
    """A WebAuthn credential of a person; `credential_id` is base64url."""

    credential_id: str = Field(primary_key=True, max_length=400)
    person_id: str = Field(max_length=36, index=True)
    public_key: bytes
    sign_count: int
    name: str = Field(max_length=40)
    made_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)


class Challenge(GatewayTable, table=True):
    """A ceremony that has begun; good once and for minutes. Bound to the browser by a cookie whose hash is the key.

    `data` is the WebAuthn challenge, or the state of a corporate sign-in.
    """

    hash: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=20)
    person_id: str | None = Field(default=None, max_length=36)
    data: str = Field(max_length=2000)
    expires_at: datetime = Field(sa_type=Instant, index=True)


PASSKEY, CHALLENGE = table_of(Passkey), table_of(Challenge)


def add(tx: Tx, **values: Any) -> None:
    """Insert a passkey made now."""
    tx.change(sa.insert(PASSKEY).values(made_at=tx.now, **values))


def one(tx: Tx, credential_id: str) -> Row[Any] | None:
    """One passkey."""
    return tx.row(sa.select(PASSKEY).where(PASSKEY.c.credential_id == credential_id))


def of_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The person's passkeys, oldest first."""
    return tx.rows(sa.select(PASSKEY).where(PASSKEY.c.person_id == person_id).order_by(PASSKEY.c.made_at))


def used(tx: Tx, credential_id: str, sign_count: int) -> None:
    """Note a use and the authenticator's counter."""
    values = {"sign_count": sign_count, "last_used_at": tx.now}
    tx.change(sa.update(PASSKEY).where(PASSKEY.c.credential_id == credential_id).values(**values))


def remove(tx: Tx, credential_id: str, person_id: str) -> bool:
    """Delete a person's passkey; whether it was there."""
    here = (PASSKEY.c.credential_id == credential_id, PASSKEY.c.person_id == person_id)
    return tx.change(sa.delete(PASSKEY).where(*here)) == 1


def begin(tx: Tx, **values: Any) -> None:
    """Keep a ceremony that has begun."""
    tx.change(sa.insert(CHALLENGE).values(**values))


def take(tx: Tx, hash_: str, purpose: str) -> Row[Any] | None:
    """Take a ceremony out; it cannot be finished twice."""
    live = (CHALLENGE.c.hash == hash_, CHALLENGE.c.purpose == purpose, CHALLENGE.c.expires_at > tx.now)
    rows = tx.rows(sa.delete(CHALLENGE).where(*live).returning(CHALLENGE))
    return rows[0] if rows else None


def forget(tx: Tx, before: datetime) -> int:
    """Delete ceremonies that expired before."""
    return tx.change(sa.delete(CHALLENGE).where(CHALLENGE.c.expires_at < before))
