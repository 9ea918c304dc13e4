"""Inviting, changing and withdrawing visits."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import NotFound, Stale
from chassis.rules import enforce
from services.visitor import events, settings
from services.visitor.base import DIRECTORY
from services.visitor.visits import decisions, guests, personal, planning, rules, schemas, standing, store, views
from services.visitor.visits.rules import Act, State


def invite(tx: Tx, actor: Actor, asked: schemas.Invitation) -> dict[str, Any]:
    """Ask for a visit of one visitor or a party. The host's own invitation is the host's recorded yes."""
    host = planning.host_of(tx, actor, asked.host_no)
    plan = planning.planned(tx, asked, asked.site_id or host.site_id or "")
    party_id = new_id() if len(asked.visitors) > 1 else None
    visits = []
    for guest in asked.visitors:
        values = {**plan, "party_id": party_id, "host_id": host.id, "requested_by": actor.id, "walk_in": False}
        visit_id = add(tx, actor, guest, values)
        visits.append(views.show(tx, actor, visit_id) if actor.is_person else _bare(tx, actor, visit_id))
    return {"party_id": party_id, "visits": visits}


def _bare(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    visit = store.visit(tx, visit_id)
    assert visit is not None
    return views.shown(tx, actor, visit)


def add(tx: Tx, actor: Actor, guest: schemas.VisitorAsked, values: dict[str, Any]) -> str:
    """Insert one visit with its visitor, steps and search keys; tell those who decide. Returns its id."""
    visitor_id = guests.keep(tx, actor, guest)
    code = free_code(tx, values["site_id"])
    visit_id = new_id()
    row = {"id": visit_id, "visitor_id": visitor_id, "code": code, "state": State.SUBMITTED.value}
    row |= guests.assistance_values(tx, visitor_id, guest.assistance)
    store.add_visit(tx, {**values, **row, "pass_hash": pass_hash(pass_token(tx, visit_id))})
    guests.set_keys(tx, visit_id, values["site_id"], code, visitor_id)
    record(tx, actor, events.VisitInvited(visit_id, values["host_id"], values["walk_in"]))
    decisions.open_round(tx, actor, visit_id)
    return visit_id


def change(tx: Tx, actor: Actor, visit_id: str, asked: schemas.VisitChange, seen: int) -> dict[str, Any]:
    """Change a visit that has not begun. Who comes, why, where or when void what was decided (2.1); so does sending a
    returned one again. What is given as it was changes nothing.
    """
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(
        rules.changer_is_party(visit.requested_by, visit.host_id, actor.id, actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.CHANGE),
        rules.assistance_is_agreed(asked.assistance or "", asked.assistance_agreed),
    )
    if seen != visit.version:
        raise Stale()
    visitor_id, fields = guests.change(tx, visit, asked.visitor or schemas.VisitorChange())
    values = _changed_values(tx, visit, asked)
    fields |= {"areas" if name == "area_ids" else name for name in values}
    values |= _changed_assistance(tx, visit, visitor_id, asked)
    fields |= {"assistance"} & values.keys()
    voided = rules.voids(fields) or State(visit.state) is State.RETURNED
    if not fields and not voided:
        return views.show(tx, actor, visit_id)
    again = {"round": visit.round + 1} if voided else {}
    state = State.SUBMITTED if voided else State(visit.state)
    if not store.move(tx, visit, Act.CHANGE, state, visitor_id=visitor_id, **values, **again):
        raise standing.overtaken(tx, visit)
    guests.set_keys(tx, visit_id, visit.site_id, visit.code, visitor_id)
    store.set_areas(tx, visit_id, values.get("area_ids", visit.area_ids), values.get("starts_at", visit.starts_at))
    record(tx, actor, events.VisitChanged(visit_id, tuple(sorted(fields)), voided))
    if voided:
        decisions.open_round(tx, actor, visit_id)
    return views.show(tx, actor, visit_id)


def withdraw(tx: Tx, actor: Actor, visit_id: str, seen: int | None) -> dict[str, Any]:
    """Take a visit back before it begins."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(
        rules.changer_is_party(visit.requested_by, visit.host_id, actor.id, actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.WITHDRAW),
    )
    if seen is not None and seen != visit.version:
        raise Stale()
    if not store.move(tx, visit, Act.WITHDRAW, State.WITHDRAWN):
        raise standing.overtaken(tx, visit)
    record(tx, actor, events.VisitEnded(visit_id, State.WITHDRAWN))
    decisions.settle_asked(tx, actor, visit_id)
    return views.show(tx, actor, visit_id)


