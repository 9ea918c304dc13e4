"""Reading belongings: those of a visit, and what is still open at a site."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import allowed, enforce
from services.visitor.belongings import rules, store
from services.visitor.belongings.rules import LISTED_MEDIA, Outcome
from services.visitor.visits import views as visits
from services.visitor.visits.rules import ON_PREMISES, State


def of_visit(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """Everything a visit declared, as `schemas.Belongings`. Raises `NotFound` for a visit the caller may not see."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    here = rules.visitor_is_here(State(visit.state) in ON_PREMISES)
    return {
        "items": [_shown(actor, dict(row._mapping)) for row in store.of_visit(tx, visit_id)],
        "can": ["declare"] if allowed(rules.runs_lockers(actor.roles, visit.site_id), here) else [],
    }


def open_at(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """What is still to be settled at a site, as `schemas.OpenBelongings`."""
    enforce(rules.sees_lockers(actor.roles, site_id))
    return {"items": [_owned(actor, row) for row in store.open_at(tx, site_id)]}


def _owned(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    gone = State(row["state"]) not in ON_PREMISES
    return {**_shown(actor, row), "visitor_name": visits.name_for(actor, row), "visitor_left": gone}


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    guard = rules.runs_lockers(actor.roles, row["site_id"])
    outcome = Outcome(row["outcome"])
    acts = {
        "leave_outside": rules.thing_is_with_the_visitor(outcome),
        "give_back": rules.thing_lies_in_a_locker(outcome),
        "report_lost": rules.thing_lies_in_a_locker(outcome),
    }
    hidden = ("site_id", "left_by", "given_back_by", "lost_by")
    return {
        **{name: value for name, value in row.items() if name not in hidden},
        "listed": row["kind"] in LISTED_MEDIA,
        "can": [act for act, check in acts.items() if allowed(guard, check)],
    }
