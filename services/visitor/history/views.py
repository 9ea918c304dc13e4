"""Reading what was done to a visit: ids become names of people, doors and areas; the rest is codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.paging import PageAsked, page_of, read_cursor, unknown_cursor
from services.visitor.base import DIRECTORY
from services.visitor.history import schemas, store
from services.visitor.history.rules import NAMES_ONE
from services.visitor.visits import views as visits


def of_visit(tx: Tx, actor: Actor, visit_id: str, asked: schemas.HistoryAsked) -> dict[str, Any]:
    """A page of what was done, as `schemas.History`. Raises `NotFound` for a visit the caller may not see."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    page, site = _page(asked), DIRECTORY.site(tx, visit.site_id)
    found = page_of(store.facts_of(tx, visit_id, page), page, "at", "idx")
    people = DIRECTORY.names(tx, {id_ for fact in found["items"] for id_ in _people(fact)})
    items = [_shown(tx, fact, people) for fact in found["items"]]
    return {**found, "items": items, "zone": site.zone if site is not None else "UTC"}


def _page(asked: schemas.HistoryAsked) -> PageAsked:
    page = read_cursor(asked.cursor, asked.limit, by_text=True)
    if page.after is not None and not page.after[1].isdecimal():
        raise unknown_cursor()
    return page


def _people(fact: Mapping[str, Any]) -> Sequence[str]:
    """Ids of who did it and of whom it names."""
    return [id_ for id_ in (_person_who_did(fact), _named(fact)) if id_]


def _person_who_did(fact: Mapping[str, Any]) -> str | None:
    kind, _, id_ = fact["actor"].partition(":")
    return id_ if kind == ActorKind.PERSON else None


def _named(fact: Mapping[str, Any]) -> str | None:
    return next((fact["body"][name] for name in NAMES_ONE if name in fact["body"]), None)


def _shown(tx: Tx, fact: Mapping[str, Any], people: Mapping[str, Any]) -> dict[str, Any]:
    did, named = _person_who_did(fact), _named(fact)
    return {
        **{name: fact[name] for name in ("idx", "at", "fact", "controls")},
        "by": {
            "kind": fact["actor"].partition(":")[0],
            "person": people.get(did or ""),
            "door": _door(tx, fact.get("door")),
        },
        "person": None if named == did else people.get(named or ""),
        "area": _area(tx, fact["body"].get("area_id")),
        "codes": _codes(fact["body"]),
    }


def _codes(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a fact says beside ids; a badge by the number it bears."""
    codes = {name: value for name, value in body.items() if not name.endswith("_id") and name not in NAMES_ONE}
    return {**codes, "badge_no": body["badge_id"].rpartition("/")[2]} if "badge_id" in body else codes


def _door(tx: Tx, door_id: str | None) -> dict[str, str] | None:
    door = DIRECTORY.door(tx, door_id) if door_id else None
    return {"id": door.id, "name": door.name, "name_en": door.name_en} if door is not None else None


def _area(tx: Tx, area_id: str | None) -> dict[str, str] | None:
    area = next(iter(DIRECTORY.areas(tx, [area_id])), None) if area_id else None
    return {"name": area.name, "name_en": area.name_en} if area is not None else None
