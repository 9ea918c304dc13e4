"""Reading cases: those of a site, one case, and what the reader may do with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.paging import PageAsked, page_of
from chassis.problems import NotFound
from chassis.rules import Check, allowed
from services.visitor.strangers import rules, store
from services.visitor.strangers.rules import StrangerAct, StrangerState

HIDDEN = ("reported_by", "guard_called_by", "out_by", "asked_by", "closed_by")


def show(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """One case as `schemas.Stranger`. Raises `NotFound`, also for a case the reader may not see."""
    return _shown(actor, dict(case_or_404(actor, store.stranger(tx, stranger_id))._mapping))


def list_of(tx: Tx, actor: Actor, site_id: str, page: PageAsked) -> dict[str, Any]:
    """Cases of a site, newest first: all, or those the reader reported."""
    everything = allowed(rules.sees_all_cases(actor.roles, site_id))
    rows = store.listed(tx, site_id, page, None if everything else actor.id)
    found = page_of(rows, page, "seen_at")
    return {**found, "items": [_shown(actor, item) for item in found["items"]]}


def case_or_404(actor: Actor, row: Row[Any] | None) -> Row[Any]:
    """The case, if the reader may see it. Raises `NotFound` otherwise, as for one that does not exist."""
    if row is not None and (row.reported_by == actor.id or rules.sees_all_cases(actor.roles, row.site_id)):
        return row
    raise NotFound("没有这条记录", "There is no such case")


def checks_of(actor: Actor, site_id: str, reported_by: str, act: StrangerAct, state: StrangerState) -> list[Check]:
    """Every rule on the caller doing `act` to a case. A tablet reports and signs nothing: people go on with it."""
    reported_it = actor.is_person and reported_by == actor.id
    return [
        rules.follows_it_up(actor.roles, site_id, reported_it=reported_it),
        rules.out_comes_before_asked(act, state),
        rules.act_is_still_to_do(act, state),
    ]


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    state = StrangerState(row["state"])
    can = [
        act.value for act in StrangerAct if allowed(*checks_of(actor, row["site_id"], row["reported_by"], act, state))
    ]
    return {**{name: value for name, value in row.items() if name not in HIDDEN}, "can": can}
