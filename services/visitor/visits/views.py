"""A visit as its reader sees it: the row, its steps, who can decide them, and what the reader can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis import names
from chassis.actor import Actor
from chassis.db import Tx
from chassis.directory import is_away
from chassis.problems import NotFound
from chassis.roles import Role
from chassis.rules import allowed
from services.visitor import settings
from services.visitor.badges import actions as badges
from services.visitor.base import DIRECTORY
from services.visitor.escorts import store as escorts
from services.visitor.texts import views as texts
from services.visitor.visits import permitters, personal, risk, rules, store
from services.visitor.visits.rules import Act, Decision, Reason, State, StepSeen

SEE_ALL = (Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER)
SEE_EVERYWHERE = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.LEADER)
READ_MASKED = (Role.AUDITOR, Role.SECURITY_ADMIN)
"""Who reads every visit for the sake of the rules, and visitors' names masked (policy, Roles)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A visit that is not made yet, as far as who decides it depends on it."""

    site_id: str
    host_id: str
    requested_by: str
    area_ids: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    walk_in: bool = False
    host_told: int = 0


def entitled(tx: Tx, visit: Row[Any] | Case, reason: Reason) -> list[str]:
    """Ids of the people listed for a step, whoever asked: the site's permitters (`decided.md`, Who permits)."""
    site = visit.site_id
    if reason is Reason.HOST:
        return _hosts(tx, visit)
    if reason is Reason.FLOOR:
        return permitters.entitled(tx, site, visit.host_id, visit.area_ids)
    managers = [row.id for row in DIRECTORY.holders(tx, Role.CENTRE_MANAGER, site=site)]
    if reason is Reason.AFTER_HOURS:
        return DIRECTORY.on_duty(tx, site, Role.DUTY_MANAGER, visit.starts_at, visit.ends_at) or managers
    return managers or [row.id for row in DIRECTORY.holders(tx, Role.LEADER)]


def _hosts(tx: Tx, visit: Row[Any] | Case) -> list[str]:
    """The host, and while the host is away who stands in; for a walk-in nobody answers for, also who was told.

    Of somebody away the step is never left to who asked for the visit: then the duty manager decides it too.
    """
    host = DIRECTORY.person(tx, visit.host_id)
    people = [visit.host_id]
    if host is not None and is_away(host, tx.now):
        deputy = DIRECTORY.stand_in(tx, host)
        if deputy is not None and deputy.id != visit.requested_by:
            people.append(deputy.id)
        else:
            on_duty = DIRECTORY.on_duty(tx, visit.site_id, Role.DUTY_MANAGER, tx.now)
            people += [person_id for person_id in on_duty if person_id != visit.requested_by]
    if visit.walk_in and host is not None and host.deputy_no and visit.host_told >= 2:
        deputy = DIRECTORY.person_by_no(tx, host.deputy_no)
        people += [deputy.id] if deputy else []
    if visit.walk_in and visit.host_told >= 3:
        people += DIRECTORY.on_duty(tx, visit.site_id, Role.DUTY_MANAGER, tx.now)
    return people


def steps_seen(steps: Sequence[Row[Any]]) -> list[StepSeen]:
    """Rows of steps as the rules see them, in the policy's order, in which a page names them and they are decided."""
    return [
        StepSeen(Reason(step.reason), Decision(step.decision) if step.decision else None, step.decided_by)
        for step in sorted(steps, key=in_order)
    ]


def may_decide(tx: Tx, visit: Row[Any] | Case, reason: Reason, steps: Sequence[StepSeen], person_id: str) -> bool:
    """Whether the person could decide this step now."""
    return person_id in who_can(tx, visit, reason, steps)


def who_can(tx: Tx, visit: Row[Any] | Case, reason: Reason, steps: Sequence[StepSeen]) -> list[str]:
    """Ids of everybody who could decide this step now, each once."""

    def may(person_id: str) -> bool:
        return allowed(
            rules.floor_is_not_decided_by_its_requester(reason, visit.requested_by, visit.host_id, person_id),
            rules.decides_once(steps, person_id),
        )

    return [person_id for person_id in dict.fromkeys(entitled(tx, visit, reason)) if may(person_id)]


