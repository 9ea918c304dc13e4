"""Setting up sites: one upsert per kind of thing, so that a repeated call ends in the same state."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import Fact, record
from chassis.problems import NotFound, Stale
from chassis.rules import enforce
from services.access import events
from services.access.sites import rules, schemas, store


def keep_site(tx: Tx, actor: Actor, code: str, asked: schemas.SiteKept, seen: int | None = None) -> dict[str, Any]:
    """Add the site with this code, or change it. Raises `Stale` when `seen` is not its version."""
    _enforce_shaper(actor)
    enforce(
        rules.zone_exists(asked.zone).say(zone=asked.zone),
        rules.office_hours_run_forward(asked.opens_at, asked.closes_at),
    )
    return _keep(tx, actor, "site", {"code": code}, asked.model_dump(), seen)


def keep_area(
    tx: Tx, actor: Actor, site_code: str, code: str, asked: schemas.AreaKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the area with this code to the site, or change it."""
    _enforce_shaper(actor)
    site_id = _site_id(tx, site_code)
    values = {**asked.model_dump(), "kind": asked.kind.value}
    return _keep(tx, actor, "area", {"code": code, "site_id": site_id}, values, seen)


def keep_door(
    tx: Tx, actor: Actor, site_code: str, code: str, asked: schemas.DoorKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the door with this code to the site, or change it. Raises `NotFound` when its area is unknown."""
    _enforce_shaper(actor)
    site_id = _site_id(tx, site_code)
    area = store.by_code(tx, "area", asked.area, site_id)
    if area is None:
        raise NotFound("没有这个区域", "There is no such area")
    values = {"name": asked.name, "name_en": asked.name_en, "area_id": area.id}
    return _keep(tx, actor, "door", {"code": code, "site_id": site_id}, values, seen)


def keep_day(tx: Tx, actor: Actor, site_code: str, day: date, asked: schemas.DayKept) -> dict[str, Any]:
    """Say that a day is worked or free at the site."""
    _enforce_shaper(actor)
    site_id = _site_id(tx, site_code)
    store.set_day(tx, site_id, day, working=asked.working, name=asked.name)
    record(tx, actor, events.DayKept(site_id, day.isoformat(), asked.working))
    return {"day": day, "working": asked.working, "name": asked.name}


def all_sites(tx: Tx, _actor: Actor) -> dict[str, Any]:
    """Every site, area and door."""
    return {f"{kind}s": store.all_of(tx, kind) for kind in ("site", "area", "door")}


def calendar(tx: Tx, _actor: Actor, site_code: str) -> dict[str, Any]:
    """The days a site has set against the usual week."""
    found = store.days(tx, _site_id(tx, site_code))
    return {"items": [{"day": row.day, "working": row.working, "name": row.name} for row in found]}


def _enforce_shaper(actor: Actor) -> None:
    if actor.kind not in (ActorKind.SYSTEM, ActorKind.OPERATOR):
        enforce(rules.shapes_sites(actor.roles))


def _site_id(tx: Tx, code: str) -> str:
    site = store.by_code(tx, "site", code)
    if site is None:
        raise NotFound("没有这个职场", "There is no such site")
    site_id: str = site.id
    return site_id


def _fact(kind: str, id_: str) -> Fact:
    made: dict[str, Fact] = {
        "site": events.SiteKept(id_),
        "area": events.AreaKept(id_),
        "door": events.DoorKept(id_),
    }
    return made[kind]


def _keep(
    tx: Tx, actor: Actor, kind: str, key: dict[str, str], values: dict[str, Any], seen: int | None
) -> dict[str, Any]:
    row = store.by_code(tx, kind, key["code"], key.get("site_id"))
    if row is None:
        id_ = store.add(tx, kind, {**key, **values})
    elif seen is not None and seen != row.version:
        raise Stale()
    else:
        id_ = row.id
        store.update(tx, kind, id_, row.version, values)
    record(tx, actor, _fact(kind, id_))
    kept = store.one_of(tx, kind, id_)
    assert kept is not None
    return dict(kept._mapping)
