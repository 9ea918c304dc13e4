"""Visits that wait for a decision: all that a list of them needs, in two statements however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.prepared import prepared
from services.visitor.visits.store import IS_WAITING, STEP, VISITOR, V

NEEDED = (
    V.id, V.site_id, V.party_id, V.kind, V.purpose, V.state, V.round, V.walk_in, V.host_told, V.host_id,
    V.requested_by, V.escort_id, V.area_ids, V.starts_at, V.ends_at, V.arrived_at, V.entered_at, V.left_at,
    V.left_certainty, V.created_at, V.version, VISITOR.c.name.label("visitor_name"), VISITOR.c.company,
)  # fmt: skip
AT_MOST = 500
VISITS = sa.select(*NEEDED).join(VISITOR, VISITOR.c.id == V.visitor_id).where(IS_WAITING)
EARLIEST = prepared(VISITS.order_by(V.starts_at, V.id).limit(AT_MOST))
ROUNDS = sa.select(V.id, V.round).where(IS_WAITING)
STEPS = prepared(sa.select(STEP).where(sa.tuple_(STEP.c.visit_id, STEP.c.round).in_(ROUNDS)))


def visits(tx: Tx) -> Sequence[Row[Any]]:
    """Visits that wait for a decision, the earliest window first, each with its visitor's name and company."""
    return tx.rows(EARLIEST)


def steps(tx: Tx) -> Sequence[Row[Any]]:
    """The steps of the present round of every such visit."""
    return tx.rows(STEPS)
