"""Who is inside: the list for the guard, the evacuation and the print-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import allowed, enforce
from services.visitor.base import DIRECTORY
from services.visitor.entries import rules, store
from services.visitor.visits import rules as visit_rules
from services.visitor.visits import views as visits
from services.visitor.visits.rules import Act, State

CERTAINTIES = ("inside", "to_be_confirmed", "left_assumed")


def presence(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """Everybody on the premises and everybody not confirmed to have left, by certainty and then by name."""
    enforce_watcher(actor, site_id)
    items = present(tx, actor, site_id, store.people_here(tx, site_id))
    order = {certainty: n for n, certainty in enumerate(CERTAINTIES)}
    items.sort(key=lambda item: (order[item["certainty"]], item["name"]))
    return {"site_id": site_id, "as_of": tx.now, "items": items}


def enforce_watcher(actor: Actor, site_id: str) -> None:
    """Programs and tablets that hold the scope may read it; of people those who run, lead or audit the site."""
    if actor.is_person:
        enforce(rules.watches_the_door(actor.roles, site_id))


def present(tx: Tx, actor: Actor, site_id: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `store.people_here` as `schemas.Present`, in the same order."""
    people = DIRECTORY.names(tx, {row[name] for row in rows for name in ("host_id", "custody_of") if row[name]})
    areas = {area.id: area for area in DIRECTORY.areas_of(tx, site_id)}
    confirms = allowed(rules.confirms_exits(actor.roles, site_id))
    return [_present(tx, actor, row, people, areas, confirms=confirms) for row in rows]


def _present(
    tx: Tx,
    actor: Actor,
    row: Mapping[str, Any],
    people: Mapping[str, Any],
    areas: Mapping[str, Any],
    *,
    confirms: bool,
) -> dict[str, Any]:
    gone = row["state"] == State.LEFT_UNCONFIRMED
    late = not gone and visits.is_late(tx, row["site_id"], row["ends_at"])
    named = [areas[area] for area in row["area_ids"] if area in areas]
    may_confirm = confirms and allowed(visit_rules.act_fits_state(Act.CONFIRM_LEFT, State(row["state"])))
    return {
        "visit_id": row["id"],
        "name": visits.name_for(actor, row),
        "company": row["company"],
        "state": row["state"],
        "certainty": CERTAINTIES[2] if gone else CERTAINTIES[1] if late else CERTAINTIES[0],
        "badge_no": row["badge_no"],
        "areas": [{"code": area.code, "name": area.name, "name_en": area.name_en} for area in named],
        "host": people.get(row["host_id"]),
        "escort": people.get(row["custody_of"] or ""),
        "escort_lost": row["lost_at"] is not None,
        "overstay": late,
        "since": row["entered_at"] or row["cleared_at"] or row["arrived_at"],
        "ends_at": row["ends_at"],
        "can": [Act.CONFIRM_LEFT.value] if may_confirm else [],
    }
