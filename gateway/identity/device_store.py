"""Tables of paired tablets and of pairing codes, and the statements on them."""

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


class Device(GatewayTable, table=True):
    """A tablet bound to one door."""

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=40)
    site_id: str = Field(max_length=36, index=True)
    door_id: str = Field(max_length=36)
    secret_hash: str = Field(unique=True, max_length=64)
    paired_at: datetime = Field(sa_type=Instant)
    paired_by: str = Field(max_length=36)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class Pairing(GatewayTable, table=True):
    """A six-digit code that turns a browser into the tablet of one door. Only a keyed hash of it is kept."""

    code_hash: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=40)
    site_id: str = Field(max_length=36)
    door_id: str = Field(max_length=36)
    made_by: str = Field(max_length=36)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


DEVICE, PAIRING = table_of(Device), table_of(Pairing)
SHOWN = [column for column in DEVICE.c if column.name != "secret_hash"]


def add_pairing(tx: Tx, **values: Any) -> bool:
    """Keep a code, unless the same one waits already; codes that expired make room."""
    tx.change(sa.delete(PAIRING).where(sa.or_(PAIRING.c.expires_at <= tx.now, PAIRING.c.used_at.is_not(None))))
    if tx.row(sa.select(PAIRING.c.code_hash).where(PAIRING.c.code_hash == values["code_hash"])):
        return False
    tx.change(sa.insert(PAIRING).values(**values))
    return True


def forget_pairings(tx: Tx, before: datetime) -> int:
    """Delete codes that expired before."""
    return tx.change(sa.delete(PAIRING).where(PAIRING.c.expires_at < before))


def use_pairing(tx: Tx, code_hash: str) -> Row[Any] | None:
    """Take the code, once."""
    live = (PAIRING.c.code_hash == code_hash, PAIRING.c.used_at.is_(None), PAIRING.c.expires_at > tx.now)
    rows = tx.rows(sa.update(PAIRING).where(*live).values(used_at=tx.now).returning(PAIRING))
    return rows[0] if rows else None


def add(tx: Tx, **values: Any) -> None:
    """Insert a tablet paired now."""
    tx.change(sa.insert(DEVICE).values(paired_at=tx.now, **values))


def by_secret(tx: Tx, secret_hash: str) -> Row[Any] | None:
    """The tablet with this secret, unless revoked."""
    return tx.row(sa.select(*SHOWN).where(DEVICE.c.secret_hash == secret_hash, DEVICE.c.revoked_at.is_(None)))


def one(tx: Tx, device_id: str) -> Row[Any] | None:
    """One tablet, revoked or not."""
    return tx.row(sa.select(*SHOWN).where(DEVICE.c.id == device_id))


def all_of(tx: Tx) -> Sequence[Row[Any]]:
    """Every tablet, revoked ones last."""
    return tx.rows(sa.select(*SHOWN).order_by(DEVICE.c.revoked_at.is_not(None), DEVICE.c.name, DEVICE.c.id))


def revoke(tx: Tx, device_id: str) -> bool:
    """Revoke a tablet; whether it was in force."""
    here = (DEVICE.c.id == device_id, DEVICE.c.revoked_at.is_(None))
    return tx.change(sa.update(DEVICE).where(*here).values(revoked_at=tx.now)) == 1


def touch(tx: Tx, device_id: str) -> None:
    """Note that the tablet called."""
    tx.change(sa.update(DEVICE).where(DEVICE.c.id == device_id).values(seen_at=tx.now))
