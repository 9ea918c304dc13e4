"""Reading legal holds: all, one, and those that cover a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.paging import PageAsked, page_of
from chassis.problems import NotFound
from chassis.rules import Check, allowed, enforce
from services.visitor.base import DIRECTORY
from services.visitor.holds import rules, store
from services.visitor.holds.rules import HoldState
from services.visitor.visits import views as visits

PEOPLE = ("placed_by", "reviewed_by", "lifted_by")
PLAIN = ("id", "visit_id", "because", "basis", "placed_at", "review_on", "reviewed_at", "lifted_at", "lifted_because")


def list_of(tx: Tx, actor: Actor, page: PageAsked, in_force: bool) -> dict[str, Any]:
    """A page of holds, as `schemas.Holds`. Raises `PolicyRefused`."""
    enforce(rules.sees_holds(actor.roles))
    found = page_of(store.listed(tx, page, in_force=in_force), page, "placed_at")
    return {**found, "items": [shown(tx, actor, one) for one in found["items"]]}


def of_visit(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The holds in force on the visitor of a visit, as `schemas.HoldsOfVisit`. Raises `NotFound`, `PolicyRefused`."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    enforce(rules.sees_holds(actor.roles))
    return {"items": [shown(tx, actor, row._mapping) for row in store.in_force_on(tx, visit.visitor_id)]}


def show(tx: Tx, actor: Actor, hold_id: str) -> dict[str, Any]:
    """One hold, as `schemas.Hold`. Raises `NotFound`, also for whoever may see none."""
    return shown(tx, actor, hold_or_404(tx, actor, hold_id)._mapping)


def hold_or_404(tx: Tx, actor: Actor, hold_id: str, *, lock: bool = False) -> Row[Any]:
    """The hold, if the reader may see holds. Raises `NotFound` otherwise."""
    row = store.hold(tx, hold_id, lock=lock)
    if row is None or not rules.sees_holds(actor.roles):
        raise NotFound("没有这条依法保留", "There is no such hold")
    return row


def shown(tx: Tx, actor: Actor, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as `schemas.Hold`."""
    people = DIRECTORY.names(tx, {row[name] for name in PEOPLE if row[name]})
    state = rules.state_of(row["review_on"], today(tx, row["site_id"]), lifted=row["lifted_at"] is not None)
    may = allowed(rules.holds_by_right(actor.roles)) and state is not HoldState.LIFTED
    named = {name: people.get(row[name]) for name in PEOPLE}
    return {**{name: row[name] for name in PLAIN}, **named, "state": state, "can": ["review", "lift"] if may else []}


def nothing_is_held(tx: Tx, visitor_id: str) -> Check:
    """That no hold covers the visitor, said with the hold that lasts longest."""
    held = store.in_force_on(tx, visitor_id)
    check = rules.nothing_is_held(bool(held))
    if not held:
        return check
    zh, en = rules.WORDS[rules.Because(held[0].because)]
    return check.say(because_zh=zh, because_en=en, review_on=held[0].review_on.isoformat())


def today(tx: Tx, site_id: str) -> date:
    """The day at a site."""
    site = DIRECTORY.site(tx, site_id)
    return tx.now.astimezone(ZoneInfo(site.zone if site is not None else "UTC")).date()
