"""The table of invitations to mail: which visits, how far they came. No address and no name are ever here."""

from __future__ import annotations

from collections.abc import Sequence
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


class VisitorMail(GatewayTable, table=True):
    """How the mails about one visit stand. `wished` counts the facts that asked for one; `sent_*` is what went last."""

    __tablename__ = "visitor_mail"
    __table_args__ = (sa.Index("visitor_mail_due", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),)
    visit_id: str = Field(primary_key=True, max_length=36)
    wished: int = 1
    due_at: datetime = Field(sa_type=Instant)
    tries: int = 0
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str = Field(default="", max_length=12)
    because: str = Field(default="", max_length=60)
    sequence: int = -1
    sent_what: str = Field(default="", max_length=12)
    sent_version: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Instant)


MAIL = table_of(VisitorMail)
M = MAIL.c


def wish(tx: Tx, visit_id: str) -> None:
    """Something happened to a visit that its visitor may have to know."""
    again = {"wished": M.wished + 1, "due_at": tx.now, "tries": 0, "done_at": None, "outcome": "", "because": ""}
    if not tx.change(sa.update(MAIL).where(M.visit_id == visit_id).values(again)):
        first = {"visit_id": visit_id, "wished": 1, "due_at": tx.now, "tries": 0, "outcome": "", "because": ""}
        insert_unless_taken(tx, MAIL, {**first, "sequence": -1, "sent_what": "", "sent_version": 0})


def due(tx: Tx, limit: int = 50) -> Sequence[Row[Any]]:
    """Visits whose visitor may have to be written to, the oldest first."""
    found = sa.select(MAIL).where(M.done_at.is_(None), M.due_at <= tx.now)
    return tx.rows(found.order_by(M.due_at, M.visit_id).limit(limit))


def claim(tx: Tx, row: Row[Any], next_at: datetime) -> bool:
    """Take one for a try, the next not before `next_at`; False when another replica has it or it was wished anew."""
    here = sa.update(MAIL).where(*_as(row), M.tries == row.tries, M.due_at == row.due_at)
    return tx.change(here.values(tries=row.tries + 1, due_at=next_at)) == 1


def note_sent(tx: Tx, row: Row[Any], what: str, version: int) -> None:
    """A mail went out. That is true also where the visit changed meanwhile and is due again."""
    sent = {"sequence": row.sequence + 1, "sent_what": what, "sent_version": version, "sent_at": tx.now}
    tx.change(sa.update(MAIL).where(M.visit_id == row.visit_id).values(sent))


def finish(tx: Tx, row: Row[Any], outcome: str, because: str = "") -> bool:
    """Nothing more is to be done, unless it was wished anew meanwhile."""
    here = sa.update(MAIL).where(*_as(row), M.done_at.is_(None))
    return tx.change(here.values(done_at=tx.now, outcome=outcome, because=because[:60])) == 1


def note_failed(tx: Tx, row: Row[Any], because: str) -> None:
    """Why the last try failed."""
    tx.change(sa.update(MAIL).where(*_as(row)).values(because=because[:60]))


def of_visit(tx: Tx, visit_id: str) -> Row[Any] | None:
    """How the mails about a visit stand."""
    return tx.row(sa.select(MAIL).where(M.visit_id == visit_id))


def forget_old(tx: Tx) -> int:
    """Delete what was done half a year ago."""
    return tx.change(sa.delete(MAIL).where(M.done_at < tx.now - KEPT))


def _as(row: Row[Any]) -> tuple[sa.ColumnElement[bool], ...]:
    return (M.visit_id == row.visit_id, M.wished == row.wished)
