"""Writing the duty roster."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import NotFound
from chassis.rules import enforce
from services.access import events
from services.access.people import store as people
from services.access.roster import rules, schemas, store


def roster(tx: Tx, actor: Actor, asked: schemas.DutyAsked) -> dict[str, Any]:
    """Put a person on duty at a site."""
    person = people.person_by_no(tx, asked.employee_no)
    if person is None:
        raise NotFound("没有这个员工编号", "There is no such employee number")
    _enforce_writer(actor, asked.site_id)
    enforce(
        rules.stretch_is_sound(asked.starts_at, asked.ends_at),
        rules.rostered_person_is_active(person.active).say(name=person.name),
    )
    values = {"site_id": asked.site_id, "person_id": person.id, "kind": asked.kind.value}
    duty_id = store.add(tx, {**values, "starts_at": asked.starts_at, "ends_at": asked.ends_at})
    record(tx, actor, events.DutyRostered(duty_id, person.id))
    return {"id": duty_id, **values, "starts_at": asked.starts_at, "ends_at": asked.ends_at}


def drop(tx: Tx, actor: Actor, duty_id: str) -> dict[str, Any]:
    """Take a stretch of duty out of the roster; doing it twice changes nothing."""
    duty = store.duty(tx, duty_id)
    if duty is None:
        raise NotFound("没有这段值班", "There is no such duty")
    _enforce_writer(actor, duty.site_id)
    if store.drop(tx, duty_id):
        record(tx, actor, events.DutyDropped(duty_id))
    return {"id": duty_id, "dropped": True}


def list_duties(tx: Tx, _actor: Actor, site_id: str, begin: datetime, end: datetime) -> dict[str, Any]:
    """Who is on duty at a site between two instants."""
    return {"items": [dict(row._mapping) for row in store.between(tx, site_id, begin, end)]}


def _enforce_writer(actor: Actor, site_id: str) -> None:
    if actor.kind not in (ActorKind.SYSTEM, ActorKind.OPERATOR):
        enforce(rules.writes_roster(actor.roles, site_id))
