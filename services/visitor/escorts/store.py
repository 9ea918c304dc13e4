"""Tables of designations and of custody (in whose company a visitor is), and the statements on them."""

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
from chassis.measures import Scope
from chassis.paging import PageAsked, keyset
from chassis.prepared import prepared
from chassis.tables import insert_unless_taken, read_by, table_of
from services.visitor.base import DIRECTORY, VisitorTable
from services.visitor.escorts.rules import EscortKind


class EscortDesignation(VisitorTable, table=True):
    """A person the centre manager arranged to escort: kind of visit, areas and dates."""

    __tablename__ = "designation"
    __table_args__ = (
        sa.Index("designation_listed", "site_id", "created_at", "id"),
        sa.Index("designation_ends", "site_id", "ends_at"),
        sa.Index("designation_person", "person_id", "ends_at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    person_id: str = Field(max_length=36)
    kind: str = Field(max_length=10)
    area_ids: Any = Field(sa_type=Ids)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    most_open: int
    designated_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = Field(default=None, max_length=80)
    end_reason: str = Field(default="", max_length=200)
    version: int = 1


_OPEN = sa.text("until_at IS NULL")


class Custody(VisitorTable, table=True):
    """A stretch of time in which a visitor was in one escort's company; at most one per visit is open.

    `kind` and `area_ids` are what the visit needs of its escort. `lost_at` is since when the escort may escort no more
    although the visitor is still in his company.
    """

    __table_args__ = (
        sa.Index("custody_one_open", "visit_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("custody_escort_open", "escort_id", "visit_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("custody_offered", "offered_to", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("custody_site_open", "site_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("custody_visit", "visit_id", "from_at"),
        sa.Index("custody_from", "site_id", "from_at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    site_id: str = Field(max_length=36)
    escort_id: str = Field(max_length=36)
    kind: str = Field(max_length=10)
    area_ids: Any = Field(sa_type=Ids)
    from_at: datetime = Field(sa_type=Instant)
    until_at: datetime | None = Field(default=None, sa_type=Instant)
    offered_to: str | None = Field(default=None, max_length=36)
    offered_at: datetime | None = Field(default=None, sa_type=Instant)
    lost_at: datetime | None = Field(default=None, sa_type=Instant)
    reminded_at: datetime | None = Field(default=None, sa_type=Instant)


DESIGNATION, CUSTODY = (table_of(model) for model in (EscortDesignation, Custody))
D, C = DESIGNATION.c, CUSTODY.c
IS_OPEN = C.until_at.is_(None)


def add_designation(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a designation; its id."""
    id_ = new_id()
    tx.change(sa.insert(DESIGNATION).values(id=id_, version=1, end_reason="", created_at=tx.now, **values))
    return id_


def designation(tx: Tx, designation_id: str) -> Row[Any] | None:
    """One designation."""
    return tx.row(sa.select(DESIGNATION).where(D.id == designation_id))


def designation_for_update(tx: Tx, designation_id: str) -> Row[Any] | None:
    """One designation, locked until the transaction ends."""
    return tx.row(sa.select(DESIGNATION).where(D.id == designation_id).with_for_update())


def end_designation(tx: Tx, designation_id: str, version: int, by: str, reason: str) -> bool:
    """End a designation that is not ended and still has `version`."""
    here = sa.update(DESIGNATION).where(D.id == designation_id, D.version == version, D.ended_at.is_(None))
    return tx.change(here.values(ended_at=tx.now, ended_by=by, end_reason=reason, version=version + 1)) == 1


def designations_of(tx: Tx, person_id: str, since: datetime) -> Sequence[Row[Any]]:
    """The designations of a person that were to end after then, oldest first."""
    return tx.rows(sa.select(DESIGNATION).where(D.person_id == person_id, D.ends_at > since).order_by(D.id))


def lock_escort(tx: Tx, person_id: str) -> None:
    """Let no other transaction count or change what this escort has in company until this one ends."""
    may = sa.select(D.id).where(D.person_id == person_id, D.ends_at > tx.now)
    tx.rows(may.order_by(D.id).with_for_update())


def listed(tx: Tx, site_id: str, page: PageAsked, *, over: bool) -> list[dict[str, Any]]:
    """Designations of a site, newest first: those in force or still to come, or those that are over."""
    found = sa.select(DESIGNATION).where(D.site_id == site_id)
    if over:
        found = found.where(sa.or_(D.ended_at.is_not(None), D.ends_at <= tx.now))
    else:
        found = found.where(D.ended_at.is_(None), D.ends_at > tx.now)
        found = read_by("designation_ends", DESIGNATION, found)
    return records(tx.rows(keyset(found, D.created_at, D.id, page)))


def designated_people(tx: Tx, site_id: str, kind: EscortKind, begin: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Designations of the kind that touch the time from `begin` to `end`, with the person, by employee number."""
    p = DIRECTORY.tables.person.c
    columns = (DESIGNATION, p.name, p.employee_no, p.department_name, p.management, p.active, p.leaves_at)
    found = sa.select(*columns).join(DIRECTORY.tables.person, p.id == D.person_id)
    here = (D.site_id == site_id, D.kind == kind.value, D.starts_at <= end, D.ends_at > begin)
    not_ended = sa.or_(D.ended_at.is_(None), D.ended_at > begin)
    return tx.rows(found.where(*here, not_ended).order_by(p.employee_no, D.id))


def open_custody(tx: Tx, values: dict[str, Any]) -> bool:
    """Put a visitor into an escort's company; False when the visitor is in somebody's already."""
    return insert_unless_taken(tx, CUSTODY, {"id": new_id(), "from_at": tx.now, **values})


PRESENT_CUSTODY = prepared(sa.select(CUSTODY).where(C.visit_id == sa.bindparam("visit_id"), IS_OPEN))
PRESENT_CUSTODY_LOCKED = PRESENT_CUSTODY.locked()


def custody(tx: Tx, visit_id: str) -> Row[Any] | None:
    """In whose company the visitor is now."""
    return tx.row(PRESENT_CUSTODY, {"visit_id": visit_id})


def custody_for_update(tx: Tx, visit_id: str) -> Row[Any] | None:
    """In whose company the visitor is now, locked until the transaction ends."""
    return tx.row(PRESENT_CUSTODY_LOCKED, {"visit_id": visit_id})


def custodies_of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """In whose company a visitor was, in order of time."""
    return tx.rows(sa.select(CUSTODY).where(C.visit_id == visit_id).order_by(C.from_at, C.id))


def was_offered(tx: Tx, visit_id: str, person_id: str) -> bool:
    """Whether the visitor stood offered to this person when a former escort's company ended."""
    here = (C.visit_id == visit_id, C.offered_to == person_id, C.until_at.is_not(None))
    return tx.row(sa.select(C.id).where(*here).limit(1)) is not None


def held_by(tx: Tx, escort_id: str) -> Sequence[Row[Any]]:
    """The visitors an escort has in company now."""
    return tx.rows(sa.select(CUSTODY).where(C.escort_id == escort_id, IS_OPEN).order_by(C.from_at, C.id))


def count_held(tx: Tx, escort_ids: Collection[str]) -> dict[str, int]:
    """How many visitors each of these escorts has in company now; those with none are left out."""
    counted = sa.select(C.escort_id, sa.func.count().label("n")).where(C.escort_id.in_(sorted(escort_ids)), IS_OPEN)
    return {row.escort_id: row.n for row in tx.rows(counted.group_by(C.escort_id))} if escort_ids else {}


def escorts_at_work(tx: Tx) -> Sequence[str]:
    """Everybody who has a visitor in company now and is not yet known to have lost the right to."""
    found = sa.select(C.escort_id).where(IS_OPEN, C.lost_at.is_(None)).distinct().order_by(C.escort_id)
    return [row.escort_id for row in tx.rows(found)]


def close_custody(tx: Tx, custody_id: str) -> bool:
    """The visitor is no longer in this escort's company; False when that was so already."""
    return tx.change(sa.update(CUSTODY).where(C.id == custody_id, IS_OPEN).values(until_at=tx.now)) == 1


def set_offer(tx: Tx, custody_id: str, to_id: str | None) -> bool:
    """Offer the visitor to another escort, or take the offer back; False when the custody has ended."""
    offered_at = None if to_id is None else tx.now
    here = sa.update(CUSTODY).where(C.id == custody_id, IS_OPEN)
    return tx.change(here.values(offered_to=to_id, offered_at=offered_at)) == 1


def note_lost(tx: Tx, custody_id: str, lost_at: datetime) -> bool:
    """Note since when the escort may escort no more; False when a replica was faster."""
    here = sa.update(CUSTODY).where(C.id == custody_id, IS_OPEN, C.lost_at.is_(None))
    return tx.change(here.values(lost_at=lost_at)) == 1


def counts_since(tx: Tx, scope: Scope) -> tuple[int, int, datetime | None]:
    """Stretches of company that began since then, those of them that lost their escort, and since when one stands so.

    The last is the oldest `lost_at` of a visitor who is still without an entitled escort.
    """
    here = DIRECTORY.at(scope.site_id, C.site_id)
    counted = sa.select(sa.func.count().label("n"), sa.func.count(C.lost_at).label("lost"))
    row = tx.row(counted.where(here, C.from_at >= scope.since))
    assert row is not None
    open_since = tx.scalar(sa.select(sa.func.min(C.lost_at)).where(here, IS_OPEN, C.lost_at.is_not(None)))
    return row.n, row.lost, open_since


def _in_force(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (D.ended_at.is_(None), D.starts_at <= at, D.ends_at > at)


def next_end(tx: Tx, scope: Scope) -> datetime | None:
    """When the first designation in force ends; None when none is in force."""
    first: datetime | None = tx.scalar(
        sa.select(sa.func.min(D.ends_at)).where(DIRECTORY.at(scope.site_id, D.site_id), *_in_force(tx.now))
    )
    return first


def count_designated(tx: Tx, scope: Scope) -> int:
    """How many people are designated now."""
    now = (DIRECTORY.at(scope.site_id, D.site_id), *_in_force(tx.now))
    return int(tx.scalar(sa.select(sa.func.count(D.person_id.distinct())).where(*now)) or 0)
