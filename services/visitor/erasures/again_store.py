"""What the database holds of the erasures that were asked for, in statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from services.visitor.consents.store import CONSENT, IS_WITHDRAWN
from services.visitor.erasures.store import ERASURE, WAS_ASKED
from services.visitor.visits.store import NOT_ERASED, VISITOR

Rows = Sequence[Row[Any]]
AT_ONCE = 500


def asked(tx: Tx) -> Rows:
    """Certificates of erasures that somebody asked for."""
    return tx.rows(sa.select(ERASURE.c.visitor_id, ERASURE.c.at).where(WAS_ASKED))


def withdrawn(tx: Tx) -> Rows:
    """Consents that were taken back."""
    c = CONSENT.c
    return tx.rows(sa.select(c.visit_id, c.what, c.withdrawn_at).where(IS_WITHDRAWN))


def not_erased(tx: Tx, visitor_ids: Sequence[str]) -> set[str]:
    """Which of these visitors are here, and not erased."""
    c = VISITOR.c
    found = (tx.rows(sa.select(c.id).where(c.id.in_(some), NOT_ERASED)) for some in _some(visitor_ids))
    return {row.id for rows in found for row in rows}


def given(tx: Tx, visit_ids: Sequence[str]) -> list[Row[Any]]:
    """Consents of these visits that are in force."""
    c = CONSENT.c
    here = sa.select(c.visit_id, c.what, c.agreed_at).where(c.withdrawn_at.is_(None))
    return [row for some in _some(visit_ids) for row in tx.rows(here.where(c.visit_id.in_(some)))]


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """A statement takes so many values and no more."""
    return (ids[n : n + AT_ONCE] for n in range(0, len(ids), AT_ONCE))
