"""The end of what is kept for years: who came when, by whose permission, and the certificates. The journal stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from services.visitor.alarms.store import ALARM, A
from services.visitor.badges.store import HANDOUT, IS_OUT, H
from services.visitor.base import DIRECTORY
from services.visitor.belongings.store import BELONGING, IN_LOCKER, B
from services.visitor.consents.store import CONSENT
from services.visitor.entries.store import SCAN
from services.visitor.erasures.store import AT_ONCE, ENDED, ERASURE
from services.visitor.escorts.store import CUSTODY
from services.visitor.holds.store import HELD, HOLD
from services.visitor.strangers.store import STRANGER, S
from services.visitor.visits.rules import OVER
from services.visitor.visits.store import AREA, KEY, STEP, VISIT, VISITOR, V

OF_A_VISIT = (STEP, AREA, KEY, SCAN, CONSENT, BELONGING, HANDOUT, CUSTODY)
"""Tables whose rows are a visit's own and go with it; a test finds one that is missing here."""
SOMETHING_IS_OUT = sa.or_(
    sa.exists().where(H.visit_id == V.id, IS_OUT), sa.exists().where(B.visit_id == V.id, IN_LOCKER)
)


def ended(tx: Tx, before: datetime, limit: int = AT_ONCE, *, out: bool = False) -> Sequence[Row[Any]]:
    """Visits of erased visitors that ended before then, the oldest first; a legal hold keeps its own.

    Those with nothing out, or with `out` those that stay because a badge or a thing in a locker is not accounted for.
    """
    here = (V.site_id.in_(DIRECTORY.site_ids(tx)), V.state.in_(sorted(OVER)), V.ends_at < before, before > ENDED)
    found = sa.select(V.id.label("visit_id"), ENDED.label("ended_at")).join_from(VISIT, VISITOR)
    found = found.where(*here, VISITOR.c.erased_at.is_not(None), V.visitor_id.not_in(HELD))
    found = found.where(SOMETHING_IS_OUT if out else ~SOMETHING_IS_OUT)
    return tx.rows(found.order_by("ended_at", V.id).limit(limit))


def remove(tx: Tx, visit_ids: Collection[str]) -> int:
    """Delete these visits with all that is theirs; how many. A case of a stranger loses its visit."""
    for table in OF_A_VISIT:
        tx.change(sa.delete(table).where(table.c.visit_id.in_(visit_ids)))
    tx.change(sa.delete(ALARM).where(A.page.in_([f"/visits/{one}" for one in visit_ids])))
    tx.change(sa.update(STRANGER).where(S.visit_id.in_(visit_ids)).values(visit_id=None))
    return tx.change(sa.delete(VISIT).where(V.id.in_(visit_ids)))


def remove_cases(tx: Tx, before: datetime) -> int:
    """Delete cases of strangers and alarms that were over before then; how many."""
    cases = tx.change(sa.delete(STRANGER).where(S.closed_at < before))
    return cases + tx.change(sa.delete(ALARM).where(A.settled_at < before))


def remove_certificates(tx: Tx, before: datetime) -> int:
    """Delete certificates from before then of visitors of whom no visit is left, and the empty records; how many."""
    c = ERASURE.c
    left = sa.exists().where(V.visitor_id == c.visitor_id)
    found = sa.select(c.visitor_id).where(c.at < before, ~left, c.visitor_id.not_in(HELD)).limit(AT_ONCE)
    ids = [row.visitor_id for row in tx.rows(found)]
    for table in (ERASURE, HOLD, VISITOR):
        tx.change(sa.delete(table).where((table.c.id if table is VISITOR else table.c.visitor_id).in_(ids)))
    tx.vault.forget(tx, ids)
    return len(ids)


def badges_out(tx: Tx, visit_ids: Collection[str]) -> list[str]:
    """The numbers of the badges that these visits have not given back."""
    return [row.no for row in tx.rows(sa.select(H.no).where(H.visit_id.in_(sorted(visit_ids)), IS_OUT).order_by(H.no))]
