"""The table of strangers seen and the statements on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.measures import Scope
from chassis.paging import PageAsked, keyset
from chassis.tables import table_of
from services.visitor.base import DIRECTORY, HAS_NOTE, VisitorTable
from services.visitor.strangers.rules import ALLOWED_FROM, StrangerAct, StrangerState

STILL_IN = sa.text("state = 'seen'")


class Stranger(VisitorTable, table=True):
    """A stranger seen: the times of each step and by whom, how it ended."""

    __table_args__ = (
        sa.Index("stranger_listed", "site_id", "seen_at", "id"),
        sa.Index("stranger_reported", "reported_by", "seen_at", "id"),
        sa.Index("stranger_still_in", "seen_at", sqlite_where=STILL_IN, postgresql_where=STILL_IN),
        sa.Index("stranger_noted", "closed_at", sqlite_where=HAS_NOTE, postgresql_where=HAS_NOTE),
        sa.Index("stranger_visit", "visit_id"),
        sa.Index("stranger_closed", "closed_at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    place: str = Field(default="", max_length=80)
    place_en: str = Field(default="", max_length=80)
    state: str = Field(max_length=10)
    guard_needed: bool = False
    seen_at: datetime = Field(sa_type=Instant)
    reported_at: datetime = Field(sa_type=Instant)
    reported_by: str = Field(max_length=80)
    guard_called_at: datetime | None = Field(default=None, sa_type=Instant)
    guard_called_by: str | None = Field(default=None, max_length=80)
    out_at: datetime | None = Field(default=None, sa_type=Instant)
    out_by: str | None = Field(default=None, max_length=80)
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    asked_by: str | None = Field(default=None, max_length=80)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = Field(default=None, max_length=80)
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
    tx.change(sa.insert(STRANGER).values(id=id_, reported_at=tx.now, state=state, version=1, **values))
    return id_


def stranger(tx: Tx, stranger_id: str) -> Row[Any] | None:
    """One case."""
    return tx.row(sa.select(STRANGER).where(S.id == stranger_id))


def stranger_for_update(tx: Tx, stranger_id: str) -> Row[Any] | None:
    """One case, locked until the transaction ends."""
    return tx.row(sa.select(STRANGER).where(S.id == stranger_id).with_for_update())


def move(tx: Tx, row: Row[Any], act: StrangerAct, values: dict[str, Any]) -> bool:
    """Do `act` if the case still stands where it is allowed and nobody changed it since `row` was read."""
    allowed = sorted(ALLOWED_FROM[act])
    here = sa.update(STRANGER).where(S.id == row.id, S.version == row.version, S.state.in_(allowed))
    return tx.change(here.values(version=row.version + 1, **values)) == 1


def listed(tx: Tx, site_id: str, page: PageAsked, reported_by: str | None) -> list[dict[str, Any]]:
    """Cases of a site, newest first, one more than asked; only those somebody reported, if named."""
    found = sa.select(STRANGER).where(S.site_id == site_id)
    if reported_by is not None:
        found = found.where(S.reported_by == reported_by)
    return records(tx.rows(keyset(found, S.seen_at, S.id, page)))


def times_since(tx: Tx, scope: Scope) -> Sequence[Row[Any]]:
    """When each stranger since then was seen, shown out and the case closed, with its outcome."""
    found = sa.select(S.state, S.seen_at, S.out_at, S.closed_at, S.outcome)
    seen = (DIRECTORY.at(scope.site_id, S.site_id), S.seen_at >= scope.since)
    return tx.rows(found.where(*seen).order_by(S.seen_at).limit(10_000))


def state_of(tx: Tx, stranger_id: str) -> dict[str, Any] | None:
    """A case, for followers: how far it has come."""
    row = stranger(tx, stranger_id)
    return None if row is None else {"id": row.id, "site_id": row.site_id, "state": row.state, "outcome": row.outcome}
