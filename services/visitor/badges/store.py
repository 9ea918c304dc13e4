"""The table of badges and the statements on it."""

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
from services.visitor.badges.rules import BadgeKind, BadgeState
from services.visitor.base import VisitorTable

_OUT = sa.text("state = 'handed_out'")


class Badge(VisitorTable, table=True):
    """A visitor badge of a site."""

    __table_args__ = (
        sa.Index("badge_of_visit", "visit_id", unique=True, sqlite_where=_OUT, postgresql_where=_OUT),
        sa.Index("badge_stock", "site_id", "state", "kind", "no"),
    )
    site_id: str = Field(primary_key=True, max_length=36)
    no: str = Field(primary_key=True, max_length=20)
    kind: str = Field(max_length=10)
    state: str = Field(max_length=12)
    visit_id: str | None = Field(default=None, max_length=36)
    host_id: str | None = Field(default=None, max_length=36)
    handed_at: datetime | None = Field(default=None, sa_type=Instant)
    back_at: datetime | None = Field(default=None, sa_type=Instant)
    missed_at: datetime | None = Field(default=None, sa_type=Instant)


BADGE = table_of(Badge)
B = BADGE.c
IS_OUT = B.state == BadgeState.HANDED_OUT


def add(tx: Tx, site_id: str, no: str, kind: BadgeKind) -> bool:
    """Put a badge into stock; False when the number exists."""
    values = {"site_id": site_id, "no": no, "kind": kind.value, "state": BadgeState.STORED.value}
    return insert_unless_taken(tx, BADGE, values)


def badge(tx: Tx, site_id: str, no: str) -> Row[Any] | None:
    """One badge, locked."""
    return tx.row(sa.select(BADGE).where(B.site_id == site_id, B.no == no).with_for_update())


def of_visit(tx: Tx, visit_id: str) -> Row[Any] | None:
    """The badge a visit has out."""
    return tx.row(sa.select(BADGE).where(B.visit_id == visit_id, IS_OUT))


def free(tx: Tx, site_id: str, kind: BadgeKind, limit: int) -> Sequence[str]:
    """Numbers in store, smallest first."""
    here = (B.site_id == site_id, B.kind == kind.value, B.state == BadgeState.STORED)
    return [row.no for row in tx.rows(sa.select(B.no).where(*here).order_by(B.no).limit(limit))]


def stock(tx: Tx, site_id: str) -> Sequence[Row[Any]]:
    """Every badge of a site, by number."""
    return tx.rows(sa.select(BADGE).where(B.site_id == site_id).order_by(B.no).limit(2000))


def hand_out(tx: Tx, site_id: str, no: str, visit_id: str, host_id: str) -> bool:
    """Give a stored badge to a visit; False when somebody was faster."""
    here = sa.update(BADGE).where(B.site_id == site_id, B.no == no, B.state == BadgeState.STORED)
    values = {"state": BadgeState.HANDED_OUT.value, "visit_id": visit_id, "host_id": host_id, "handed_at": tx.now}
    return tx.change(here.values(back_at=None, missed_at=None, **values)) == 1


def bring_in(tx: Tx, visit_id: str, state: BadgeState) -> str | None:
    """The badge a visit has out comes back or counts as lost; its number, or None when there was none."""
    out = of_visit(tx, visit_id)
    if out is None:
        return None
    here = sa.update(BADGE).where(B.site_id == out.site_id, B.no == out.no, B.visit_id == visit_id, IS_OUT)
    no: str = out.no
    return no if tx.change(here.values(state=state.value, back_at=tx.now)) else None


def out_since_before(tx: Tx, before: datetime) -> Sequence[Row[Any]]:
    """Badges handed out before the instant, still out and not reported missing."""
    return tx.rows(sa.select(BADGE).where(IS_OUT, B.handed_at < before, B.missed_at.is_(None)).limit(200))


def note_missed(tx: Tx, site_id: str, no: str) -> bool:
    """Mark a badge as reported missing; False when a replica was faster."""
    here = sa.update(BADGE).where(B.site_id == site_id, B.no == no, IS_OUT, B.missed_at.is_(None))
    return tx.change(here.values(missed_at=tx.now)) == 1


def counts(tx: Tx, site_id: str) -> dict[str, int]:
    """How many badges of a site are in each state."""
    found = sa.select(B.state, sa.func.count().label("n")).where(B.site_id == site_id).group_by(B.state)
    return {row.state: row.n for row in tx.rows(found)}
