"""Lists of visits: the log by filters and search, and what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.names import normalised
from chassis.paging import PageAsked, page_of
from services.visitor.base import DIRECTORY
from services.visitor.visits import rules, store, views
from services.visitor.visits.rules import State


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the log asks for."""

    q: str = ""
    state: State | None = None
    site_id: str | None = None
    mine: bool = False
    since: datetime | None = None
    until: datetime | None = None


def visits(tx: Tx, actor: Actor, asked: Filter, page: PageAsked) -> dict[str, Any]:
    """One page of the log: whole sites for those who run the door, their own visits for everyone else."""
    wanted = store.Wanted(
        key=normalised(asked.q),
        state=asked.state,
        site_ids=_sites(tx, actor, asked.site_id),
        party_to=actor.id if asked.mine or not _sees_all(actor) else None,
        since=asked.since,
        until=asked.until,
    )
    found = store.visit_list(tx, wanted, page)
    shown = page_of([dict(row._mapping) for row in found], page, "created_at")
    return {**shown, "items": _lines(tx, shown["items"])}


def waiting_for(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Visits with a step the person could decide now, the earliest window first."""
    mine = []
    for visit in store.in_permission(tx):
        steps = views.steps_seen(store.steps(tx, visit.id, visit.round))
        undecided = [step.reason for step in steps if step.decision is None]
        if any(views.may_decide(tx, visit, reason, steps, actor.id) for reason in undecided):
            mine.append(visit)
    return {"items": _lines(tx, [_with_visitor(tx, visit) for visit in mine]), "next": None, "prev": None}


def _with_visitor(tx: Tx, visit: Row[Any]) -> dict[str, Any]:
    guest = store.visitor(tx, visit.visitor_id)
    assert guest is not None
    return {**visit._mapping, "visitor_name": guest.name, "company": guest.company}


def _sees_all(actor: Actor) -> bool:
    if not actor.is_person:
        return True
    return any(actor.has(role) for role in (*views.SEE_ALL, *views.SEE_EVERYWHERE))


def _sites(tx: Tx, actor: Actor, site_id: str | None) -> list[str] | None:
    """The sites whose log the actor reads: those of a scoped role, one asked for, or None for all."""
    if actor.is_person and not any(actor.has(role) for role in views.SEE_EVERYWHERE):
        held = [role.partition("@site:")[2] for role in actor.roles if "@site:" in role]
        everywhere = any(role in actor.roles for role in map(str, views.SEE_ALL))
        if held and not everywhere:
            return [site for site in held if site_id in (None, site)]
    if actor.site is not None and not actor.is_person:
        return [actor.site]
    return [site_id] if site_id else None


def _lines(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the log as `schemas.VisitLine`: names of staff and areas looked up once for the page."""
    people = DIRECTORY.names(tx, {row[name] for row in rows for name in ("host_id", "escort_id") if row[name]})
    areas = {area.id: area for area in DIRECTORY.areas(tx, {area for row in rows for area in row["area_ids"]})}
    lines = []
    for row in rows:
        line = {name: row[name] for name in LINE}
        named = [areas[area_id] for area_id in row["area_ids"] if area_id in areas]
        line["areas"] = [{"code": area.code, "name": area.name, "name_en": area.name_en} for area in named]
        line["host"] = people.get(row["host_id"])
        line["escort"] = people.get(row["escort_id"])
        line["overstay"] = row["state"] in ON_PREMISES and views.is_late(tx, row["site_id"], row["ends_at"])
        lines.append(line)
    return lines


LINE = (
    "id", "site_id", "party_id", "kind", "purpose", "state", "walk_in", "visitor_name", "company", "starts_at",
    "ends_at", "arrived_at", "entered_at", "left_at", "left_certainty", "created_at", "version",
)  # fmt: skip
ON_PREMISES = frozenset(state.value for state in rules.ON_PREMISES)
