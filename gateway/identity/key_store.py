"""The table of signing keys and the statements on it."""

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


class SigningKey(GatewayTable, table=True):
    """A P-256 key, sealed by the master key. One is current and one next; a retired one verifies for a while."""

    __tablename__ = "signing_key"
    __table_args__ = (
        sa.Index(
            "signing_key_one_a_use",
            "use",
            unique=True,
            sqlite_where=sa.text("use <> 'retired'"),
            postgresql_where=sa.text("use <> 'retired'"),
        ),
    )
    kid: str = Field(primary_key=True, max_length=60)
    sealed: bytes
    made_at: datetime = Field(sa_type=Instant)
    use: str = Field(max_length=10)
    retired_at: datetime | None = Field(default=None, sa_type=Instant)


KEY = table_of(SigningKey)


def add(tx: Tx, kid: str, sealed: bytes, use: str) -> None:
    """Insert a key made now."""
    tx.change(sa.insert(KEY).values(kid=kid, sealed=sealed, use=use, made_at=tx.now))


def live(tx: Tx, retired_after: datetime) -> Sequence[Row[Any]]:
    """The current key, the next one, and those retired after that instant, in this order."""
    wanted = sa.or_(KEY.c.use != "retired", KEY.c.retired_at > retired_after)
    return tx.rows(sa.select(KEY).where(wanted).order_by(KEY.c.use, KEY.c.made_at.desc()))


def retire_current(tx: Tx) -> str | None:
    """The current key becomes retired; its kid."""
    values = {"use": "retired", "retired_at": tx.now}
    rows = tx.rows(sa.update(KEY).where(KEY.c.use == "current").values(**values).returning(KEY.c.kid))
    return rows[0].kid if rows else None


def withdraw(tx: Tx, kid: str, at: datetime) -> bool:
    """The key becomes retired as of `at`, and with it those that were retired later; whether it was the current one."""
    current = (KEY.c.kid == kid, KEY.c.use == "current")
    if tx.change(sa.update(KEY).where(*current).values(use="retired", retired_at=at)) != 1:
        return False
    tx.change(sa.update(KEY).where(KEY.c.use == "retired", KEY.c.retired_at > at).values(retired_at=at))
    return True


def promote_next(tx: Tx) -> str | None:
    """The next key becomes the current one; its kid."""
    rows = tx.rows(sa.update(KEY).where(KEY.c.use == "next").values(use="current").returning(KEY.c.kid))
    return rows[0].kid if rows else None


def reseal(tx: Tx, kid: str, sealed: bytes) -> None:
    """Keep the key sealed by another master key."""
    tx.change(sa.update(KEY).where(KEY.c.kid == kid).values(sealed=sealed))
