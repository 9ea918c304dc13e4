"""Lines of lists of visits, and what waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx, records
from services.visitor.base import DIRECTORY
from services.visitor.visits import rules, views, waiting_store
from services.visitor.visits.rules import StepSeen


def waiting_for(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Visits with a step the person could decide now, the earliest window first."""
    steps = defaultdict(list)
    for step in waiting_store.steps(tx):
        steps[step.visit_id].append(step)
    waiting = waiting_store.visits(tx)
    mine = [visit for visit in waiting if _could_decide(tx, actor, visit, views.steps_seen(steps[visit.id]))]
    return {"items": lines(tx, actor, records(mine)), "next": None, "prev": None}


def _could_decide(tx: Tx, actor: Actor, visit: Row[Any], steps: Sequence[StepSeen]) -> bool:
    undecided = (step.reason for step in steps if step.decision is None)
    return any(views.may_decide(tx, visit, reason, steps, actor.id) for reason in undecided)


def lines(tx: Tx, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `schemas.VisitLine`: names of staff and areas looked up once, visitors' as the reader may."""
    people = DIRECTORY.names(tx, {row[name] for row in rows for name in ("host_id", "escort_id") if row[name]})
    found = DIRECTORY.areas(tx, {area for row in rows for area in row["area_ids"]})
    areas = {area.id: {"code": area.code, "name": area.name, "name_en": area.name_en} for area in found}
    masked = views.reads_masked(actor)
    shown = []
    for row in rows:
        line = dict(zip(LINE, _of_line(row), strict=True))
        line["visitor_name"] = views.name_for(actor, row) if masked else row["visitor_name"]
        line["areas"] = [areas[area_id] for area_id in row["area_ids"] if area_id in areas]
        line["host"] = people.get(row["host_id"])
        line["escort"] = people.get(row["escort_id"])
        line["overstay"] = row["state"] in ON_PREMISES and views.is_late(tx, row["site_id"], row["ends_at"])
        shown.append(line)
    return shown


LINE = (
    "id", "site_id", "party_id", "kind", "purpose", "state", "walk_in", "company", "starts_at", "ends_at",
    "arrived_at", "entered_at", "left_at", "left_certainty", "created_at", "version",
)  # fmt: skip
_of_line = itemgetter(*LINE)
ON_PREMISES = frozenset(state.value for state in rules.ON_PREMISES)
