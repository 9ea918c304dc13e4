"""The table of legal holds and the statements on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
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
from services.visitor.visits.store import VISITOR

_IN_FORCE = sa.text("lifted_at IS NULL")


class Hold(VisitorTable, table=True):
    """What is known of a visitor is kept by law. It covers every record under the same name and phone."""

    __table_args__ = (
        sa.Index("hold_in_force", "visitor_id", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        sa.Index("hold_visitor", "visitor_id"),
        sa.Index("hold_listed", "placed_at", "id"),
        sa.Index("hold_still", "placed_at", "id", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )
    id: str = Field(primary_key=True, max_length=36)
    visitor_id: str = Field(foreign_key="visitor.id", max_length=36)
    visit_id: str = Field(max_length=36)
    site_id: str = Field(max_length=36)
    because: str = Field(max_length=20)
    basis: str = Field(max_length=200)
    placed_at: datetime = Field(sa_type=Instant)
    placed_by: str = Field(max_length=80)
    review_on: date
    reviewed_at: datetime | None = Field(default=None, sa_type=Instant)
    reviewed_by: str | None = Field(default=None, max_length=80)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)
    lifted_by: str | None = Field(default=None, max_length=80)
    lifted_because: str = Field(default="", max_length=200)


HOLD = table_of(Hold)
H = HOLD.c
IS_IN_FORCE = H.lifted_at.is_(None)
_NAMED, _SAME = VISITOR.alias("named"), VISITOR.alias("same")
_COVERED = (
    sa.select(H.id, _SAME.c.id.label("visitor_id"))
    .join_from(HOLD, _NAMED, _NAMED.c.id == H.visitor_id)
    .join(_SAME, sa.and_(_SAME.c.name == _NAMED.c.name, _SAME.c.phone_key == _NAMED.c.phone_key))
    .where(IS_IN_FORCE)
    .union(sa.select(H.id, H.visitor_id).where(IS_IN_FORCE))
    .subquery()
)
HELD = sa.select(_COVERED.c.visitor_id)
"""The ids of every record of a visitor that a hold in force covers: erasures and the retention run leave them alone."""


def lock(tx: Tx, visitor_ids: Collection[str]) -> None:
    """Let nobody hold or erase these visitors until the transaction ends."""
    c = VISITOR.c
    tx.rows(sa.select(c.id).where(c.id.in_(sorted(visitor_ids))).order_by(c.id).with_for_update())


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Place a hold; its id."""
    id_ = new_id()
    tx.change(sa.insert(HOLD).values(id=id_, placed_at=tx.now, lifted_because="", **values))
    return id_


def hold(tx: Tx, hold_id: str, *, lock: bool = False) -> Row[Any] | None:
    """One hold."""
    one = sa.select(HOLD).where(H.id == hold_id)
    return tx.row(one.with_for_update() if lock else one)


def in_force_on(tx: Tx, visitor_id: str) -> Sequence[Row[Any]]:
    """The holds in force that cover a visitor, the one to be reviewed last first."""
    here = sa.select(_COVERED.c.id).where(_COVERED.c.visitor_id == visitor_id)
    return tx.rows(sa.select(HOLD).where(H.id.in_(here)).order_by(H.review_on.desc(), H.id))


def listed(tx: Tx, page: PageAsked, *, in_force: bool) -> list[dict[str, Any]]:
    """Holds, the newest first, one more than asked; only those in force, or all."""
    found = sa.select(HOLD)
    return records(tx.rows(keyset(found.where(IS_IN_FORCE) if in_force else found, H.placed_at, H.id, page)))


def review(tx: Tx, hold_id: str, by: str, review_on: date) -> None:
    """Note that somebody looked, and when the next look is due."""
    tx.change(sa.update(HOLD).where(H.id == hold_id).values(review_on=review_on, reviewed_at=tx.now, reviewed_by=by))


def lift(tx: Tx, hold_id: str, by: str, reason: str) -> None:
    """End a hold."""
    tx.change(sa.update(HOLD).where(H.id == hold_id).values(lifted_at=tx.now, lifted_by=by, lifted_because=reason))
