"""Inviting, changing and withdrawing visits."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.names import normalised, search_keys
from chassis.problems import Conflict, NotFound, Stale, Unprocessable
from chassis.rules import Check, enforce
from services.visitor import events, settings
from services.visitor.base import DIRECTORY
from services.visitor.escorts import views as escorts
from services.visitor.escorts.rules import EscortKind
from services.visitor.limits import figures
from services.visitor.visits import decisions, rules, schemas, store, views
from services.visitor.visits.rules import Act, Decision, State

ENDS_IN = {Decision.RETURN: State.RETURNED, Decision.REFUSE: State.REFUSED}


def invite(tx: Tx, actor: Actor, asked: schemas.Invitation) -> dict[str, Any]:
    """Ask for a visit of one visitor or a party. The host's own invitation is the host's recorded yes."""
    host = _host(tx, actor, asked.host_no)
    plan = _plan(tx, asked, asked.site_id or host.site_id or "", host)
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
    visitor_id = _add_visitor(tx, guest)
    code = free_code(tx, values["site_id"])
    visit_id = new_id()
    row = {"id": visit_id, "visitor_id": visitor_id, "code": code, "state": State.SUBMITTED.value}
    store.add_visit(tx, {**values, **row, "pass_hash": pass_hash(pass_token(tx, visit_id))})
    store.set_keys(tx, values["site_id"], visit_id, {*search_keys(guest.name, guest.company), code})
    record(tx, actor, events.VisitInvited(visit_id, values["host_id"], values["walk_in"]))
    decisions.open_round(tx, actor, visit_id)
    return visit_id


def change(tx: Tx, actor: Actor, visit_id: str, asked: schemas.VisitChange, seen: int) -> dict[str, Any]:
    """Change a visit that has not begun; anything but the language voids what was decided (2.1)."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    if seen != visit.version:
        raise Stale()
    enforce(
        rules.changer_is_party(visit.requested_by, visit.host_id, actor.id, actor.roles, visit.site_id),
        _fits(Act.CHANGE, visit),
    )
    given = asked.model_dump(exclude_unset=True, exclude={"visitor"})
    values = _changed_values(tx, visit, asked, given)
    if asked.visitor is not None:
        _rename(tx, visit, asked.visitor)
    fields = tuple(sorted({*given, *(("visitor",) if asked.visitor else ())}))
    voided = set(fields) != {"language"}
    again = {"round": visit.round + 1} if voided else {}
    state = State.SUBMITTED if voided else State(visit.state)
    if not store.move(tx, visit, Act.CHANGE, state, **values, **again):
        raise Conflict()
    record(tx, actor, events.VisitChanged(visit_id, fields, voided))
    if voided:
        decisions.open_round(tx, actor, visit_id)
    return views.show(tx, actor, visit_id)


def withdraw(tx: Tx, actor: Actor, visit_id: str, seen: int | None) -> dict[str, Any]:
    """Take a visit back before it begins."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    if seen is not None and seen != visit.version:
        raise Stale()
    enforce(
        rules.changer_is_party(visit.requested_by, visit.host_id, actor.id, actor.roles, visit.site_id),
        _fits(Act.WITHDRAW, visit),
    )
    if not store.move(tx, visit, Act.WITHDRAW, State.WITHDRAWN):
        raise Conflict()
    record(tx, actor, events.VisitEnded(visit_id, State.WITHDRAWN))
    return views.show(tx, actor, visit_id)


def show_pass(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The six digits and QR text that host and requester may send on."""
    visit = views.visit_or_404(tx, actor, visit_id)
    if actor.id not in (visit.host_id, visit.requested_by):
        raise NotFound("没有找到这次来访", "There is no such visit")
    guest = store.visitor(tx, visit.visitor_id)
    email = tx.vault.text(tx, guest.id, "email", guest.email) if guest else None
    return {"code": visit.code, "qr": pass_token(tx, visit_id), "email": email}


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
    ended = 0
    for site_id in DIRECTORY.site_ids(tx):
        for visit in store.not_come(tx, site_id, tx.now - settings.limits(tx, site_id).late):
            state = State.NO_SHOW if visit.state == State.APPROVED else State.LAPSED
            if store.end_waiting(tx, visit, state):
                record(tx, Actor.system("visits"), events.VisitEnded(visit.id, state))
                ended += 1
    return ended


def _host(tx: Tx, actor: Actor, host_no: str | None) -> Row[Any]:
    host = DIRECTORY.person(tx, actor.id) if host_no is None else DIRECTORY.person_by_no(tx, host_no)
    active = host is not None and host.active and (host.leaves_at is None or host.leaves_at > tx.now)
    enforce(rules.host_works_here(active))
    assert host is not None
    return host


