"""Setting up sites: one upsert per kind of thing, so that a repeated call ends in the same state."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import Fact, record
from chassis.problems import Conflict, NotFound, Stale
from chassis.rules import Check, allowed, enforce
from services.access import events
from services.access.calendar import actions as calendar
from services.access.calendar import known
from services.access.calendar.rules import country_has_a_calendar
from services.access.calendar.schemas import DayKept
from services.access.sites import rules, schemas, store
from services.access.sites.rules import AreaKind


def keep_site(tx: Tx, actor: Actor, code: str, asked: schemas.SiteKept, seen: int | None = None) -> dict[str, Any]:
    """Add the site with this code, or change it. Raises `Stale` when `seen` is not its version."""
    enforce_shaper(actor)
    row = store.by_code(tx, "site", code, lock=True)
    enforce(
        rules.zone_exists(asked.zone).say(zone=asked.zone),
        country_has_a_calendar(asked.country, known.countries()).say(country=asked.country),
        rules.office_hours_run_forward(asked.opens_at, asked.closes_at),
        _unused(tx, row, active=asked.active, areas=("area", "site_id")),
    )
    moved = row is None or row.country != asked.country
    kept = _keep(tx, actor, "site", row, {"code": code}, asked.model_dump(), seen)
    calendar.take_over(tx, actor, kept, anew=moved)
    return dict(kept._mapping)


def keep_area(
    tx: Tx, actor: Actor, site_code: str, code: str, asked: schemas.AreaKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the area with this code to the site, or change it."""
    enforce_shaper(actor)
    site = site_or_404(tx, site_code)
    row = store.by_code(tx, "area", code, site.id, lock=True)
    enforce(_unused(tx, row, active=asked.active, areas=("door", "area_id")))
    values = {**asked.model_dump(), "kind": asked.kind.value}
    return dict(_keep(tx, actor, "area", row, {"code": code, "site_id": site.id}, values, seen)._mapping)


def keep_door(
    tx: Tx, actor: Actor, site_code: str, code: str, asked: schemas.DoorKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the door with this code to the site, or change it."""
    enforce_shaper(actor)
    site = site_or_404(tx, site_code)
    row = store.by_code(tx, "door", code, site.id, lock=True)
    area = store.by_code(tx, "area", asked.area, site.id)
    kind = AreaKind(area.kind) if area is not None else None
    enforce(
        rules.door_leads_into_an_area_in_use(area is not None and bool(area.active)),
        *([] if kind is None else [rules.door_fits_its_area(asked.kind, kind)]),
        _unused(tx, row, active=asked.active),
    )
    assert area is not None
    values = {**asked.model_dump(exclude={"area"}), "kind": asked.kind.value, "area_id": area.id}
    return dict(_keep(tx, actor, "door", row, {"code": code, "site_id": site.id}, values, seen)._mapping)


def keep_day(tx: Tx, actor: Actor, site_code: str, day: date, asked: DayKept) -> dict[str, Any]:
    """Say that a day is worked or free at the site (调休)."""
    enforce_shaper(actor)
    calendar.keep_day(tx, actor, site_or_404(tx, site_code), day, asked)
    return show_calendar(tx, actor, site_code, day.year)


def drop_day(tx: Tx, actor: Actor, site_code: str, day: date) -> dict[str, Any]:
    """Take back what was set for a day; twice changes nothing."""
    enforce_shaper(actor)
    calendar.drop_day(tx, actor, site_or_404(tx, site_code), day)
    return show_calendar(tx, actor, site_code, day.year)


def take_over_calendars(tx: Tx) -> int:
    """Take over what is newly published of this year and the next, for every site in use; how many years."""
    system = Actor.system("calendars")
    codes = [site["code"] for site in store.all_of(tx, "site") if site["active"]]
    return sum(calendar.take_over(tx, system, site_or_404(tx, code)) for code in codes)


def all_sites(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Every site, area and door."""
    found: dict[str, Any] = {f"{kind}s": store.all_of(tx, kind) for kind in ("site", "area", "door")}
    return {**found, "can": _can(actor)}


def show_calendar(tx: Tx, actor: Actor, site_code: str, year: int | None = None) -> dict[str, Any]:
    """The days a site has set against the usual week in a year, by default the present one."""
    site = site_or_404(tx, site_code)
    return {**calendar.shown(tx, site, year or calendar.this_year(tx, site)), "can": _can(actor)}


def site_or_404(tx: Tx, code: str) -> Row[Any]:
    """The site with this code. Raises `NotFound`."""
    site = store.by_code(tx, "site", code)
    if site is None:
        raise NotFound("没有这个职场", "There is no such site")
    return site


def enforce_shaper(actor: Actor) -> None:
    """Refuse whoever may not set up sites."""
    if actor.kind not in (ActorKind.SYSTEM, ActorKind.OPERATOR):
        enforce(rules.shapes_sites(actor.roles))


def _can(actor: Actor) -> list[str]:
    return ["change"] if allowed(rules.shapes_sites(actor.roles)) else []


WORDS = {
    "area": ("{n} 个区域", "{n} areas"),
    "door": ("{n} 道门", "{n} doors"),
    "person": ("{n} 名员工", "{n} people"),
    "visit": ("{n} 次来访", "{n} visits"),
    "device": ("{n} 块平板", "{n} tablets"),
}


def _unused(tx: Tx, row: Row[Any] | None, *, active: bool, areas: tuple[str, str] | None = None) -> Check:
    """Whether a place can be closed: what lies in it and leads to it, and what of other services depends on it."""
    users: dict[str, int] = {}
    if row is not None and not active:
        if areas is not None:
            kind, column = areas
            users[kind] = store.count_active(tx, kind, column, row.id)
        for used_by in store.users_of(tx, row.id):
            kind = used_by.partition(":")[0]
            users[kind] = users.get(kind, 0) + 1
    told = [(kind, n) for kind, n in users.items() if n]
    zh, en = ((sep.join(WORDS[kind][i].format(n=n) for kind, n in told)) for i, sep in enumerate(("、", ", ")))
    return rules.place_is_unused(active, len(told)).say(users_zh=zh, users_en=en)


def _keep(
    tx: Tx,
    actor: Actor,
    kind: str,
    row: Row[Any] | None,
    key: dict[str, str],
    values: dict[str, Any],
    seen: int | None,
) -> Row[Any]:
    """Insert the row, or change it, and record that; `seen` 0 only inserts."""
    enforce(rules.code_is_new(seen == 0 and row is not None))
    if row is not None and seen is not None and seen != row.version:
        raise Stale()
    same = row is not None and all(getattr(row, name) == value for name, value in values.items())
    if row is not None and same and seen is None:
        return row  # a repeated message; whoever sends the version they saw has looked at it, which is kept
    if row is None:
        id_ = store.add(tx, kind, {**key, **values})
    else:
        id_ = row.id
        if not store.update(tx, kind, id_, row.version, values):
            raise Conflict()
    made: dict[str, Fact] = {
        "site": events.SiteKept(id_),
        "area": events.AreaKept(id_),
        "door": events.DoorKept(id_),
    }
    record(tx, actor, made[kind])
    kept = store.one_of(tx, kind, id_)
    assert kept is not None
    return kept
