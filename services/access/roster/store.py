"""The table of the duty roster."""

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
from chassis.tables import table_of
from services.access.base import AccessTable


class Duty(AccessTable, table=True):
    """One person on duty at a site from one instant to another."""

    __table_args__ = (sa.Index("duty_site_ends", "site_id", "ends_at"),)
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", max_length=36)
    person_id: str = Field(foreign_key="person.id", max_length=36)
    kind: str = Field(max_length=20)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    dropped_at: datetime | None = Field(default=None, sa_type=Instant)


DUTY = table_of(Duty)


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a stretch of duty; its id."""
    id_ = new_id()
    tx.change(sa.insert(DUTY).values(id=id_, **values))
    return id_


def duty(tx: Tx, duty_id: str) -> Row[Any] | None:
    """One stretch of duty."""
    return tx.row(sa.select(DUTY).where(DUTY.c.id == duty_id))


def drop(tx: Tx, duty_id: str) -> bool:
    """Take a stretch out; False when it was out already."""
    return (
        tx.change(sa.update(DUTY).where(DUTY.c.id == duty_id, DUTY.c.dropped_at.is_(None)).values(dropped_at=tx.now))
        == 1
    )


def between(tx: Tx, site_id: str, begin: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Stretches of a site that touch the time from `begin` to `end`."""
    here = (DUTY.c.site_id == site_id, DUTY.c.ends_at > begin, DUTY.c.starts_at < end, DUTY.c.dropped_at.is_(None))
    return tx.rows(sa.select(DUTY).where(*here).order_by(DUTY.c.starts_at, DUTY.c.id).limit(500))


def duty_state(tx: Tx, duty_id: str) -> dict[str, Any] | None:
    """A stretch of duty for followers; None once dropped."""
    row = duty(tx, duty_id)
    if row is None or row.dropped_at is not None:
        return None
    times = {name: instant_text(getattr(row, name)) for name in ("starts_at", "ends_at")}
    return {**row._mapping, **times}
