"""Tables of badges, of who had which, and of counts; and the statements on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant
from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.paging import PageAsked, keyset
from chassis.prepared import prepared
from chassis.tables import insert_unless_taken, read_by, table_of
from services.visitor.badges.rules import BadgeKind, BadgeState, Outcome
from services.visitor.base import HAS_NOTE, VisitorTable

_OUT = sa.text("ended_at IS NULL")


class Badge(VisitorTable, table=True):
    """A visitor badge of a site."""

    __table_args__ = (sa.Index("badge_stock", "site_id", "state", "kind", "no"),)
    site_id: str = Field(primary_key=True, max_length=36)
    no: str = Field(primary_key=True, max_length=20)
    kind: str = Field(max_length=10)
    state: str = Field(max_length=12)


class BadgeHandout(VisitorTable, table=True):
    """One visitor's time with a badge. A badge is out at most once, and a visit has at most one out."""

    __tablename__ = "badge_handout"
    __table_args__ = (
        sa.ForeignKeyConstraint(("site_id", "no"), ("badge.site_id", "badge.no")),
        sa.Index("handout_of_badge", "site_id", "no", unique=True, sqlite_where=_OUT, postgresql_where=_OUT),
        sa.Index("handout_of_visit", "visit_id", unique=True, sqlite_where=_OUT, postgresql_where=_OUT),
        sa.Index("handout_due", "due_at", sqlite_where=_OUT, postgresql_where=_OUT),
        sa.Index("handout_day", "site_id", "handed_at"),
        sa.Index("handout_visits", "visit_id", "handed_at"),
        sa.Index("handout_history", "site_id", "no", "handed_at", "id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    no: str = Field(max_length=20)
    visit_id: str = Field(max_length=36)
    host_id: str = Field(max_length=36)
    handed_at: datetime = Field(sa_type=Instant)
    handed_by: str = Field(max_length=80)
    due_at: datetime = Field(sa_type=Instant)
    outcome: str | None = Field(default=None, max_length=10)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = Field(default=None, max_length=80)
    missed_at: datetime | None = Field(default=None, sa_type=Instant)


class BadgeCount(VisitorTable, table=True):
    """How many badges somebody counted in store, and how many should have been there."""

    __tablename__ = "badge_count"
    __table_args__ = (
        sa.Index("badge_counted", "site_id", "counted_at", "id"),
        sa.Index("badge_count_noted", "counted_at", sqlite_where=HAS_NOTE, postgresql_where=HAS_NOTE),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    expected: int
    counted: int
    missing: Any = Field(sa_type=Ids)
    extra: Any = Field(sa_type=Ids)
    note: str = Field(default="", max_length=200)
    counted_by: str = Field(max_length=80)
    counted_at: datetime = Field(sa_type=Instant)


BADGE, HANDOUT, COUNT = (table_of(model) for model in (Badge, BadgeHandout, BadgeCount))
B, H = BADGE.c, HANDOUT.c
IS_OUT = H.ended_at.is_(None)


def add(tx: Tx, site_id: str, no: str, kind: BadgeKind) -> bool:
    """Put a badge into stock; False when the number exists."""
    values = {"site_id": site_id, "no": no, "kind": kind.value, "state": BadgeState.STORED.value}
    return insert_unless_taken(tx, BADGE, values)


def badge(tx: Tx, site_id: str, no: str) -> Row[Any] | None:
    """One badge, locked."""
    return tx.row(sa.select(BADGE).where(B.site_id == site_id, B.no == no).with_for_update())


OUT_OF_VISIT = prepared(sa.select(HANDOUT).where(H.visit_id == sa.bindparam("visit_id"), IS_OUT))


def out_of_visit(tx: Tx, visit_id: str) -> Row[Any] | None:
    """The badge a visit has out."""
    return tx.row(OUT_OF_VISIT, {"visit_id": visit_id})


def handouts_of(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """Every badge a visit had, in order of time."""
    return tx.rows(sa.select(HANDOUT).where(H.visit_id == visit_id).order_by(H.handed_at, H.id))


def out(tx: Tx, site_id: str, no: str) -> Row[Any] | None:
    """Who has this badge out."""
    return tx.row(sa.select(HANDOUT).where(H.site_id == site_id, H.no == no, IS_OUT))


def visits_with_badge(tx: Tx, visit_ids: Collection[str]) -> set[str]:
    """Which of these visits were ever given a badge."""
    if not visit_ids:
        return set()
    found = sa.select(H.visit_id).where(H.visit_id.in_(sorted(visit_ids))).distinct()
    return {row.visit_id for row in tx.rows(found)}


def free(tx: Tx, site_id: str, kind: BadgeKind, limit: int) -> Sequence[str]:
    """Numbers in store, smallest first."""
    here = (B.site_id == site_id, B.kind == kind.value, B.state == BadgeState.STORED)
    return [row.no for row in tx.rows(sa.select(B.no).where(*here).order_by(B.no).limit(limit))]


WITH_HANDOUT = sa.select(BADGE, H.visit_id, H.handed_at, H.due_at).join_from(
    BADGE, HANDOUT, sa.and_(H.site_id == B.site_id, H.no == B.no, IS_OUT), isouter=True
)


def stock(
    tx: Tx, site_id: str, page: PageAsked, state: BadgeState | None = None, kind: BadgeKind | None = None
) -> list[dict[str, Any]]:
    """Badges of a site with who has them, by number, one more than asked; only those in a state or of a kind."""
    found = WITH_HANDOUT.where(B.site_id == site_id)
    if state is not None:
        found = found.where(B.state == state.value)
    if kind is not None:
        found = found.where(B.kind == kind.value)
    return records(tx.rows(keyset(found, B.no, B.site_id, page, rising=True)))


def named(tx: Tx, site_id: str, numbers: Collection[str]) -> list[dict[str, Any]]:
    """The badges of a site with these numbers, with who has them; unknown ones are left out."""
    if not numbers:
        return []
    return records(tx.rows(WITH_HANDOUT.where(B.site_id == site_id, B.no.in_(sorted(numbers))).order_by(B.no)))


def handouts_of_badge(tx: Tx, site_id: str, no: str, limit: int = 50) -> list[dict[str, Any]]:
    """The latest times a badge was with a visitor, the newest first."""
    found = sa.select(HANDOUT).where(H.site_id == site_id, H.no == no)
    return records(tx.rows(found.order_by(H.handed_at.desc(), H.id.desc()).limit(limit)))


def hand_out(tx: Tx, values: dict[str, Any]) -> bool:
    """Give a stored badge to a visit; False when somebody was faster."""
    if not move(tx, values["site_id"], values["no"], BadgeState.STORED, BadgeState.HANDED_OUT):
        return False
    return insert_unless_taken(tx, HANDOUT, {"id": new_id(), "handed_at": tx.now, **values})


def bring_in(tx: Tx, handout: Row[Any], outcome: Outcome, by: str) -> bool:
    """The badge comes back or counts as lost; False when it had done so already."""
    ended = {"outcome": outcome.value, "ended_at": tx.now, "ended_by": by}
    if not tx.change(sa.update(HANDOUT).where(H.id == handout.id, IS_OUT).values(ended)):
        return False
    rests = BadgeState.STORED if outcome is Outcome.RETURNED else BadgeState.LOST
    return move(tx, handout.site_id, handout.no, BadgeState.HANDED_OUT, rests)


def move(tx: Tx, site_id: str, no: str, before: BadgeState, after: BadgeState) -> bool:
    """Change a badge's state if it still is `before`."""
    here = sa.update(BADGE).where(B.site_id == site_id, B.no == no, B.state == before.value)
    return tx.change(here.values(state=after.value)) == 1


def overdue(tx: Tx) -> Sequence[Row[Any]]:
    """Badges that are out past the day they were due and not reported missing."""
    return tx.rows(sa.select(HANDOUT).where(IS_OUT, H.due_at <= tx.now, H.missed_at.is_(None)).limit(200))


def note_missed(tx: Tx, handout_id: str) -> bool:
    """Mark a badge as reported missing; False when a replica was faster."""
    here = sa.update(HANDOUT).where(H.id == handout_id, IS_OUT, H.missed_at.is_(None))
    return tx.change(here.values(missed_at=tx.now)) == 1


def counts(tx: Tx, site_id: str) -> dict[str, int]:
    """How many badges of a site are in each state."""
    found = sa.select(B.state, sa.func.count().label("n")).where(B.site_id == site_id).group_by(B.state)
    return {row.state: row.n for row in tx.rows(found)}


def handed_out_since(tx: Tx, site_id: str, since: datetime) -> dict[str, int]:
    """Badges handed out since then, by how they came to rest; still out ones under `still_out`."""
    how = sa.func.coalesce(H.outcome, "still_out").label("how")
    found = sa.select(how, sa.func.count().label("n")).where(H.site_id == site_id, H.handed_at >= since)
    return {row.how: row.n for row in tx.rows(found.group_by(how))}


def out_since_before(tx: Tx, site_id: str, before: datetime) -> int:
    """How many badges of a site went out before the instant and are still out."""
    found = sa.select(sa.func.count()).select_from(HANDOUT).where(H.site_id == site_id, IS_OUT, H.handed_at < before)
    return int(tx.scalar(read_by("handout_of_badge", HANDOUT, found)) or 0)


def add_count(tx: Tx, values: dict[str, Any]) -> str:
    """Keep a count; its id."""
    id_ = new_id()
    tx.change(sa.insert(COUNT).values(id=id_, counted_at=tx.now, **values))
    return id_


def last_count(tx: Tx, site_id: str) -> Row[Any] | None:
    """The latest count of a site."""
    newest = sa.select(COUNT).where(COUNT.c.site_id == site_id)
    return tx.row(newest.order_by(COUNT.c.counted_at.desc(), COUNT.c.id.desc()).limit(1))


def counted(tx: Tx, site_id: str, page: PageAsked) -> list[dict[str, Any]]:
    """Counts of a site, the newest first, one more than asked."""
    found = sa.select(COUNT).where(COUNT.c.site_id == site_id)
    return records(tx.rows(keyset(found, COUNT.c.counted_at, COUNT.c.id, page)))
