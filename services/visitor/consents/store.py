"""The table of photos and signatures, sealed under the visitor's own key, and the statements on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import table_of
from services.visitor.base import VisitorTable

IS_SEALED = sa.text("sealed IS NOT NULL")
IS_WITHDRAWN = sa.text("withdrawn_at IS NOT NULL")


class Consented(VisitorTable, table=True):
    """What a visitor agreed to beside the registration. `sealed` is a picture where `media_type` is set, else a text;
    it is gone once the consent is withdrawn; where a legal hold keeps it then, it is shown to nobody."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index("consent_sealed", "visit_id", sqlite_where=IS_SEALED, postgresql_where=IS_SEALED),
        sa.Index("consent_withdrawn", "withdrawn_at", sqlite_where=IS_WITHDRAWN, postgresql_where=IS_WITHDRAWN),
    )
    visit_id: str = Field(primary_key=True, foreign_key="visit.id", max_length=36)
    what: str = Field(primary_key=True, max_length=10)
    visitor_id: str = Field(foreign_key="visitor.id", max_length=36, index=True)
    sealed: bytes | None = None
    media_type: str | None = Field(default=None, max_length=20)
    agreed_at: datetime = Field(sa_type=Instant)
    device_id: str | None = Field(default=None, max_length=36)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)


CONSENT = table_of(Consented)
C = CONSENT.c


def keep(tx: Tx, visit_id: str, what: str, **values: Any) -> None:
    """Keep what is agreed to now; an earlier one of the same visit makes room."""
    here = (C.visit_id == visit_id, C.what == what)
    now = {"agreed_at": tx.now, "withdrawn_at": None, **values}
    if not tx.change(sa.update(CONSENT).where(*here).values(now)):
        tx.change(sa.insert(CONSENT).values(visit_id=visit_id, what=what, **now))


def of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """What was agreed to for a visit, pictures included."""
    return tx.rows(sa.select(CONSENT).where(C.visit_id == visit_id).order_by(C.what))


def one(tx: Tx, visit_id: str, what: str) -> Row[Any] | None:
    """One of them."""
    return tx.row(sa.select(CONSENT).where(C.visit_id == visit_id, C.what == what))


def withdraw(tx: Tx, visit_id: str, what: str, *, held: bool = False) -> bool:
    """End a consent and delete what it was for, unless it is `held`; False when there is none in force."""
    here = (C.visit_id == visit_id, C.what == what, C.withdrawn_at.is_(None))
    gone = {} if held else {"sealed": None, "media_type": None}
    return tx.change(sa.update(CONSENT).where(*here).values(withdrawn_at=tx.now, **gone)) == 1
