"""Wrong codes at a tablet, and the ladder of a waiting walk-in."""

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
from services.visitor.visits.store import CAME_UNASKED, IS_WAITING, VISIT, V


class CodeTry(VisitorTable, table=True):
    """Wrong codes typed at a tablet in the last ten minutes."""

    __tablename__ = "code_try"
    device_id: str = Field(primary_key=True, max_length=36)
    since: datetime = Field(sa_type=Instant)
    wrong: int = 0


TRY = table_of(CodeTry)


def wrong_codes(tx: Tx, device_id: str) -> Row[Any] | None:
    """How many wrong codes a tablet has seen, since when."""
    return tx.row(sa.select(TRY).where(TRY.c.device_id == device_id))


def note_wrong_codes(tx: Tx, device_id: str, since: datetime, wrong: int) -> None:
    """Set a tablet's count of wrong codes."""
    if not tx.change(sa.update(TRY).where(TRY.c.device_id == device_id).values(since=since, wrong=wrong)):
        tx.change(sa.insert(TRY).values(device_id=device_id, since=since, wrong=wrong))


def walk_ins_waiting(tx: Tx) -> Sequence[Row[Any]]:
    """Walk-ins whose host has not answered."""
    return tx.rows(sa.select(VISIT).where(IS_WAITING, CAME_UNASKED, V.host_told < 3).limit(200))


def note_told(tx: Tx, visit_id: str, before: int, after: int) -> bool:
    """Move the ladder host, deputy, duty manager one rung up; False when a replica was faster."""
    here = sa.update(VISIT).where(V.id == visit_id, V.host_told == before)
    return tx.change(here.values(host_told=after)) == 1
