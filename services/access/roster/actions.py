"""Writing the duty roster, and recording who is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.office_hours import Span
from chassis.problems import NotFound
from chassis.roles import Role
from chassis.rules import Check, enforce
from services.access import events
from services.access.people import store as people
from services.access.people.views import person_or_404
from services.access.roles import store as roles
from services.access.roster import rules, schemas, store, views
from services.access.roster.rules import DutyKind

TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})


def roster(tx: Tx, actor: Actor, asked: schemas.DutyAsked) -> dict[str, Any]:
    """Put a person on duty at a site, on one day or on several in a row; all or none."""
    person = person_or_404(tx, asked.employee_no)
    site = views.site_or_404(tx, asked.site_id)
    if actor.kind not in TRUSTED:
        enforce(rules.writes_roster(actor.roles, asked.site_id))
    enforce(rules.stretch_is_sound(asked.starts_at, asked.ends_at))
    stretches = _days(asked, site.zone)
    enforce(*(check for one in stretches for check in _checks(tx, person, asked.kind, asked.site_id, one)))
    values = {"site_id": asked.site_id, "person_id": person.id, "kind": asked.kind.value}
    made = [_add(tx, actor, values, one) for one in stretches]
    names = views.names_of(tx, made)
    return {"items": [views.duty_shown(row, names) for row in made]}


def drop(tx: Tx, actor: Actor, duty_id: str) -> dict[str, Any]:
    """Take a stretch of duty out of the roster; doing it twice changes nothing."""
    duty = store.duty(tx, duty_id)
    if duty is None:
        raise NotFound("没有这段值班", "There is no such duty")
    if actor.kind not in TRUSTED:
        enforce(rules.writes_roster(actor.roles, duty.site_id))
    if store.drop(tx, duty_id):
        record(tx, actor, events.DutyDropped(duty_id))
    return {"id": duty_id, "dropped": True}


def record_leave(tx: Tx, actor: Actor, asked: schemas.LeaveAsked) -> dict[str, Any]:
    """Somebody is away: the stand-in takes their duties of that time, or they are left open."""
    person = person_or_404(tx, asked.employee_no)
    stand_in = person_or_404(tx, asked.stand_in_no) if asked.stand_in_no else None
    away = Span(asked.starts_at, asked.ends_at)
    here = stand_in is not None and bool(stand_in.active)
    enforce(
        rules.records_leave(actor.roles, person.site_id),
        rules.leave_is_sound(away.begin, away.end, tx.now),
        rules.stand_in_is_another_here(person.id, stand_in.id if stand_in is not None else None, here),
        rules.person_is_not_on_leave(len(store.leaves_of(tx, person.id, away))).say(name=person.name),
    )
    values = {"person_id": person.id, "stand_in_id": stand_in.id if stand_in is not None else None}
    by = {"recorded_by": f"{actor.kind}:{actor.id}"}
    leave_id = store.add_leave(tx, {**values, **by, "starts_at": away.begin, "ends_at": away.end})
    record(tx, actor, events.LeaveRecorded(leave_id, person.id))
    for duty in store.of_person(tx, person.id, away):
        _hand_over(tx, actor, duty, away, stand_in)
    return {"id": leave_id, "person": _name(person), "stand_in": _name(stand_in), "starts_at": away.begin,
            "ends_at": away.end}  # fmt: skip


def drop_leave(tx: Tx, actor: Actor, leave_id: str) -> dict[str, Any]:
    """Somebody is not away after all. The roster stays as it was written; doing it twice changes nothing."""
    leave = store.leave(tx, leave_id)
    if leave is None:
        raise NotFound("没有这次请假", "There is no such leave")
    person = people.person(tx, leave.person_id)
    enforce(rules.records_leave(actor.roles, person.site_id if person is not None else None))
    if store.drop_leave(tx, leave_id):
        record(tx, actor, events.LeaveDropped(leave_id))
    return {"id": leave_id, "dropped": True}


def _days(asked: schemas.DutyAsked, zone: str) -> list[Span]:
    """The same hours by the site's clock on each day, also where clocks change in between."""
    first, last = (at.astimezone(ZoneInfo(zone)) for at in (asked.starts_at, asked.ends_at))
    return [Span(first + timedelta(days=n), last + timedelta(days=n)) for n in range(asked.days)]


def _checks(tx: Tx, person: Row[Any], kind: DutyKind, site_id: str, stretch: Span) -> list[Check]:
    held = roles.held_between(tx, person.id, stretch.begin, stretch.end)
    title = Role(kind.value)
    checks = [
        rules.rostered_person_is_active(bool(person.active)),
        rules.person_may_do_the_duty(kind, held, site_id, bool(person.management)),
        rules.duty_is_new(len(store.of_person(tx, person.id, stretch, kind.value))),
        rules.person_is_not_on_leave(len(store.leaves_of(tx, person.id, stretch))),
    ]
    return [check.say(name=person.name, kind_zh=title.zh, kind_en=title.en.lower()) for check in checks]


def _add(tx: Tx, actor: Actor, values: dict[str, Any], stretch: Span) -> Row[Any]:
    duty_id = store.add(tx, {**values, "starts_at": stretch.begin, "ends_at": stretch.end})
    record(tx, actor, events.DutyRostered(duty_id, values["person_id"]))
    made = store.duty(tx, duty_id)
    assert made is not None
    return made


def _hand_over(tx: Tx, actor: Actor, duty: Row[Any], away: Span, stand_in: Row[Any] | None) -> None:
    """The part of a duty within the leave goes to the stand-in, if there is one; what is left stays as it is."""
    whole = Span(duty.starts_at, duty.ends_at)
    part = Span(max(whole.begin, away.begin), min(whole.end, away.end))
    kind = DutyKind(duty.kind)
    if stand_in is not None:
        enforce(*(check.at("/stand_in_no") for check in _checks(tx, stand_in, kind, duty.site_id, part)))
    drop(tx, Actor.system("leave"), duty.id)
    values = {"site_id": duty.site_id, "kind": duty.kind}
    for rest in rules.without([whole], [part]):
        _add(tx, actor, {**values, "person_id": duty.person_id, "instead_of": duty.instead_of}, rest)
    if stand_in is not None:
        _add(tx, actor, {**values, "person_id": stand_in.id, "instead_of": duty.person_id}, part)


def _name(person: Row[Any] | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {"id": person.id, "name": person.name, "employee_no": person.employee_no}
