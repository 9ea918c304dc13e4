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
from services.visitor.base import DIRECTORY
from services.visitor.belongings import rules, schemas, store, views
from services.visitor.belongings.rules import Outcome
from services.visitor.visits import views as visits
from services.visitor.visits.rules import ON_PREMISES, State


def declare(tx: Tx, actor: Actor, visit_id: str, site_id: str, items: Sequence[schemas.BelongingAsked]) -> None:
    """Note what the visitor says they carry: listed media wait for a locker, the rest is carried along."""
    for item in items:
        outcome = rules.outcome_of(item.kind)
        values = {"visit_id": visit_id, "site_id": site_id, "kind": item.kind.value, "outcome": outcome.value}
        id_ = store.add(tx, {**values, **item.model_dump(include={"serial", "note", "quantity"})})
        record(tx, actor, events.BelongingDeclared(id_, visit_id, item.kind))


def declare_at_desk(tx: Tx, actor: Actor, visit_id: str, asked: schemas.BelongingsAsked) -> dict[str, Any]:
    """The guard notes what a visitor shows, voluntarily, at the desk."""
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(
        rules.runs_lockers(actor.roles, visit.site_id),
        rules.visitor_is_here(State(visit.state) in ON_PREMISES),
    )
    declare(tx, actor, visit_id, visit.site_id, asked.items)
    return views.of_visit(tx, actor, visit_id)


def leave_outside(tx: Tx, actor: Actor, belonging_id: str, asked: schemas.LockerAsked) -> dict[str, Any]:
    """Put a declared thing into a locker and give the visitor the tag. Raises `NotFound`."""
    item = _item(tx, actor, belonging_id)
    outcome, by = Outcome(item.outcome), item.given_back_by or item.left_by
    enforce(
        rules.runs_lockers(actor.roles, item.site_id),
        rules.thing_is_with_the_visitor(outcome).say(who=_name(tx, by), state_zh=outcome.zh, state_en=outcome.en),
    )
    free = store.claim_tag(tx, item.site_id, asked.tag, item.visit_id)
    enforce(rules.tag_is_free(free).say(tag=asked.tag))
    if not store.leave_outside(tx, belonging_id, asked.locker, asked.tag, actor.id):
        raise Conflict()
    record(tx, actor, events.BelongingLeftOutside(belonging_id, item.visit_id, asked.locker, asked.tag))
    return views.of_visit(tx, actor, item.visit_id)


def give_back(tx: Tx, actor: Actor, belonging_id: str) -> dict[str, Any]:
    """Give a thing back for its tag. Raises `NotFound`."""
    item = _item(tx, actor, belonging_id)
    outcome = Outcome(item.outcome)
    enforce(
        rules.runs_lockers(actor.roles, item.site_id),
        rules.thing_lies_in_a_locker(outcome).say(state_zh=outcome.zh, state_en=outcome.en),
    )
    if not store.give_back(tx, belonging_id, actor.id):
        raise Conflict()
    store.free_tag(tx, item.site_id, item.tag)
    record(tx, actor, events.BelongingGivenBack(belonging_id, item.visit_id))
    return views.of_visit(tx, actor, item.visit_id)


def report_lost(tx: Tx, actor: Actor, belonging_id: str, asked: schemas.LossAsked) -> dict[str, Any]:
    """A thing that was left outside cannot be given back, with what is known of it. Raises `NotFound`."""
    item = _item(tx, actor, belonging_id)
    outcome = Outcome(item.outcome)
    enforce(
        rules.runs_lockers(actor.roles, item.site_id),
        rules.thing_lies_in_a_locker(outcome).say(state_zh=outcome.zh, state_en=outcome.en),
        rules.loss_is_explained(asked.note),
    )
    if not store.lose(tx, belonging_id, actor.id, asked.note):
        raise Conflict()
    store.free_tag(tx, item.site_id, item.tag)
    record(tx, actor, events.BelongingLost(belonging_id, item.visit_id))
    return views.of_visit(tx, actor, item.visit_id)


def of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """Everything a visit declared."""
    return store.of_visit(tx, visit_id)


def open_of(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """What of a visit lies in a locker."""
    return store.open_of(tx, visit_id)


def _item(tx: Tx, actor: Actor, belonging_id: str) -> Row[Any]:
    item = store.belonging(tx, belonging_id)
    if item is None:
        raise NotFound("没有这件物品", "There is no such thing")
    visits.visit_or_404(tx, actor, item.visit_id)
    return item


def _name(tx: Tx, person_id: str | None) -> str:
    person = DIRECTORY.person(tx, person_id) if person_id else None
    return str(person.name) if person is not None else "—"
