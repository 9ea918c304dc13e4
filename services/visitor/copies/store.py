"""Reading every row that is kept of a visitor: the same records that an erasure reaches, and what stays after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from services.visitor.alarms.store import ALARM
from services.visitor.badges.store import HANDOUT
from services.visitor.belongings.store import BELONGING
from services.visitor.consents.store import CONSENT
from services.visitor.entries.store import SCAN
from services.visitor.escorts.store import CUSTODY
from services.visitor.strangers.store import STRANGER
from services.visitor.visits.store import VISIT, VISITOR

Rows = Sequence[Row[Any]]


def visitors(tx: Tx, visitor_ids: Collection[str]) -> Rows:
    """The records themselves, the oldest first."""
    return _of(tx, VISITOR, VISITOR.c.id, visitor_ids, VISITOR.c.created_at)


def visits(tx: Tx, visitor_ids: Collection[str]) -> Rows:
    """Every visit of these records, the earliest first."""
    return _of(tx, VISIT, VISIT.c.visitor_id, visitor_ids, VISIT.c.starts_at)


def consents(tx: Tx, visitor_ids: Collection[str]) -> Rows:
    """Photos and signatures."""
    return _of(tx, CONSENT, CONSENT.c.visitor_id, visitor_ids, CONSENT.c.agreed_at)


def belongings(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """Things declared."""
    return _of(tx, BELONGING, BELONGING.c.visit_id, visit_ids, BELONGING.c.declared_at)


def handouts(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """Badges had."""
    return _of(tx, HANDOUT, HANDOUT.c.visit_id, visit_ids, HANDOUT.c.handed_at)


def custodies(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """In whose company."""
    return _of(tx, CUSTODY, CUSTODY.c.visit_id, visit_ids, CUSTODY.c.from_at)


def scans(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """Badges scanned at a door."""
    return _of(tx, SCAN, SCAN.c.visit_id, visit_ids, SCAN.c.scanned_at)


def alarms(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """Alarms about these visits and about badges lost on them."""
    return _of(tx, ALARM, ALARM.c.page, [f"/visits/{one}" for one in visit_ids], ALARM.c.raised_at)


def strangers(tx: Tx, visit_ids: Collection[str]) -> Rows:
    """Cases of strangers who turned out to be on these visits."""
    return _of(tx, STRANGER, STRANGER.c.visit_id, visit_ids, STRANGER.c.seen_at)


def _of(tx: Tx, table: sa.Table, column: Any, ids: Collection[str], order: Any) -> Rows:
    return tx.rows(sa.select(table).where(column.in_(sorted(ids))).order_by(order))