def may_see(tx: Tx, actor: Actor, visit: Row[Any]) -> bool:
    """Whether the visit exists for this reader: parties to it, those who run the door, those who audit."""
    if not actor.is_person:
        return actor.site in (None, visit.site_id)
    if actor.id in (visit.host_id, visit.requested_by, visit.escort_id):
        return True
    if any(actor.has(role, site=visit.site_id) for role in SEE_ALL) or any(actor.has(role) for role in SEE_EVERYWHERE):
        return True
    return any(actor.id in entitled(tx, visit, reason) for reason in Reason) or _holds(tx, actor, visit)


def _holds(tx: Tx, actor: Actor, visit: Row[Any]) -> bool:
    """Whether the visitor is, or was until somebody took over, in this person's company or offered to them."""
    custody = escorts.custody(tx, visit.id)
    return custody is not None and (
        actor.id in (custody.escort_id, custody.offered_to) or escorts.was_offered(tx, visit.id, actor.id)
    )


def reads_masked(actor: Actor) -> bool:
    """Whether there are visits whose visitor's name this reader sees masked."""
    return actor.is_person and any(actor.has(role) for role in READ_MASKED)


def name_for(actor: Actor, visit: Mapping[str, Any]) -> str:
    """The visitor's name as this reader needs it: whole for those who receive or meet visitors, else masked."""
    name: str = visit["visitor_name"]
    is_party = actor.id in (visit["host_id"], visit["requested_by"], visit["escort_id"])
    if is_party or not reads_masked(actor):
        return name
    needs_it = any(actor.has(role, site=visit["site_id"]) for role in (*SEE_ALL, Role.LEADER))
    return name if needs_it else names.masked(name)


def visit_or_404(tx: Tx, actor: Actor, visit_id: str, *, lock: bool = False) -> Row[Any]:
    """The visit, if the reader may see it. Raises `NotFound` otherwise, as for one that does not exist."""
    visit = store.visit_for_update(tx, visit_id) if lock else store.visit(tx, visit_id)
    if visit is None or not may_see(tx, actor, visit):
        raise NotFound("没有找到这次来访", "There is no such visit")
    return visit