def show_pass(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The six digits and QR text that host and requester may send on."""
    visit = views.visit_or_404(tx, actor, visit_id)
    if actor.id not in (visit.host_id, visit.requested_by):
        raise NotFound("没有找到这次来访", "There is no such visit")
    return {"code": visit.code, "qr": pass_token(tx, visit_id)}


def pass_token(tx: Tx, visit_id: str) -> str:
    """The text of the visit's QR pass: unguessable and never stored, since it can be made again."""
    return "GH1" + tx.vault.lookup("pass", visit_id)[:40]


def pass_hash(token: str) -> str:
    """What is kept of a pass, to find its visit by."""
    return hashlib.sha256(token.encode()).hexdigest()


def free_code(tx: Tx, site_id: str) -> str:
    """Six digits that no open visit of the site uses."""
    while True:
        code = f"{secrets.randbelow(10**6):06d}"
        if store.code_is_free(tx, site_id, code):
            return code


def end_past(tx: Tx) -> int:
    """Turn visits whose window is over into no-shows (approved) or lapsed ones (undecided); how many."""
    system, ended = Actor.system("visits"), 0
    for site_id in DIRECTORY.site_ids(tx):
        for visit in store.not_come(tx, site_id, tx.now - settings.limits(tx, site_id).late):
            state = State.NO_SHOW if visit.state == State.APPROVED else State.LAPSED
            if store.end_waiting(tx, visit, state):
                record(tx, system, events.VisitEnded(visit.id, state))
                decisions.settle_asked(tx, system, visit.id)
                ended += 1
    return ended


def _changed_values(tx: Tx, visit: Row[Any], asked: schemas.VisitChange) -> dict[str, Any]:
    """The columns that differ, after the whole visit as it would be was judged like a new one."""
    given = asked.model_dump(exclude_unset=True, exclude={"visitor", "assistance", "assistance_agreed"})
    escort = DIRECTORY.person(tx, visit.escort_id) if visit.escort_id else None
    before = {
        **{name: getattr(visit, name) for name in ("kind", "purpose", "starts_at", "ends_at", "items", "language")},
        "areas": list(visit.area_ids),
        "escort_no": escort.employee_no if escort else None,
    }
    asked_for = {name: value for name, value in given.items() if value is not None or name == "escort_no"}
    whole = schemas.Invitation.model_validate({"visitors": [{"name": "-"}], **before, **asked_for})
    after = planning.planned(tx, whole, visit.site_id)
    same = {**visit._mapping, "area_ids": list(visit.area_ids)}
    return {name: value for name, value in after.items() if value != same[name]}


def _changed_assistance(tx: Tx, visit: Row[Any], visitor_id: str, asked: schemas.VisitChange) -> dict[str, Any]:
    """The columns of assistance in an evacuation, if it differs or belonged to another person."""
    if visitor_id != visit.visitor_id:
        return guests.assistance_values(tx, visitor_id, asked.assistance or "")
    if asked.assistance is None or asked.assistance == personal.assistance_of(tx, visit):
        return {}
    return guests.assistance_values(tx, visitor_id, asked.assistance)


def open_steps(tx: Tx, visit_id: str) -> list[str]:
    """The steps of a visit that nobody has decided yet."""
    visit = store.visit(tx, visit_id)
    if visit is None:
        raise NotFound()
    return [step.reason for step in store.steps(tx, visit_id, visit.round) if step.decision is None]
