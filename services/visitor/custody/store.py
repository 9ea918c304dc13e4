"""Statements on custodies together with their visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.prepared import prepared
from services.visitor.escorts.store import CUSTODY, IS_OPEN, C
from services.visitor.visits.store import VISIT, VISITOR, V

COLUMNS = (
    C.id, C.visit_id, C.site_id, C.escort_id, C.kind.label("escort_kind"), C.area_ids, C.from_at, C.offered_to,
    C.offered_at, C.lost_at, V.purpose, V.host_id, V.ends_at, V.state, VISITOR.c.name, VISITOR.c.company,
)  # fmt: skip
WITH_VISIT = (
    sa.select(*COLUMNS).join_from(CUSTODY, VISIT, V.id == C.visit_id).join(VISITOR, VISITOR.c.id == V.visitor_id)
)
PERSON: sa.BindParameter[str] = sa.bindparam("person_id")
OF_ESCORT = prepared(WITH_VISIT.where(C.escort_id == PERSON, IS_OPEN).order_by(C.from_at, C.id))
OFFERED_TO = prepared(WITH_VISIT.where(C.offered_to == PERSON, IS_OPEN).order_by(C.offered_at, C.id))
WITHOUT_ESCORT = prepared(WITH_VISIT.where(C.lost_at.is_not(None), IS_OPEN).order_by(C.lost_at, C.id).limit(50))


def of_escort(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """Visitors in this person's company, longest first."""
    return tx.rows(OF_ESCORT, {"person_id": person_id})


def offered_to(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """Visitors whom somebody offered to this person, longest waiting first."""
    return tx.rows(OFFERED_TO, {"person_id": person_id})


def without_escort(tx: Tx) -> Sequence[Row[Any]]:
    """Visitors inside whose escort may escort no more, longest first."""
    return tx.rows(WITHOUT_ESCORT)


def to_remind(tx: Tx, site_id: str, before: datetime) -> Sequence[Row[Any]]:
    """Open custodies of a site whose visit ends by `before` and whose escort was not reminded."""
    here = (C.site_id == site_id, IS_OPEN, C.reminded_at.is_(None), V.ends_at <= before)
    return tx.rows(WITH_VISIT.where(*here).order_by(C.id).limit(200))


def note_reminded(tx: Tx, custody_id: str) -> bool:
    """Mark that the escort was reminded; False when a replica was faster or the custody has ended."""
    here = sa.update(CUSTODY).where(C.id == custody_id, IS_OPEN, C.reminded_at.is_(None))
    return tx.change(here.values(reminded_at=tx.now)) == 1
