"""Badges scanned at a door, overstays, and the lists of who is inside."""

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
from chassis.tables import read_by, table_of
from services.visitor.badges.store import HANDOUT, IS_OUT, H
from services.visitor.base import DIRECTORY, VisitorTable
from services.visitor.belongings.rules import Outcome
from services.visitor.belongings.store import B
from services.visitor.escorts.store import CUSTODY, IS_OPEN, C
from services.visitor.visits.rules import ON_PREMISES, State
from services.visitor.visits.store import IS_HERE, STEP, VISIT, VISITOR, V


class EntryScan(VisitorTable, table=True):
    """A visitor's badge scanned at a door, waiting for the escort's."""

    __tablename__ = "entry_scan"
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(foreign_key="visit.id", max_length=36, index=True)
    device_id: str = Field(max_length=36)
    door_id: str = Field(max_length=36)
    scanned_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


SCAN = table_of(EntryScan)


def add_scan(tx: Tx, visit_id: str, device_id: str, door_id: str) -> str:
    """Note that a visitor's badge was scanned at a door."""
    id_ = new_id()
    values = {"visit_id": visit_id, "device_id": device_id, "door_id": door_id}
    tx.change(sa.insert(SCAN).values(id=id_, scanned_at=tx.now, **values))
    return id_


def scan(tx: Tx, scan_id: str, device_id: str) -> Row[Any] | None:
    """A scan of this tablet that was not used yet, locked."""
    c = SCAN.c
    here = (c.id == scan_id, c.device_id == device_id, c.used_at.is_(None))
    return tx.row(sa.select(SCAN).where(*here).with_for_update())


def use_scan(tx: Tx, scan_id: str) -> None:
    """A scan serves one entry."""
    tx.change(sa.update(SCAN).where(SCAN.c.id == scan_id).values(used_at=tx.now))


def overdue(tx: Tx, site_id: str, before: datetime) -> Sequence[Row[Any]]:
    """Visits on a site's premises whose window ended before `before` and whose overstay nobody was told."""
    here = (V.site_id == site_id, V.state.in_(sorted(ON_PREMISES)), V.ends_at < before, V.overstay_told_at.is_(None))
    return tx.rows(sa.select(VISIT).where(*here).limit(200))


def note_overstay(tx: Tx, visit_id: str) -> bool:
    """Mark that an overstay was told; False when a replica was faster."""
    here = sa.update(VISIT).where(V.id == visit_id, V.overstay_told_at.is_(None))
    return tx.change(here.values(overstay_told_at=tx.now)) == 1


def long_overdue(tx: Tx, site_id: str, before: datetime) -> Sequence[Row[Any]]:
    """Visits still on a site's premises though their window ended before `before`."""
    here = (V.site_id == site_id, V.state.in_(sorted(ON_PREMISES)), V.ends_at < before)
    return tx.rows(sa.select(VISIT).where(*here).limit(200))


AT_MOST = 2000


def people_here(tx: Tx, site_id: str) -> list[dict[str, Any]]:
    """Everybody on the premises of a site or not confirmed to have left, in order of when their visit began.

    Each with their name, the badge they have out, in whose company they are, and the media they declared or left.
    """
    found = sa.select(*PRESENT).join(VISITOR, VISITOR.c.id == V.visitor_id)
    found = found.join(HANDOUT, sa.and_(H.visit_id == V.id, IS_OUT), isouter=True)
    found = found.join(CUSTODY, sa.and_(C.visit_id == V.id, IS_OPEN), isouter=True)
    found = read_by("visit_here", VISIT, found.where(V.site_id == site_id, IS_HERE))
    return records(tx.rows(found.order_by(V.starts_at, V.id).limit(AT_MOST)))


def _belongings(outcome: Outcome) -> sa.ScalarSelect[Any]:
    """How many things of a visit stand so."""
    return sa.select(sa.func.count()).where(B.visit_id == V.id, B.outcome == outcome).scalar_subquery()


PRESENT = (
    V.id, V.site_id, V.kind, V.state, V.walk_in, V.host_id, V.requested_by, V.escort_id, V.area_ids, V.starts_at,
    V.ends_at, V.id_checked_at, V.arrived_at, V.cleared_at, V.entered_at, V.left_at, V.host_told, V.version,
    V.created_at, VISITOR.c.name.label("visitor_name"), VISITOR.c.company, H.no.label("badge_no"), H.due_at,
    C.escort_id.label("custody_of"), C.lost_at, _belongings(Outcome.DECLARED).label("loose"),
    _belongings(Outcome.LEFT_OUTSIDE).label("in_locker"),
)  # fmt: skip


def let_in_rightly(tx: Tx, scope: Scope) -> tuple[int, int]:
    """Of the visits cleared since then: how many have every step approved and the ID checked; and how many in all."""
    s = STEP.c
    missing = sa.exists().where(
        s.visit_id == V.id, s.round == V.round, sa.or_(s.decision.is_(None), s.decision != "approve")
    )
    rightly = sa.and_(V.id_checked_at.is_not(None), ~missing)
    return _counted(tx, rightly, _cleared(scope))


def lounge_visits_kept(tx: Tx, scope: Scope) -> tuple[int, int]:
    """Of the visits that need no escort since then: how many never entered an area with one; and how many in all."""
    only_lounge = sa.and_(_cleared(scope), V.escort_id.is_(None))
    return _counted(tx, V.entered_at.is_(None), only_lounge)


def told_the_rules(tx: Tx, scope: Scope) -> tuple[int, int]:
    """Of the visits cleared since then: how many accepted the visitors' notice; and how many in all."""
    return _counted(tx, sa.and_(V.notices_at.is_not(None), V.rules_version.is_not(None)), _cleared(scope))


def _cleared(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.and_(V.cleared_at >= scope.since, DIRECTORY.at(scope.site_id, V.site_id))


def _counted(tx: Tx, kept: sa.ColumnElement[bool], among: sa.ColumnElement[bool]) -> tuple[int, int]:
    row = tx.row(
        sa.select(sa.func.sum(sa.case((kept, 1), else_=0)).label("kept"), sa.func.count().label("total")).where(among)
    )
    return (int(row.kept or 0), int(row.total)) if row is not None else (0, 0)


def overstaying(tx: Tx, scope: Scope) -> int:
    """Visitors whose overstay was told and who are still here."""
    return _of_those_here(tx, scope, V.state.in_(sorted(ON_PREMISES)), V.overstay_told_at.is_not(None))


def unconfirmed(tx: Tx, scope: Scope) -> int:
    """Visitors assumed gone whom nobody confirmed."""
    return _of_those_here(tx, scope, V.state == State.LEFT_UNCONFIRMED)


def _of_those_here(tx: Tx, scope: Scope, *those: sa.ColumnElement[bool]) -> int:
    """How many visitors on the roll call or at the desk are such."""
    count = sa.select(sa.func.count()).select_from(VISIT).where(IS_HERE, DIRECTORY.at(scope.site_id, V.site_id), *those)
    return int(tx.scalar(read_by("visit_here", VISIT, count)) or 0)
