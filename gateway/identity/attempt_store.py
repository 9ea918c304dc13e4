"""The table of attempts that throttling counts, and the statements on it. Keys are hashes: nothing typed is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import dialect_insert, table_of
from gateway.identity.base import GatewayTable


class Attempt(GatewayTable, table=True):
    """How often something was tried in vain of late, and until when it must not be tried again."""

    key: str = Field(primary_key=True, max_length=80)
    count: int
    last_at: datetime = Field(sa_type=Instant, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=Instant)


ATTEMPT = table_of(Attempt)


def locked(tx: Tx, key: str) -> Row[Any]:
    """The row of `key`, made when missing, locked until the commit."""
    insert = dialect_insert(ATTEMPT, tx.connection.dialect.name)
    tx.change(insert.values(key=key, count=0, last_at=tx.now).on_conflict_do_nothing())
    row = tx.row(sa.select(ATTEMPT).where(ATTEMPT.c.key == key).with_for_update())
    assert row is not None
    return row


def find(tx: Tx, key: str) -> Row[Any] | None:
    """The row of `key`, if there is one."""
    return tx.row(sa.select(ATTEMPT).where(ATTEMPT.c.key == key))


def note(tx: Tx, key: str, count: int, locked_until: datetime | None) -> None:
    """Set the count and the lock of a row."""
    values = {"count": count, "last_at": tx.now, "locked_until": locked_until}
    tx.change(sa.update(ATTEMPT).where(ATTEMPT.c.key == key).values(**values))


def forgive(tx: Tx, key: str) -> None:
    """Take one attempt back: it succeeded."""
    lower = sa.case((ATTEMPT.c.count > 0, ATTEMPT.c.count - 1), else_=0)
    tx.change(sa.update(ATTEMPT).where(ATTEMPT.c.key == key).values(count=lower, locked_until=None))


def clear(tx: Tx, key: str) -> None:
    """Forget a row."""
    tx.change(sa.delete(ATTEMPT).where(ATTEMPT.c.key == key))


def forget(tx: Tx, before: datetime) -> int:
    """Delete rows last touched before."""
    return tx.change(sa.delete(ATTEMPT).where(ATTEMPT.c.last_at < before))
