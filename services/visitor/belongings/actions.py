"""Declaring belongings, leaving them outside, giving them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, NotFound
from chassis.rules import enforce
from services.visitor import events
from services.visitor.belongings import rules, schemas, store


def declare(tx: Tx, actor: Actor, visit_id: str, site_id: str, items: Sequence[schemas.BelongingAsked]) -> None:
    """Note what the visitor says they carry."""
    for item in items:
        outcome = rules.outcome_of(item.kind)
        values = {"visit_id": visit_id, "site_id": site_id, "kind": item.kind.value, "outcome": outcome.value}
        id_ = store.add(tx, {**values, "note": item.note, "quantity": item.quantity})
        record(tx, actor, events.BelongingDeclared(id_, visit_id, item.kind))


def leave_outside(tx: Tx, actor: Actor, belonging_id: str, asked: schemas.LockerAsked) -> dict[str, Any]:
    """Put a declared thing into a locker and give the visitor the tag."""
    item = _item(tx, belonging_id)
    enforce(
        rules.runs_lockers(actor.roles, item.site_id),
        rules.tag_is_free(store.tag_taken(tx, item.site_id, asked.tag, item.visit_id)).say(tag=asked.tag),
    )
    if not store.leave_outside(tx, belonging_id, asked.locker, asked.tag):
        raise Conflict()
    record(tx, actor, events.BelongingLeftOutside(belonging_id, item.visit_id, asked.locker, asked.tag))
    return list_of(tx, actor, item.visit_id)


def give_back(tx: Tx, actor: Actor, belonging_id: str) -> dict[str, Any]:
    """Give a thing back for its tag."""
    item = _item(tx, belonging_id)
    enforce(rules.runs_lockers(actor.roles, item.site_id))
    if not store.give_back(tx, belonging_id):
        raise Conflict("已经领回", "It was given back already")
    record(tx, actor, events.BelongingGivenBack(belonging_id, item.visit_id))
    return list_of(tx, actor, item.visit_id)


def list_of(tx: Tx, _actor: Actor, visit_id: str) -> dict[str, Any]:
    """Everything a visit declared, as `schemas.Belongings`."""
    return {"items": [dict(row._mapping) for row in store.of_visit(tx, visit_id)]}


def of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """Everything a visit declared."""
    return store.of_visit(tx, visit_id)


def open_of(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """What of a visit lies in a locker."""
    return store.open_of(tx, visit_id)


def _item(tx: Tx, belonging_id: str) -> Row[Any]:
    item = store.belonging(tx, belonging_id)
    if item is None:
        raise NotFound("没有这件物品", "There is no such thing")
    return item
