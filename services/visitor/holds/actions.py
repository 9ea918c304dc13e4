"""Placing a legal hold, looking at it anew, and lifting it; each a fact of the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import SecondCheckNeeded
from chassis.rules import enforce
from services.visitor import events
from services.visitor.base import DIRECTORY
from services.visitor.holds import rules, schemas, store, views
from services.visitor.visits import store as visits_store
from services.visitor.visits import views as visits


def place(tx: Tx, actor: Actor, visit_id: str, asked: schemas.HoldAsked) -> dict[str, Any]:
    """Keep what is known of the visitor of this visit until it is lifted. Raises `NotFound`, `PolicyRefused`."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    enforce(rules.holds_by_right(actor.roles))
    store.lock(tx, [visit.visitor_id])
    guest = visits_store.visitor(tx, visit.visitor_id)
    assert guest is not None
    enforce(
        rules.something_is_left(guest.erased_at is not None),
        rules.review_is_ahead(asked.review_on, views.today(tx, visit.site_id)),
    )
    values = {"visitor_id": guest.id, "visit_id": visit_id, "site_id": visit.site_id, "placed_by": actor.id}
    hold_id = store.add(
        tx, {**values, "because": asked.because.value, "basis": asked.basis, "review_on": asked.review_on}
    )
    record(tx, actor, events.HoldPlaced(hold_id, visit_id, asked.because, asked.review_on))
    return views.show(tx, actor, hold_id)


def review(tx: Tx, actor: Actor, hold_id: str, asked: schemas.ReviewAsked) -> dict[str, Any]:
    """Say that it is still needed, and when the next look is due. Raises `NotFound`, `PolicyRefused`."""
    hold = _in_force(tx, actor, hold_id)
    enforce(rules.review_is_ahead(asked.review_on, views.today(tx, hold.site_id)))
    store.review(tx, hold_id, actor.id, asked.review_on)
    record(tx, actor, events.HoldReviewed(hold_id, hold.visit_id, asked.review_on))
    return views.show(tx, actor, hold_id)


def lift(tx: Tx, actor: Actor, hold_id: str, asked: schemas.LiftAsked) -> dict[str, Any]:
    """End a hold, after a second check: what is past its time then goes with the next retention run.

    Raises `NotFound`, `PolicyRefused`, `SecondCheckNeeded`.
    """
    hold = _in_force(tx, actor, hold_id)
    if not actor.checked_lately(int(tx.now.timestamp())):
        raise SecondCheckNeeded()
    store.lift(tx, hold_id, actor.id, asked.reason)
    record(tx, actor, events.HoldLifted(hold_id, hold.visit_id))
    return views.show(tx, actor, hold_id)


def _in_force(tx: Tx, actor: Actor, hold_id: str) -> Row[Any]:
    hold = views.hold_or_404(tx, actor, hold_id, lock=True)
    by = DIRECTORY.names(tx, [hold.lifted_by]).get(hold.lifted_by, {}) if hold.lifted_by else {}
    check = rules.hold_is_in_force(hold.lifted_at is not None).say(who=by.get("name", "—"))
    enforce(rules.holds_by_right(actor.roles), check)
    return hold
