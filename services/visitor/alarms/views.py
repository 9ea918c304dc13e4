"""Reading alarms: what is red at a site, and which roles nobody fills."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import allowed, enforce
from services.visitor import on_call, settings
from services.visitor.alarms import rules, store
from services.visitor.alarms.rules import AlarmKind
from services.visitor.alarms.settings import WORDS
from services.visitor.base import DIRECTORY


def standing(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """The open alarms of a site, as `schemas.OpenAlarms`."""
    enforce(rules.sees_alarms(actor.roles, site_id))
    rows = store.open_at(tx, site_id)
    people = DIRECTORY.names(tx, {person for row in rows for person in row.told})
    may = ["settle"] if allowed(rules.settles_alarms(actor.roles, site_id)) else []
    items = [_shown(tx, row, people, may) for row in rows]
    return {"site_id": site_id, "items": items, "unstaffed": unstaffed(tx, site_id)}


def unstaffed(tx: Tx, site_id: str) -> list[str]:
    """Roles that alarms of the site would go to at once and that nobody holds, or is rostered for, now."""
    first = {role for kind in AlarmKind for role in settings.routing(tx, site_id, kind).first}
    return list(on_call.reached(tx, site_id, sorted(first)).unstaffed)


def settler(tx: Tx, row: Row[Any]) -> str:
    """The name of who settled an alarm."""
    kind, _, id_ = (row.settled_by or "").partition(":")
    return DIRECTORY.names(tx, [id_]).get(id_, {}).get("name", "系统") if kind == "person" else "系统"


def _shown(tx: Tx, row: Row[Any], people: dict[str, dict[str, str]], may: list[str]) -> dict[str, Any]:
    zh, en = WORDS[AlarmKind(row.kind)]
    kind, _, id_ = row.subject.partition(":")
    door = DIRECTORY.door(tx, id_) if kind == "door" else None
    plain = ("id", "kind", "subject", "page", "raised_at", "unstaffed", "later_at")
    return {
        **{name: getattr(row, name) for name in plain},
        "zh": zh,
        "en": en,
        "place": door.name if door is not None else None,
        "place_en": door.name_en if door is not None else None,
        "told": [people[person] for person in row.told if person in people],
        "can": may,
    }