def _plan(tx: Tx, asked: schemas.Invitation, site_id: str, host: Row[Any]) -> dict[str, Any]:
    """The columns that an invitation fills, after every rule about it held; all faults are told at once."""
    kinds, checks = _areas(tx, site_id, asked.areas)
    escort = _escort(tx, asked.escort_no)
    area_names = "、".join(area.name for area in DIRECTORY.areas(tx, asked.areas)) or "-"
    longest = settings.limits(tx, site_id).longest_visit
    enforce(
        rules.window_is_sound(asked.starts_at, asked.ends_at, tx.now, longest).say(
            hours=figures(longest, timedelta(hours=1))
        ),
        rules.purpose_is_stated(asked.purpose),
        *checks,
        *_escort_checks(tx, site_id, escort, kinds, asked, area_names),
    )
    values = asked.model_dump(include={"purpose", "starts_at", "ends_at", "items", "language"})
    escort_id = escort.id if escort is not None else None
    return {**values, "kind": asked.kind.value, "site_id": site_id, "area_ids": asked.areas, "escort_id": escort_id}


def _areas(tx: Tx, site_id: str, area_ids: list[str]) -> tuple[set[str], list[Check]]:
    found = DIRECTORY.areas(tx, area_ids)
    of_site = {area.id for area in found if area.site_id == site_id}
    return {area.kind for area in found}, [rules.areas_belong_to_site(area_ids, of_site)]


def _escort(tx: Tx, escort_no: str | None) -> Row[Any] | None:
    if not escort_no:
        return None
    escort = DIRECTORY.person_by_no(tx, escort_no)
    if escort is None:
        errors = [{"pointer": "/escort_no", "rule": "unknown", "detail": "没有这个员工编号 No such employee number"}]
        raise Unprocessable("没有这个员工编号", "There is no such employee number", errors=errors)
    return escort


def _escort_checks(
    tx: Tx,
    site_id: str,
    escort: Row[Any] | None,
    kinds: set[str],
    asked: schemas.Invitation,
    area_names: str,
) -> list[Check]:
    if escort is not None:
        return escorts.checks_for(tx, escort, escort_kind(asked.kind), asked.areas, asked.starts_at)
    if not rules.needs_an_escort(kinds):
        return []
    can = escorts.entitled(tx, site_id, escort_kind(asked.kind), asked.areas, asked.starts_at, asked.ends_at)
    who = "、".join(person.name for person in can) or "（尚未指定，请联系运营经理）"
    return [rules.escort_is_named(kinds, None).say(areas=area_names, who=who)]


def escort_kind(kind: rules.VisitKind) -> EscortKind:
    """Guests of the company are escorted by managers, working visitors by the unit in charge (2.4)."""
    return EscortKind.GUESTS if kind in rules.COMPANY_GUESTS else EscortKind.WORK


def _add_visitor(tx: Tx, guest: schemas.VisitorAsked) -> str:
    visitor_id = new_id()
    store.add_visitor(tx, {"id": visitor_id, **_guest_values(tx, visitor_id, guest)})
    return visitor_id


def _guest_values(tx: Tx, visitor_id: str, guest: schemas.VisitorAsked) -> dict[str, Any]:
    digits = normalised(guest.phone)
    sealed = {
        name: tx.vault.seal(tx, visitor_id, name, text.encode()) if text else None
        for name, text in (("phone", digits), ("email", guest.email))
    }
    return {"name": guest.name, "company": guest.company, "phone_tail": digits[-4:] or None, **sealed}


def _rename(tx: Tx, visit: Row[Any], guest: schemas.VisitorAsked) -> None:
    store.change_visitor(tx, visit.visitor_id, _guest_values(tx, visit.visitor_id, guest))
    store.set_keys(tx, visit.site_id, visit.id, {*search_keys(guest.name, guest.company), visit.code})


def _changed_values(tx: Tx, visit: Row[Any], asked: schemas.VisitChange, given: dict[str, Any]) -> dict[str, Any]:
    """The changed columns, after the whole visit as it would be was judged like a new one."""
    host = DIRECTORY.person(tx, visit.host_id)
    assert host is not None
    escort = DIRECTORY.person(tx, visit.escort_id) if visit.escort_id else None
    whole = schemas.Invitation(
        visitors=[asked.visitor or schemas.VisitorAsked(name="-")],
        kind=rules.VisitKind(visit.kind),
        purpose=given.get("purpose") or visit.purpose,
        areas=given.get("areas") or list(visit.area_ids),
        starts_at=given.get("starts_at") or visit.starts_at,
        ends_at=given.get("ends_at") or visit.ends_at,
        escort_no=given.get("escort_no", escort.employee_no if escort else None),
        items=given["items"] if given.get("items") is not None else visit.items,
        language=given.get("language") or visit.language,
    )
    return _plan(tx, whole, visit.site_id, host)


def _fits(act: Act, visit: Row[Any]) -> Check:
    return rules.act_fits_state(act, State(visit.state)).say(state=visit.state)


def open_steps(tx: Tx, visit_id: str) -> list[str]:
    """The steps of a visit that nobody has decided yet."""
    visit = store.visit(tx, visit_id)
    if visit is None:
        raise NotFound()
    return [step.reason for step in store.steps(tx, visit_id, visit.round) if step.decision is None]
