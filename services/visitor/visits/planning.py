"""Planning a visit: judged before anything is written, and shown beforehand with its steps and who may escort."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.directory import is_present
from chassis.rules import Check, enforce
from services.visitor import settings
from services.visitor.base import DIRECTORY
from services.visitor.escorts import views as escorts
from services.visitor.escorts.rules import EscortKind
from services.visitor.limits import figures
from services.visitor.visits import permitters, related_store, rules, schemas, views
from services.visitor.visits.rules import Reason, StepSeen


def host_of(tx: Tx, actor: Actor, host_no: str | None) -> Row[Any]:
    """The host by number, else the actor. Raises `PolicyRefused` when no such person works here."""
    host = DIRECTORY.person(tx, actor.id) if host_no is None else DIRECTORY.person_by_no(tx, host_no)
    enforce(rules.host_works_here(host is not None and is_present(host, tx.now)))
    assert host is not None
    return host


def planned(tx: Tx, asked: schemas.Invitation, site_id: str) -> dict[str, Any]:
    """The columns that an invitation fills, after every rule about it held; all faults are told at once."""
    escort = DIRECTORY.person_by_no(tx, asked.escort_no) if asked.escort_no else None
    enforce(
        *_where_and_when(tx, asked, site_id),
        rules.purpose_is_stated(asked.purpose),
        *(_agreed(guest, position) for position, guest in enumerate(asked.visitors)),
        *_escort_checks(tx, site_id, escort, asked),
    )
    values = asked.model_dump(include={"purpose", "starts_at", "ends_at", "items", "language"})
    escort_id = escort.id if escort is not None else None
    return {**values, "kind": asked.kind.value, "site_id": site_id, "area_ids": asked.areas, "escort_id": escort_id}


def preview(tx: Tx, actor: Actor, asked: schemas.PlanAsked) -> dict[str, Any]:
    """The steps that a visit would need, who would decide each, and who could escort. Writes nothing."""
    host = host_of(tx, actor, asked.host_no)
    site_id = asked.site_id or host.site_id or ""
    enforce(*_where_and_when(tx, asked, site_id))
    case = views.Case(site_id, host.id, actor.id, asked.areas, asked.starts_at, asked.ends_at)
    by_asking = Reason.HOST if actor.id == host.id else None
    deciders = {
        reason: views.who_can(tx, case, reason, [StepSeen(Reason.HOST, None, actor.id if by_asking else None)])
        for reason in steps_for(tx, site_id, asked.areas, asked.starts_at, asked.ends_at)
    }
    by_list = permitters.lists_its_own(tx, asked.areas)
    people = DIRECTORY.names(tx, {person_id for found in deciders.values() for person_id in found})
    return {
        "steps": [
            {
                "reason": reason,
                "by_list": reason is Reason.FLOOR and by_list,
                "by_asking": reason is by_asking,
                "who_can": [people[one] for one in found],
            }
            for reason, found in deciders.items()
        ],
        "needs_escort": rules.needs_an_escort(_kinds(tx, asked.areas)),
        "escorts": _free_escorts(tx, site_id, asked),
    }


def steps_for(tx: Tx, site_id: str, area_ids: Collection[str], begin: datetime, end: datetime) -> list[Reason]:
    """The steps a visit to these areas in this window needs."""
    areas = DIRECTORY.areas(tx, area_ids)
    return rules.reasons_for(
        listed=any(permitters.listed(area) for area in areas),
        privileged=any(area.privileged for area in areas),
        office_hours=DIRECTORY.in_office_hours(tx, site_id, begin, end),
    )


def escort_kind(kind: rules.VisitKind) -> EscortKind:
    """Guests of the company are escorted by managers, working visitors by the unit in charge (2.4)."""
    return EscortKind.GUESTS if kind in rules.COMPANY_GUESTS else EscortKind.WORK


def _where_and_when(tx: Tx, asked: schemas.PlanAsked, site_id: str) -> list[Check]:
    longest = settings.limits(tx, site_id).longest_visit
    of_site = {area.id for area in DIRECTORY.areas(tx, asked.areas) if area.site_id == site_id and area.active}
    window = rules.window_is_sound(asked.starts_at, asked.ends_at, tx.now, longest)
    hours = figures(longest, timedelta(hours=1))
    return [window.say(hours=hours), rules.areas_belong_to_site(asked.areas, of_site)]


def _agreed(guest: schemas.VisitorAsked, position: int) -> Check:
    check = rules.assistance_is_agreed(guest.assistance, guest.assistance_agreed)
    return check.at(f"/visitors/{position}/assistance_agreed")


def _escort_checks(tx: Tx, site_id: str, escort: Row[Any] | None, asked: schemas.Invitation) -> list[Check]:
    kind = escort_kind(asked.kind)
    if escort is not None:
        return escorts.checks_for(tx, escort, kind, asked.areas, asked.starts_at)
    if asked.escort_no:
        checks = escorts.checks_for_nobody(tx, site_id, kind, asked.areas, asked.starts_at)
        return [check.at("/escort_no") for check in checks]
    kinds = _kinds(tx, asked.areas)
    if not rules.needs_an_escort(kinds):
        return []
    can = escorts.entitled(tx, site_id, kind, asked.areas, asked.starts_at, asked.ends_at)
    who = "、".join(person.name for person in can) or escorts.NOBODY_ZH
    who_en = ", ".join(person.name for person in can) or escorts.NOBODY_EN
    areas = DIRECTORY.areas(tx, asked.areas)
    names = {"areas_zh": "、".join(one.name for one in areas), "areas_en": ", ".join(one.name_en for one in areas)}
    return [rules.escort_is_named(kinds, None).say(**names, who_zh=who, who_en=who_en)]


def _kinds(tx: Tx, area_ids: list[str]) -> set[str]:
    return {area.kind for area in DIRECTORY.areas(tx, area_ids)}


def _free_escorts(tx: Tx, site_id: str, asked: schemas.PlanAsked) -> list[dict[str, Any]]:
    """Who is designated for all of it, those with room over the window first."""
    if not rules.needs_an_escort(_kinds(tx, asked.areas)):
        return []
    kind = escort_kind(asked.kind)
    can = escorts.entitled(tx, site_id, kind, asked.areas, asked.starts_at, asked.ends_at)
    booked = related_store.booked(tx, [one.id for one in can], asked.starts_at, asked.ends_at)
    shown = [
        {
            **{name: getattr(one, name) for name in ("id", "name", "employee_no", "department_name", "most_open")},
            "booked": booked.get(one.id, 0),
            "is_free": booked.get(one.id, 0) < one.most_open,
        }
        for one in can
    ]
    return sorted(shown, key=lambda one: not one["is_free"])
