"""The table of messages on their way: what goes where, until it is sent, dropped or given up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import insert_unless_taken, table_of
from gateway.identity.base import GatewayTable
from gateway.notices.store import KEPT

_WAITS = sa.text("done_at IS NULL")
CHANNEL, MAIL = "channel", "mail"


class Delivery(GatewayTable, table=True):
    """One notice on its way to one place: a channel, or the work mail of a person. No personal data.

    `how` is sent, dropped (nobody needs it any more) or given_up.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (
        sa.Index("delivery_due", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
        sa.Index("delivery_subject", "subject"),
        sa.Index("delivery_at", "at"),
    )
    notice_id: str = Field(primary_key=True, max_length=36)
    place_kind: str = Field(primary_key=True, max_length=10)
    place_id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=40)
    page: str = Field(max_length=200)
    subject: str = Field(max_length=80)
    asks: bool = False
    alarm: bool = False
    at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    tries: int = 0
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    how: str | None = Field(default=None, max_length=10)
    because: str = Field(default="", max_length=60)


DELIVERY = table_of(Delivery)
D = DELIVERY.c
WAITS = D.done_at.is_(None)


def add(tx: Tx, values: dict[str, Any]) -> None:
    """Put a message on its way; the same notice to the same place is one message."""
    insert_unless_taken(tx, DELIVERY, {"tries": 0, "because": "", **values})


def due(tx: Tx, limit: int = 200) -> Sequence[Row[Any]]:
    """Messages that are due, the oldest first."""
    return tx.rows(sa.select(DELIVERY).where(WAITS, D.due_at <= tx.now).order_by(D.due_at, D.notice_id).limit(limit))


def claim(tx: Tx, row: Row[Any], next_at: datetime) -> bool:
    """Take a message for one try, the next not before `next_at`; False when another replica has it."""
    here = sa.update(DELIVERY).where(*_is(row), WAITS, D.tries == row.tries, D.due_at == row.due_at)
    return tx.change(here.values(tries=row.tries + 1, due_at=next_at)) == 1


def finish(tx: Tx, row: Row[Any], how: str, because: str = "") -> None:
    """A message is sent, dropped or given up."""
    here = sa.update(DELIVERY).where(*_is(row), WAITS)
    tx.change(here.values(done_at=tx.now, how=how, because=because[:60]))


def note_failed(tx: Tx, row: Row[Any], because: str) -> None:
    """Why the last try failed."""
    tx.change(sa.update(DELIVERY).where(*_is(row)).values(because=because[:60]))


def drop_unsent(tx: Tx, subject: str, places: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Drop what these places were still to be asked about a subject; the places it had reached already."""
    asked = sa.select(DELIVERY).where(D.subject == subject, D.asks)
    rows = [row for row in tx.rows(asked) if (row.place_kind, row.place_id) in places]
    for row in rows:
        if row.done_at is None:
            finish(tx, row, "dropped")
    return {(row.place_kind, row.place_id) for row in rows if row.how == "sent"}


def waiting_tries(tx: Tx) -> tuple[int, int]:
    """How many messages wait, and how many of them have failed before."""
    counted = sa.select(sa.func.count().label("n"), sa.func.sum(sa.case((D.tries > 0, 1), else_=0)).label("failed"))
    row = tx.row(counted.where(WAITS))
    return (int(row.n), int(row.failed or 0)) if row is not None else (0, 0)


def forget_old(tx: Tx) -> int:
    """Delete messages older than half a year."""
    return tx.change(sa.delete(DELIVERY).where(D.at < tx.now - KEPT))


def _is(row: Row[Any]) -> tuple[sa.ColumnElement[bool], ...]:
    return (D.notice_id == row.notice_id, D.place_kind == row.place_kind, D.place_id == row.place_id)
