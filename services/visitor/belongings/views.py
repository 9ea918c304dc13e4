"""Reading belongings: those of a visit, and what lies in a site's lockers."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import allowed, enforce
from services.visitor.belongings import rules, store
from services.visitor.belongings.rules import LISTED_MEDIA, Outcome
from services.visitor.visits import views as visits


def of_visit(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """Everything a visit declared, as `schemas.Belongings`. Raises `NotFound` for a visit the caller may not see."""
    visits.visit_or_404(tx, actor, visit_id)
    return {"items": [_shown(actor, dict(row._mapping)) for row in store.of_visit(tx, visit_id)]}


def in_lockers(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """Everything that lies in the site's lockers, by locker."""
    enforce(rules.sees_lockers(actor.roles, site_id))
    return {"items": [_shown(actor, row) for row in store.in_lockers(tx, site_id)]}


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    guard = rules.runs_lockers(actor.roles, row["site_id"])
    outcome = Outcome(row["outcome"])
    acts = {
        "leave_outside": rules.thing_is_with_the_visitor(outcome),
        "give_back": rules.thing_lies_in_a_locker(outcome),
    }
    hidden = ("site_id", "left_by", "given_back_by")
    return {
        **{name: value for name, value in row.items() if name not in hidden},
        "listed": row["kind"] in LISTED_MEDIA,
        "can": [act for act, check in acts.items() if allowed(guard, check)],
    }
