"""Visits beside one visit: its party, other visits of the same person, those that name the same escort."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.db import Tx
from services.visitor.visits.rules import State
from services.visitor.visits.store import IS_OPEN, VISIT, VISITOR, V


def party(tx: Tx, party_id: str, *, lock: bool = False) -> Sequence[Row[Any]]:
    """The visits of a party in order, locked until the transaction ends with `lock`."""
    found = sa.select(VISIT).where(V.party_id == party_id).order_by(V.id)
    return tx.rows(found.with_for_update() if lock else found)


def has_other_visits(tx: Tx, visitor_id: str, visit_id: str) -> bool:
    """Whether the visitor's record serves another visit too."""
    others = sa.select(V.id).where(V.visitor_id == visitor_id, V.id != visit_id).limit(1)
    return tx.row(others) is not None


def visits_of_person(tx: Tx, guest: Row[Any], since: datetime, until: datetime, at_most: int = 100) -> int:
    """How many visits between the instants this person made or is to make, counted up to a limit.

    The same person has the same phone, else the same name and company; what was withdrawn or refused does not count.
    """
    same = sa.and_(VISITOR.c.name == guest.name, VISITOR.c.company == guest.company)
    if guest.phone_key is not None:
        same = VISITOR.c.phone_key == guest.phone_key
    not_counted = sorted((State.WITHDRAWN, State.REFUSED, State.LAPSED, State.NO_SHOW))
    found = sa.select(V.id).join(VISITOR, VISITOR.c.id == V.visitor_id).where(same)
    found = found.where(V.starts_at >= since, V.starts_at < until, V.state.not_in(not_counted)).limit(at_most)
    return int(tx.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0)


def booked(tx: Tx, escort_ids: Collection[str], begin: datetime, end: datetime, but: str = "") -> dict[str, int]:
    """How many open visits name each of these escorts at some time between the instants; those with none left out."""
    if not escort_ids:
        return {}
    here = (V.escort_id.in_(sorted(escort_ids)), V.ends_at > begin, V.starts_at < end, V.id != but, IS_OPEN)
    found = sa.select(V.escort_id, sa.func.count().label("n")).where(*here).group_by(V.escort_id)
    return {row.escort_id: row.n for row in tx.rows(found)}
