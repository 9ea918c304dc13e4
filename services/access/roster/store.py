"""Tables of duties and of leave, and the statements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant, instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.office_hours import Span
from chassis.tables import table_of
from services.access.base import AccessTable

MOST = 1000


class Duty(AccessTable, table=True):
    """One person on duty at a site from one instant to another, perhaps instead of somebody on leave."""

    __table_args__ = (sa.Index("duty_site_ends", "site_id", "ends_at"), sa.Index("duty_person", "person_id", "ends_at"))
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", max_length=36)
    person_id: str = Field(foreign_key="person.id", max_length=36)
    instead_of: str | None = Field(default=None, foreign_key="person.id", max_length=36)
    kind: str = Field(max_length=20)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    dropped_at: datetime | None = Field(default=None, sa_type=Instant)


class Leave(AccessTable, table=True):
    """A stretch of time for which somebody is away. Why is nobody's business here."""

    __table_args__ = (sa.Index("leave_person", "person_id", "ends_at"), sa.Index("leave_ends", "ends_at"))
    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="person.id", max_length=36)
    stand_in_id: str | None = Field(default=None, foreign_key="person.id", max_length=36)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    recorded_by: str = Field(max_length=80)
    dropped_at: datetime | None = Field(default=None, sa_type=Instant)


DUTY, LEAVE = table_of(Duty), table_of(Leave)
D, L = DUTY.c, LEAVE.c


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a stretch of duty; its id."""
    id_ = new_id()
    tx.change(sa.insert(DUTY).values(id=id_, **values))
    return id_


def duty(tx: Tx, duty_id: str) -> Row[Any] | None:
    """One stretch of duty."""
    return tx.row(sa.select(DUTY).where(D.id == duty_id))


def drop(tx: Tx, duty_id: str) -> bool:
    """Take a stretch out; False when it was out already."""
    return tx.change(sa.update(DUTY).where(D.id == duty_id, D.dropped_at.is_(None)).values(dropped_at=tx.now)) == 1


def between(tx: Tx, site_id: str, begin: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Stretches of a site that touch the time from `begin` to `end`."""
    here = (D.site_id == site_id, D.ends_at > begin, D.starts_at < end, D.dropped_at.is_(None))
    return tx.rows(sa.select(DUTY).where(*here).order_by(D.starts_at, D.id).limit(MOST))


def of_person(tx: Tx, person_id: str, stretch: Span, kind: str | None = None) -> Sequence[Row[Any]]:
    """A person's stretches of duty that touch a stretch of time, of one kind or of any."""
    here = [D.person_id == person_id, D.ends_at > stretch.begin, D.starts_at < stretch.end, D.dropped_at.is_(None)]
    if kind is not None:
        here.append(D.kind == kind)
    return tx.rows(sa.select(DUTY).where(*here).order_by(D.starts_at, D.id).limit(MOST))


def add_leave(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a leave; its id."""
    id_ = new_id()
    tx.change(sa.insert(LEAVE).values(id=id_, **values))
    return id_


def leave(tx: Tx, leave_id: str) -> Row[Any] | None:
    """One leave."""
    return tx.row(sa.select(LEAVE).where(L.id == leave_id))


def drop_leave(tx: Tx, leave_id: str) -> bool:
    """Take a leave back; False when it was already."""
    return tx.change(sa.update(LEAVE).where(L.id == leave_id, L.dropped_at.is_(None)).values(dropped_at=tx.now)) == 1


def leaves_of(tx: Tx, person_id: str, stretch: Span) -> Sequence[Row[Any]]:
    """A person's leaves that touch a stretch of time."""
    here = (L.person_id == person_id, L.ends_at > stretch.begin, L.starts_at < stretch.end, L.dropped_at.is_(None))
    return tx.rows(sa.select(LEAVE).where(*here))


def leaves_between(tx: Tx, site_id: str, stretch: Span, people: sa.Table) -> Sequence[Row[Any]]:
    """Leaves of a site's people that touch a stretch of time, the earliest first."""
    here = (L.ends_at > stretch.begin, L.starts_at < stretch.end, L.dropped_at.is_(None), people.c.site_id == site_id)
    joined = sa.select(LEAVE).join(people, people.c.id == L.person_id)
    return tx.rows(joined.where(*here).order_by(L.starts_at, L.id).limit(MOST))


def duty_state(tx: Tx, duty_id: str) -> dict[str, Any] | None:
    """A stretch of duty for followers; None once dropped."""
    row = duty(tx, duty_id)
    if row is None or row.dropped_at is not None:
        return None
    times = {name: instant_text(getattr(row, name)) for name in ("starts_at", "ends_at")}
    return {**row._mapping, **times}
