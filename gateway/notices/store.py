"""The table of notices: one row for each person told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.paging import PageAsked, keyset
from chassis.prepared import Prepared, prepared
from chassis.tables import insert_unless_taken, table_of
from gateway.identity.base import GatewayTable

KEPT = timedelta(days=180)
_OPEN = sa.text("read_at IS NULL OR (asks AND settled_at IS NULL)")


class Notice(GatewayTable, table=True):
    """Something one person was told. No personal data: a kind, a page, and what it is about.

    With `asks` the person is to do something, until `settled_at`.
    """

    __table_args__ = (
        sa.Index("notice_mine", "person_id", "at", "id"),
        sa.Index("notice_open", "person_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("notice_subject", "subject", "person_id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=40)
    page: str = Field(max_length=200)
    subject: str = Field(max_length=80)
    alarm: bool = False
    asks: bool = False
    at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


NOTICE = table_of(Notice)
N = NOTICE.c
IS_OPEN = sa.or_(N.read_at.is_(None), sa.and_(N.asks, N.settled_at.is_(None)))


def tell(tx: Tx, notice_id: str, person_id: str, values: dict[str, Any]) -> bool:
    """Put a notice into a person's inbox; False when it is there already."""
    return insert_unless_taken(tx, NOTICE, {"id": notice_id, "person_id": person_id, "alarm": False, **values})


def settle(tx: Tx, subject: str, people: Collection[str], before: str) -> None:
    """What these people were asked about a subject, before the notice `before`, waits for them no more."""
    here = (N.subject == subject, N.person_id.in_(sorted(people)), N.asks, N.settled_at.is_(None), N.id != before)
    values = {"settled_at": tx.now, "read_at": sa.func.coalesce(N.read_at, sa.literal(tx.now, N.read_at.type))}
    tx.change(sa.update(NOTICE).where(*here).values(values))


def is_asked(tx: Tx, subject: str) -> bool:
    """Whether somebody is still asked to do something about a subject."""
    here = (N.subject == subject, N.asks, N.settled_at.is_(None))
    return tx.row(sa.select(N.id).where(*here).limit(1)) is not None


def mine(tx: Tx, person_id: str, page: PageAsked) -> Sequence[Row[Any]]:
    """One page of a person's notices, newest first, one more than asked."""
    return tx.rows(keyset(sa.select(NOTICE).where(N.person_id == person_id), N.at, N.id, page))


def _counted(condition: sa.ColumnElement[bool]) -> Prepared:
    found = sa.select(N.id).where(N.person_id == sa.bindparam("person_id"), condition).limit(COUNTED_AT_MOST)
    return prepared(sa.select(sa.func.count()).select_from(found.subquery()))


COUNTED_AT_MOST = 100
WAITING, UNREAD = _counted(IS_OPEN), _counted(N.read_at.is_(None))


def waiting_count(tx: Tx, person_id: str) -> int:
    """How much waits for a person: what was not read, and what was asked and not done; counted up to a limit."""
    return int(tx.scalar(WAITING, {"person_id": person_id}) or 0)


def unread_count(tx: Tx, person_id: str) -> int:
    """How many notices a person has not read, counted up to a limit."""
    return int(tx.scalar(UNREAD, {"person_id": person_id}) or 0)


def mark_read(tx: Tx, person_id: str, notice_id: str | None = None) -> int:
    """Mark a person's notices as read, all or one."""
    here = sa.update(NOTICE).where(N.person_id == person_id, N.read_at.is_(None))
    if notice_id is not None:
        here = here.where(N.id == notice_id)
    return tx.change(here.values(read_at=tx.now))


def forget_old(tx: Tx) -> int:
    """Delete notices older than half a year."""
    return tx.change(sa.delete(NOTICE).where(N.at < tx.now - KEPT))
