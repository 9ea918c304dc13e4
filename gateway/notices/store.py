"""The tables of notices: one row for each person told, one for each message that waits to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import insert_unless_taken, table_of
from gateway.identity.base import GatewayTable

KEPT = timedelta(days=180)


class Notice(GatewayTable, table=True):
    """Something one person was told. No personal data: a kind, a page, and what it is about."""

    __table_args__ = (sa.Index("notice_mine", "person_id", "at", "id"), sa.Index("notice_subject", "subject"))
    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=40)
    page: str = Field(max_length=200)
    subject: str = Field(max_length=80)
    alarm: bool = False
    at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)


class Message(GatewayTable, table=True):
    """A message to the channels, until it is sent or given up."""

    __tablename__ = "notice_message"
    __table_args__ = (sa.Index("notice_message_due", "sent_at", "next_at"),)
    id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=40)
    page: str = Field(max_length=200)
    at: datetime = Field(sa_type=Instant)
    next_at: datetime = Field(sa_type=Instant)
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    given_up_at: datetime | None = Field(default=None, sa_type=Instant)


NOTICE, MESSAGE = table_of(Notice), table_of(Message)
N, M = NOTICE.c, MESSAGE.c


def tell(tx: Tx, notice_id: str, values: dict[str, Any], people: Sequence[str]) -> None:
    """Put a notice into each person's inbox and one message into the outbox; the same notice twice changes nothing."""
    for person_id in people:
        insert_unless_taken(tx, NOTICE, {"id": notice_id, "person_id": person_id, **values})
    message = {name: values[name] for name in ("kind", "page", "at")}
    insert_unless_taken(tx, MESSAGE, {"id": notice_id, "next_at": tx.now, "tries": 0, **message})


def mine(tx: Tx, person_id: str, limit: int = 50) -> Sequence[Row[Any]]:
    """A person's notices, newest first."""
    found = sa.select(NOTICE).where(N.person_id == person_id).order_by(N.at.desc(), N.id.desc())
    return tx.rows(found.limit(limit))


def unread_count(tx: Tx, person_id: str, at_most: int = 100) -> int:
    """How many notices a person has not opened, counted up to a limit."""
    unread = sa.select(N.id).where(N.person_id == person_id, N.read_at.is_(None)).limit(at_most).subquery()
    return int(tx.scalar(sa.select(sa.func.count()).select_from(unread)) or 0)


def mark_read(tx: Tx, person_id: str, subject: str | None = None) -> int:
    """Mark a person's notices as read, all or those about one subject."""
    here = sa.update(NOTICE).where(N.person_id == person_id, N.read_at.is_(None))
    if subject is not None:
        here = here.where(N.subject == subject)
    return tx.change(here.values(read_at=tx.now))


def due_messages(tx: Tx, limit: int = 20) -> Sequence[Row[Any]]:
    """Messages that wait to be sent, the oldest first."""
    waiting = (M.sent_at.is_(None), M.given_up_at.is_(None), M.next_at <= tx.now)
    return tx.rows(sa.select(MESSAGE).where(*waiting).order_by(M.next_at, M.id).limit(limit))


def claim(tx: Tx, message_id: str, tries: int, next_at: datetime) -> bool:
    """Take a message for one try; False when another replica has it."""
    here = sa.update(MESSAGE).where(M.id == message_id, M.tries == tries, M.sent_at.is_(None))
    return tx.change(here.values(tries=tries + 1, next_at=next_at)) == 1


def mark_sent(tx: Tx, message_id: str) -> None:
    """A message went out."""
    tx.change(sa.update(MESSAGE).where(M.id == message_id).values(sent_at=tx.now))


def give_up(tx: Tx, message_id: str) -> None:
    """A message was tried often enough; it stays in the inbox."""
    tx.change(sa.update(MESSAGE).where(M.id == message_id).values(given_up_at=tx.now))


def forget_old(tx: Tx) -> int:
    """Delete notices and messages older than half a year."""
    gone = tx.change(sa.delete(NOTICE).where(N.at < tx.now - KEPT))
    return gone + tx.change(sa.delete(MESSAGE).where(M.at < tx.now - KEPT))
