"""The table of strangers seen and the statements on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.paging import PageAsked, keyset
from chassis.tables import table_of
from services.visitor.base import VisitorTable
from services.visitor.strangers.rules import ALLOWED_FROM, StrangerAct, StrangerState


class Stranger(VisitorTable, table=True):
    """A stranger seen: no personal data, the times of each step, how it ended."""

    __table_args__ = (
        sa.Index("stranger_listed", "site_id", "seen_at", "id"),
        sa.Index("stranger_open", "state", "site_id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    place: str = Field(default="", max_length=80)
    state: str = Field(max_length=10)
    guard_needed: bool = False
    seen_at: datetime = Field(sa_type=Instant)
    reported_by: str = Field(max_length=80)
    guard_called_at: datetime | None = Field(default=None, sa_type=Instant)
    out_at: datetime | None = Field(default=None, sa_type=Instant)
    out_by: str | None = Field(default=None, max_length=36)
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    asked_by: str | None = Field(default=None, max_length=36)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = Field(default=None, max_length=36)
    outcome: str | None = Field(default=None, max_length=20)
    note: str = Field(default="", max_length=200)
    visit_id: str | None = Field(default=None, max_length=36)
    version: int = 1


STRANGER = table_of(Stranger)
S = STRANGER.c


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a case; its id."""
    id_ = new_id()
    state = StrangerState.SEEN.value
    tx.change(sa.insert(STRANGER).values(id=id_, seen_at=tx.now, state=state, version=1, **values))
    return id_


def stranger(tx: Tx, stranger_id: str) -> Row[Any] | None:
    """One case, locked."""
    return tx.row(sa.select(STRANGER).where(S.id == stranger_id).with_for_update())


def move(tx: Tx, row: Row[Any], act: StrangerAct, **values: Any) -> bool:
    """Do `act` if the case still stands where it is allowed and nobody changed it since `row` was read."""
    allowed = sorted(ALLOWED_FROM[act])
    here = sa.update(STRANGER).where(S.id == row.id, S.version == row.version, S.state.in_(allowed))
    return tx.change(here.values(version=row.version + 1, **values)) == 1


def listed(tx: Tx, site_id: str, page: PageAsked) -> list[dict[str, Any]]:
    """Cases of a site, newest first, one more than asked."""
    return records(tx.rows(keyset(sa.select(STRANGER).where(S.site_id == site_id), S.seen_at, S.id, page)))


def shown_out_in_time(tx: Tx, since: datetime, within: timedelta) -> tuple[int, int, int]:
    """Cases since then: out within the time, all, and those not out yet."""
    rows = tx.rows(sa.select(S.seen_at, S.out_at).where(S.seen_at >= since).limit(10_000))
    in_time = sum(1 for row in rows if row.out_at is not None and row.out_at - row.seen_at <= within)
    return in_time, len(rows), sum(1 for row in rows if row.out_at is None)