def show(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """One visit as `schemas.Visit`."""
    return shown(tx, actor, visit_or_404(tx, actor, visit_id))


def shown(tx: Tx, actor: Actor, visit: Row[Any]) -> dict[str, Any]:
    """A visit row as `schemas.Visit`."""
    steps = store.steps(tx, visit.id, visit.round)
    seen = steps_seen(steps)
    state = State(visit.state)
    open_steps = [one.reason for one in seen if one.decision is None] if state in rules.WAITING else []
    deciders = {reason: who_can(tx, visit, reason, seen) for reason in open_steps}
    custody = escorts.custody(tx, visit.id)
    people = DIRECTORY.names(tx, _people_of(visit, steps, deciders, custody))
    guest = store.visitor(tx, visit.visitor_id)
    assert guest is not None
    areas = DIRECTORY.areas(tx, visit.area_ids)
    decides = any(actor.id in found for found in deciders.values())
    plain = {name: getattr(visit, name) for name in PLAIN}
    return {
        **plain,
        "overstay": is_overstay(visit, tx),
        "visitor": _visitor(guest, name_for(actor, {**visit._mapping, "visitor_name": guest.name})),
        "host": people.get(visit.host_id),
        "requested_by": people.get(visit.requested_by),
        "escort": people.get(visit.escort_id),
        "custody": people.get(custody.escort_id) if custody else None,
        "custody_offered_to": custody.offered_to if custody else None,
        "badge_no": badges.badge_of(tx, visit.id),
        "areas": [
            {"id": area.id, "code": area.code, "name": area.name, "name_en": area.name_en, "kind": area.kind}
            for area in areas
        ],
        "assistance": personal.assistance_of(tx, visit) if helps(actor, visit) else None,
        "risk": risk.risk_of(tx, visit, guest, areas) if decides else None,
        "code": visit.code if _may_know_code(actor, visit) else None,
        "number_because": _number_because(tx, actor, visit),
        "accepted": texts.accepted(tx, visit),
        "steps": [_step(step, deciders, people, actor, areas) for step in sorted(steps, key=in_order)],
        "can": _can(actor, visit, state, deciders),
    }


ORDER: dict[str, int] = {reason.value: place for place, reason in enumerate(Reason)}
PLAIN = (
    "id", "site_id", "party_id", "kind", "purpose", "state", "walk_in", "starts_at", "ends_at", "items", "language",
    "declined_at", "arrived_at", "id_checked_at", "cleared_at", "entered_at", "left_at", "left_certainty", "created_at",
    "version",
)  # fmt: skip


def is_overstay(visit: Row[Any], tx: Tx) -> bool:
    """Whether the visitor is still here after the window and its grace; judged when read."""
    return State(visit.state) in rules.ON_PREMISES and is_late(tx, visit.site_id, visit.ends_at)


def is_late(tx: Tx, site_id: str, ends_at: datetime) -> bool:
    """Whether a visit that ends at `ends_at` is over, with the site's grace."""
    return tx.now > ends_at + settings.limits(tx, site_id).overstay_after


def in_order(step: Row[Any]) -> int:
    """The place of a step among those of its visit."""
    return ORDER[step.reason]


def _people_of(
    visit: Row[Any], steps: Sequence[Row[Any]], deciders: dict[Reason, list[str]], custody: Row[Any] | None
) -> Collection[str]:
    people = {visit.host_id, visit.requested_by, visit.escort_id, *(step.decided_by for step in steps)}
    people.update(person_id for group in deciders.values() for person_id in group)
    if custody is not None:
        people.add(custody.escort_id)
    return people - {None}


def _visitor(guest: Row[Any], name: str) -> dict[str, Any]:
    kept = {field: getattr(guest, field) for field in ("id", "company", "phone_tail")}
    return {**kept, "name": name, "has_email": guest.email is not None, "erased": guest.erased_at is not None}


def _step(
    step: Row[Any],
    deciders: dict[Reason, list[str]],
    people: dict[str, dict[str, str]],
    actor: Actor,
    areas: Sequence[Row[Any]],
) -> dict[str, Any]:
    can = deciders.get(Reason(step.reason), [])
    return {
        "reason": step.reason,
        "by_list": step.reason == Reason.FLOOR and any(area.permitters for area in areas),
        "decision": step.decision,
        "decided_by": people.get(step.decided_by),
        "decided_at": step.decided_at,
        "comment": step.comment,
        "by_phone": step.recorded_by is not None,
        "who_can": [people[person_id] for person_id in can if person_id in people],
        "mine": actor.id in can,
    }


def _may_know_code(actor: Actor, visit: Row[Any]) -> bool:
    is_party = actor.id in (visit.host_id, visit.requested_by)
    return actor.is_person and (is_party or actor.has(Role.GUARD, site=visit.site_id))


def _number_because(tx: Tx, actor: Actor, visit: Row[Any]) -> str | None:
    """Why the guard may note the whole number of the ID; None where the last four are noted."""
    guard = actor.is_person and actor.has(Role.GUARD, site=visit.site_id)
    return (settings.limits(tx, visit.site_id).full_number_because or None) if guard else None


def helps(actor: Actor, visit: Row[Any]) -> bool:
    """Whether the reader would help the visitor out of the building, or noted what help is needed."""
    is_party = actor.id in (visit.host_id, visit.requested_by, visit.escort_id)
    return actor.is_person and (is_party or any(actor.has(role, site=visit.site_id) for role in SEE_ALL))


def _can(actor: Actor, visit: Row[Any], state: State, deciders: dict[Reason, list[str]]) -> list[str]:
    if not actor.is_person:
        return []
    can: list[str] = []
    if any(actor.id in people for people in deciders.values()):
        can += [decision.value for decision in Decision]
    party = rules.changer_is_party(visit.requested_by, visit.host_id, actor.id, actor.roles, visit.site_id)
    for act in (Act.CHANGE, Act.WITHDRAW):
        if allowed(party, rules.act_fits_state(act, state)):
            can.append(act.value)
    if actor.has(Role.GUARD, site=visit.site_id):
        at_the_door = (Act.CHECK_ID, Act.HAND_BADGE, Act.LEAVE, Act.CONFIRM_LEFT)
        can += [act.value for act in at_the_door if rules.act_fits_state(act, state)]
        if visit.walk_in and deciders.get(Reason.HOST):
            can.append("say_by_phone")
    return can
