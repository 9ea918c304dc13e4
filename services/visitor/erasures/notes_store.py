"""The texts in which people write of visitors, and the statements that take a visitor out of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.db import Tx
from services.visitor.alarms.store import ALARM, A
from services.visitor.badges.store import COUNT
from services.visitor.base import HAS_NOTE
from services.visitor.belongings.store import BELONGING, B
from services.visitor.erasures.rules import without
from services.visitor.erasures.store import ERASURE
from services.visitor.escorts.store import DESIGNATION
from services.visitor.holds.store import HELD, HOLD
from services.visitor.strangers.store import STRANGER, S
from services.visitor.visits.store import STEP, VISIT, V

WRITTEN: dict[sa.Table, tuple[str, ...]] = {
    VISIT: ("purpose", "items"),
    STEP: ("comment",),
    BELONGING: ("serial", "note", "lost_note"),
    ALARM: ("note",),
    STRANGER: ("place", "place_en", "note"),
    COUNT: ("note",),
    DESIGNATION: ("end_reason",),
    ERASURE: ("reason",),
    HOLD: ("basis", "lifted_because"),
}
"""Every text that a person types about what goes on at the door; a test finds one that is missing here."""


def overwrite_of(tx: Tx, visitor_ids: Collection[str], visit_ids: Collection[str]) -> None:
    """Overwrite what was written of these visits: on themselves, their things, alarms about them or a badge they lost,
    and cases of strangers who turned out to be their visitors."""
    tx.change(sa.update(VISIT).where(V.visitor_id.in_(visitor_ids)).values(purpose="", items=""))
    tx.change(sa.update(STEP).where(STEP.c.visit_id.in_(visit_ids)).values(comment=""))
    tx.change(sa.update(BELONGING).where(B.visit_id.in_(visit_ids)).values(serial="", note="", lost_note=""))
    tx.change(sa.update(STRANGER).where(S.visit_id.in_(visit_ids)).values(note=""))
    cases = [f"/strangers/{row.id}" for row in tx.rows(sa.select(S.id).where(S.visit_id.in_(visit_ids)))]
    pages = [*cases, *(f"/visits/{one}" for one in visit_ids)]
    tx.change(sa.update(ALARM).where(A.page.in_(pages)).values(note=""))


def take_out(tx: Tx, values: Collection[str]) -> int:
    """Take these values out of every text, whomever it is about; how many texts."""
    return sum(_take_out(tx, table, names, values) for table, names in WRITTEN.items() if values)


def _take_out(tx: Tx, table: sa.Table, names: Iterable[str], values: Collection[str]) -> int:
    columns = [table.c[name] for name in names]
    mentions = sa.or_(*(column.icontains(one, autoescape=True) for column in columns for one in values))
    found = tx.rows(sa.select(*table.primary_key.columns, *columns).where(mentions))
    for row in found:
        here = (key == row._mapping[key] for key in table.primary_key.columns)
        texts = {column.name: _fitting(column, without(row._mapping[column], values)) for column in columns}
        tx.change(sa.update(table).where(*here).values(texts))
    return len(found)


def _fitting(column: sa.Column[Any], text: str) -> str:
    """A text as long as its column takes; what stands for a short name is longer than the name."""
    return text[: getattr(column.type, "length", None)]


def forget_old(tx: Tx, before: datetime) -> int:
    """Overwrite notes on cases, alarms and counts that were over before then; how many. What was written of a visit
    whose visitor is held stays."""
    visits = sa.select(V.id).where(V.visitor_id.in_(HELD))
    cases = sa.select(sa.literal("/strangers/") + S.id).where(S.visit_id.in_(visits))
    pages = visits.with_only_columns(sa.literal("/visits/") + V.id).union(cases)
    over = (
        (STRANGER, sa.and_(S.closed_at < before, sa.func.coalesce(S.visit_id, "").not_in(visits))),
        (ALARM, sa.and_(A.settled_at < before, A.page.not_in(pages))),
        (COUNT, COUNT.c.counted_at < before),
    )
    return sum(tx.change(sa.update(table).where(HAS_NOTE, ended).values(note="")) for table, ended in over)
