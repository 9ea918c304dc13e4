"""The table of belongings and the statements on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.ids import new_id
from chassis.tables import table_of
from services.visitor.base import VisitorTable
from services.visitor.belongings.rules import LISTED_MEDIA, Outcome


class Belonging(VisitorTable, table=True):
    """Something a visitor declared."""

    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36, index=True)
    site_id: str = Field(max_length=36)
    kind: str = Field(max_length=20)
    note: str = Field(default="", max_length=80)
    quantity: int = 1
    outcome: str = Field(max_length=12)
    locker: str | None = Field(default=None, max_length=20)
    tag: str | None = Field(default=None, max_length=20)
    declared_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    given_back_at: datetime | None = Field(default=None, sa_type=Instant)


BELONGING = table_of(Belonging)
B = BELONGING.c


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a declared thing; its id."""
    id_ = new_id()
    tx.change(sa.insert(BELONGING).values(id=id_, declared_at=tx.now, **values))
    return id_


def belonging(tx: Tx, belonging_id: str) -> Row[Any] | None:
    """One declared thing, locked."""
    return tx.row(sa.select(BELONGING).where(B.id == belonging_id).with_for_update())


def of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """Everything a visit declared, in order."""
    return tx.rows(sa.select(BELONGING).where(B.visit_id == visit_id).order_by(B.id))


def open_of(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """What of a visit lies in a locker."""
    return tx.rows(sa.select(BELONGING).where(B.visit_id == visit_id, B.outcome == Outcome.LEFT_OUTSIDE))


def tag_taken(tx: Tx, site_id: str, tag: str, visit_id: str) -> bool:
    """Whether the tag stands for another visit's things now."""
    here = (B.site_id == site_id, B.tag == tag, B.outcome == Outcome.LEFT_OUTSIDE, B.visit_id != visit_id)
    return tx.row(sa.select(B.id).where(*here).limit(1)) is not None


def leave_outside(tx: Tx, belonging_id: str, locker: str, tag: str) -> bool:
    """Put a declared thing into a locker; False when it is there already."""
    movable = (Outcome.DECLARED.value, Outcome.CARRIED.value)
    here = sa.update(BELONGING).where(B.id == belonging_id, B.outcome.in_(movable))
    values = {"outcome": Outcome.LEFT_OUTSIDE.value, "locker": locker, "tag": tag, "left_at": tx.now}
    return tx.change(here.values(values)) == 1


def give_back(tx: Tx, belonging_id: str) -> bool:
    """Take a thing out of its locker; False when it is not there."""
    here = sa.update(BELONGING).where(B.id == belonging_id, B.outcome == Outcome.LEFT_OUTSIDE)
    return tx.change(here.values(outcome=Outcome.GIVEN_BACK.value, given_back_at=tx.now)) == 1


def media_since(tx: Tx, since: datetime) -> tuple[int, int]:
    """Of the listed media declared since then: how many were left outside; and how many in all."""
    listed = sorted(LISTED_MEDIA)
    left = sa.func.sum(sa.case((B.left_at.is_not(None), 1), else_=0)).label("kept")
    row = tx.row(sa.select(left, sa.func.count().label("total")).where(B.kind.in_(listed), B.declared_at >= since))
    return (int(row.kept or 0), int(row.total)) if row is not None else (0, 0)
