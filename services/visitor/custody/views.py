"""Reading custody as one escort sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from services.visitor.base import DIRECTORY
from services.visitor.custody import store
from services.visitor.escorts import store as escort_store
from services.visitor.escorts import views as escorts
from services.visitor.escorts.rules import EscortKind

MINE, OFFERED = ["offer", "leave_area"], ["accept", "decline"]


def company(tx: Tx, actor: Actor) -> dict[str, Any]:
    """As `schemas.Company`: empty for whoever escorts nobody and is asked by nobody."""
    if not actor.is_person:
        return {"mine": [], "offered": [], "without_escort": []}
    mine, offered = store.of_escort(tx, actor.id), store.offered_to(tx, actor.id)
    lost = [row for row in store.without_escort(tx) if row.escort_id != actor.id and _takes(tx, row, actor.id)]
    return {
        "mine": [_shown(tx, row, MINE, others=True) for row in mine],
        "offered": [_shown(tx, row, OFFERED) for row in offered],
        "without_escort": [_shown(tx, row, ["take_over"]) for row in lost],
    }


def could_take(tx: Tx, visit_id: str, person_id: str) -> bool:
    """Whether the person may escort this visitor as things stand, whoever does now."""
    held = escort_store.custody(tx, visit_id)
    return held is not None and _may_escort(tx, person_id, EscortKind(held.kind), held.area_ids)


def _may_escort(tx: Tx, person_id: str, kind: EscortKind, area_ids: Collection[str]) -> bool:
    person = DIRECTORY.person(tx, person_id)
    return person is not None and escorts.could_escort(tx, person, kind, area_ids)


def _takes(tx: Tx, row: Row[Any], person_id: str) -> bool:
    return _may_escort(tx, person_id, EscortKind(row.escort_kind), row.area_ids)


def _others(tx: Tx, row: Row[Any]) -> Sequence[escorts.Entitled]:
    kind = EscortKind(row.escort_kind)
    found = escorts.entitled(tx, row.site_id, kind, row.area_ids, tx.now, tx.now)
    return [one for one in found if one.has_room and one.id != row.escort_id]


def _shown(tx: Tx, row: Row[Any], can: list[str], *, others: bool = False) -> dict[str, Any]:
    people = DIRECTORY.names(tx, {row.host_id, row.escort_id, row.offered_to or ""})
    areas = DIRECTORY.areas(tx, row.area_ids)
    return {
        **{name: getattr(row, name) for name in ("visit_id", "name", "company", "purpose", "ends_at", "lost_at")},
        "areas": [{"code": area.code, "name": area.name, "name_en": area.name_en} for area in areas],
        "host": people.get(row.host_id),
        "escort": people.get(row.escort_id),
        "since": row.from_at,
        "overdue": tx.now > row.ends_at,
        "offered_to": people.get(row.offered_to or ""),
        "lost": escorts.lost_because_of(tx, row.escort_id, EscortKind(row.escort_kind), row.area_ids),
        "could_take": _others(tx, row) if others else [],
        "can": can,
    }
