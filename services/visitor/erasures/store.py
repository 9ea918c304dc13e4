"""The table of certificates, and the statements that overwrite what is known of a visitor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant
from chassis.db import Tx
from chassis.ids import new_id
from chassis.tables import table_of
from services.visitor.base import VisitorTable
from services.visitor.consents.store import CONSENT, IS_SEALED
from services.visitor.entries.store import SCAN
from services.visitor.erasures.rules import NOBODY, RESTORE, RETENTION
from services.visitor.holds.store import HELD
from services.visitor.visits.rules import OVER
from services.visitor.visits.store import KEY, NOT_ERASED, VISIT, VISITOR, V

AT_ONCE = 200
"""Visitors that one turn of the retention run erases."""
ENDED = sa.func.coalesce(V.left_at, V.ends_at)
"""When a visit ended: when its visitor left, else the end of its window."""


WAS_ASKED = sa.text(f"\"by\" NOT IN ('{RETENTION}', '{RESTORE}')")


class Erasure(VisitorTable, table=True):
    """The certificate of one erasure: by whom, why, which fields of how many visits are gone, which badges were out."""

    __table_args__ = (
        sa.Index("erasure_asked", "at", sqlite_where=WAS_ASKED, postgresql_where=WAS_ASKED),
        sa.Index("erasure_at", "at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    visitor_id: str = Field(foreign_key="visitor.id", max_length=36, unique=True)
    visit_id: str = Field(max_length=36)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=80)
    reason: str = Field(max_length=200)
    fields: Any = Field(sa_type=Ids)
    visits: int
    badges_out: Any = Field(sa_type=Ids)


ERASURE = table_of(Erasure)
GONE = {"name": NOBODY, "company": "", "phone": None, "phone_tail": None, "phone_key": None, "email": None,
        "id_last4": None, "id_number": None}  # fmt: skip


def records_of(tx: Tx, visitor_id: str) -> list[str]:
    """This record of a visitor, and every other with the same name and the same phone."""
    known = sa.select(VISITOR.c.name, VISITOR.c.phone_key).where(VISITOR.c.id == visitor_id).subquery()
    same = sa.select(VISITOR.c.id).join(
        known, sa.and_(VISITOR.c.name == known.c.name, VISITOR.c.phone_key == known.c.phone_key)
    )
    return sorted({visitor_id, *(row.id for row in tx.rows(same))})


def visits_of(tx: Tx, visitor_ids: Collection[str]) -> dict[str, str]:
    """The state of each visit of these records, by its id."""
    found = sa.select(V.id, V.state).where(V.visitor_id.in_(visitor_ids))
    return {row.id: row.state for row in tx.rows(found)}


def scans_of(tx: Tx, visit_ids: Collection[str]) -> list[str]:
    """The scans of these visits at a door, whose answers named the visitor."""
    return [row.id for row in tx.rows(sa.select(SCAN.c.id).where(SCAN.c.visit_id.in_(visit_ids)))]


def outdated(tx: Tx, before: datetime, limit: int = AT_ONCE, *, held: bool = False) -> Sequence[Row[Any]]:
    """Visitors not erased yet whose last visit ended before then, with one of their visits; locked until the end.

    Those that no legal hold covers, or with `held` those that stay because of one.
    """
    c = VISITOR.c
    of_visitor = sa.select(VISIT).where(V.visitor_id == c.id)
    last = of_visitor.with_only_columns(sa.func.max(V.id)).scalar_subquery()
    ended = sa.func.coalesce(of_visitor.with_only_columns(sa.func.max(ENDED)).scalar_subquery(), c.created_at)
    found = sa.select(c.id, last.label("visit_id"), ended.label("ended_at"))
    found = found.where(*_unvisited_since(before), c.id.in_(HELD) if held else c.id.not_in(HELD))
    return tx.rows(found.order_by("ended_at", c.id).limit(limit).with_for_update(of=VISITOR, skip_locked=True))


def forget_numbers(tx: Tx, before: datetime) -> int:
    """Overwrite ID numbers, and their last four, of visitors whose last visit ended before then; of how many."""
    c = VISITOR.c
    kept = sa.or_(c.id_last4.is_not(None), c.id_number.is_not(None))
    old = sa.update(VISITOR).where(*_unvisited_since(before), kept, c.id.not_in(HELD))
    return tx.change(old.values(id_last4=None, id_number=None))


def _unvisited_since(before: datetime) -> tuple[Any, ...]:
    """Not erased, and every visit over before then: of the few that are kept so long each is asked for its visits."""
    c = VISITOR.c
    later = sa.exists().where(V.visitor_id == c.id, sa.or_(before <= ENDED, V.state.not_in(sorted(OVER))))
    return NOT_ERASED, c.created_at < before, ~later


def forget_pictures(tx: Tx, before: datetime) -> int:
    """Delete photos and signatures of visits that ended before then, and withdrawn ones that a hold kept; how many."""
    c = CONSENT.c
    over = sa.exists().where(V.id == c.visit_id, before > ENDED, V.state.in_(sorted(OVER)))
    due = sa.and_(sa.or_(over, c.withdrawn_at.is_not(None)), c.visitor_id.not_in(HELD))
    return tx.change(sa.update(CONSENT).where(IS_SEALED, due).values(sealed=None, media_type=None))


def overwrite(tx: Tx, visitor_ids: Collection[str], visit_ids: Collection[str]) -> None:
    """Overwrite every clear value of the visitor; sealed ones go with their key."""
    c = VISITOR.c
    tx.change(sa.update(VISITOR).where(c.id.in_(visitor_ids)).values(erased_at=tx.now, **GONE))
    needs = {"assistance": None, "assistance_agreed_at": None}
    tx.change(sa.update(VISIT).where(V.visitor_id.in_(visitor_ids)).values(needs))
    tx.change(sa.delete(KEY).where(KEY.c.visit_id.in_(visit_ids)))
    tx.change(sa.update(CONSENT).where(CONSENT.c.visitor_id.in_(visitor_ids)).values(sealed=None, media_type=None))


def certify(tx: Tx, values: dict[str, Any]) -> None:
    """Keep the certificate."""
    tx.change(sa.insert(ERASURE).values(id=new_id(), at=tx.now, **values))


def certificate(tx: Tx, visitor_id: str) -> Row[Any] | None:
    """The certificate of this visitor's erasure, None while there was none."""
    return tx.row(sa.select(ERASURE).where(ERASURE.c.visitor_id == visitor_id))
