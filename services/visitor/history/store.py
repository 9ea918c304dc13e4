"""The facts about one visit in the journal: its own, and those of its things, its alarms and the badges it had."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from chassis.db import Tx
from chassis.paging import PageAsked
from services.visitor.alarms.store import ALARM
from services.visitor.badges import store as badges
from services.visitor.base import BASE
from services.visitor.belongings import store as belongings
from services.visitor.history.rules import TOLD

J = BASE.journal.journal.c


def facts_of(tx: Tx, visit_id: str, page: PageAsked) -> list[dict[str, Any]]:
    """What was done to a visit in the order of its page, one more than asked; a page stands at an index."""
    found = sa.select(J.idx, J.data).where(
        J.fact.in_(sorted(TOLD)), sa.or_(J.subject.in_(_subjects(tx, visit_id)), *_badges(tx, visit_id))
    )
    if page.after is not None:
        at = int(page.after[1])
        found = found.where(J.idx > at if page.backwards else J.idx < at)
    found = found.order_by(J.idx.asc() if page.backwards else J.idx.desc()).limit(page.limit + 1)
    return [{"idx": row.idx, **orjson.loads(row.data)} for row in tx.rows(found)]


def _subjects(tx: Tx, visit_id: str) -> list[str]:
    """What the journal calls the visit, each thing declared for it and each alarm about it."""
    about = f"visit:{visit_id}"
    things = [f"belonging:{row.id}" for row in belongings.of_visit(tx, visit_id)]
    alarms = [f"alarm:{row.id}" for row in tx.rows(sa.select(ALARM.c.id).where(ALARM.c.subject == about))]
    return [about, *things, *alarms]


def _badges(tx: Tx, visit_id: str) -> list[sa.ColumnElement[bool]]:
    """What is said of a badge for this visit, from when it was handed out until it was back or lost."""
    return [
        sa.and_(
            J.subject == f"badge:{row.site_id}/{row.no}",
            J.at >= row.handed_at,
            J.at <= (row.ended_at or tx.now),
            J.data.contains(visit_id),
        )
        for row in badges.handouts_of(tx, visit_id)
    ]
