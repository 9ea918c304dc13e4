"""The table of alarms, and the statements on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant
from chassis.db import Tx
from chassis.ids import new_id
from chassis.tables import insert_unless_taken, table_of
from services.visitor.alarms.rules import AlarmKind
from services.visitor.base import HAS_NOTE, VisitorTable

_OPEN = sa.text("settled_at IS NULL")


class Alarm(VisitorTable, table=True):
    """Something that somebody has to see to. Of one kind about one subject at most one is open.

    `unstaffed` are the roles that nobody held when it was raised; `later_at` is when the next ones are told.
    """

    __table_args__ = (
        sa.Index("alarm_one_open", "kind", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("alarm_subject", "subject"),
        sa.Index("alarm_page", "page"),
        sa.Index("alarm_settled", "settled_at"),
        sa.Index("alarm_noted", "settled_at", sqlite_where=HAS_NOTE, postgresql_where=HAS_NOTE),
        sa.Index("alarm_open", "site_id", "raised_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    kind: str = Field(max_length=20)
    subject: str = Field(max_length=80)
    page: str = Field(max_length=200)
    raised_at: datetime = Field(sa_type=Instant)
    rung_at: datetime = Field(sa_type=Instant)
    told: Any = Field(sa_type=Ids)
    unstaffed: Any = Field(sa_type=Ids)
    later_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_by: str | None = Field(default=None, max_length=80)
    note: str = Field(default="", max_length=200)


ALARM = table_of(Alarm)
A = ALARM.c
IS_OPEN = A.settled_at.is_(None)


def add(tx: Tx, values: dict[str, Any]) -> str | None:
    """Raise an alarm; its id, or None when one of its kind about its subject is open."""
    id_ = new_id()
    kept = {"id": id_, "raised_at": tx.now, "rung_at": tx.now, "note": "", **values}
    return id_ if insert_unless_taken(tx, ALARM, kept) else None


def open_about(tx: Tx, kind: AlarmKind, subject: str) -> Row[Any] | None:
    """The open alarm of a kind about a subject, locked."""
    here = (A.kind == kind.value, A.subject == subject, IS_OPEN)
    return tx.row(sa.select(ALARM).where(*here).with_for_update())


def alarm_for_update(tx: Tx, alarm_id: str) -> Row[Any] | None:
    """One alarm, locked until the transaction ends."""
    return tx.row(sa.select(ALARM).where(A.id == alarm_id).with_for_update())


def open_at(tx: Tx, site_id: str) -> Sequence[Row[Any]]:
    """The open alarms of a site, the newest first."""
    here = sa.select(ALARM).where(A.site_id == site_id, IS_OPEN)
    return tx.rows(here.order_by(A.raised_at.desc(), A.id.desc()).limit(200))


def due_later(tx: Tx) -> Sequence[Row[Any]]:
    """Open alarms of which the next ones are to be told by now."""
    return tx.rows(sa.select(ALARM).where(IS_OPEN, A.later_at <= tx.now).limit(200))


def note_told(tx: Tx, row: Row[Any], told: Sequence[str], **values: Any) -> bool:
    """Add people to those told; False when the alarm was settled, or told by a replica, meanwhile."""
    here = (A.id == row.id, IS_OPEN, A.rung_at == row.rung_at, A.later_at.is_not_distinct_from(row.later_at))
    everybody = tuple(dict.fromkeys((*row.told, *told)))
    return tx.change(sa.update(ALARM).where(*here).values(told=everybody, **values)) == 1


def settle(tx: Tx, alarm_id: str, by: str, note: str = "") -> bool:
    """Close an open alarm; False when it was closed already."""
    here = sa.update(ALARM).where(A.id == alarm_id, IS_OPEN)
    return tx.change(here.values(settled_at=tx.now, settled_by=by, note=note)) == 1
