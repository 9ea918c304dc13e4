"""Who is inside: the list for the guard, the evacuation and the print-out."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import Forbidden
from services.visitor.badges import actions as badges
from services.visitor.base import DIRECTORY
from services.visitor.entries import store
from services.visitor.escorts import store as escorts
from services.visitor.visits import views as visits
from services.visitor.visits.rules import State
from services.visitor.visits.views import SEE_ALL, SEE_EVERYWHERE


def presence(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """Everybody on the premises and everybody assumed gone, by certainty and then by name.

    Raises `Forbidden` for people who neither run the door nor audit it.
    """
    runs_the_door = any(actor.has(role, site=site_id) for role in SEE_ALL)
    if actor.is_person and not runs_the_door and not any(actor.has(role) for role in SEE_EVERYWHERE):
        raise Forbidden()
    found = store.on_roll_call(tx, site_id)
    custodies = {row.id: escorts.custody(tx, row.id) for row in found}
    escort_ids = {custody.escort_id for custody in custodies.values() if custody is not None}
    people = DIRECTORY.names(tx, {row.host_id for row in found} | escort_ids)
    areas = {area.id: area for area in DIRECTORY.areas_of(tx, site_id)}
    items = []
    for row in found:
        custody = custodies[row.id]
        gone = row.state == State.LEFT_UNCONFIRMED
        items.append(
            {
                "visit_id": row.id,
                "name": row.visitor_name,
                "company": row.company,
                "state": row.state,
                "certainty": "left_assumed" if gone else "inside",
                "badge_no": badges.badge_of(tx, row.id),
                "areas": [
                    {"code": areas[area].code, "name": areas[area].name, "name_en": areas[area].name_en}
                    for area in row.area_ids
                    if area in areas
                ],
                "host": people.get(row.host_id),
                "escort": people.get(custody.escort_id) if custody else None,
                "escort_lost": bool(custody and custody.lost_at),
                "overstay": not gone and visits.is_late(tx, site_id, row.ends_at),
                "since": row.entered_at or row.cleared_at or row.arrived_at,
                "ends_at": row.ends_at,
            }
        )
    return {
        "site_id": site_id,
        "as_of": tx.now,
        "items": sorted(items, key=lambda item: (item["certainty"], item["name"])),
    }
