"""Deciding visits: the steps of a permission, one person at a time, and what follows from the last of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, NotFound, Stale
from chassis.rules import PolicyRefused, enforce
from services.visitor import events
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.visits import planning, related_store, rules, schemas, standing, store, views
from services.visitor.visits.rules import Act, Decision, Reason, State

ENDS_IN = {Decision.RETURN: State.RETURNED, Decision.REFUSE: State.REFUSED}
DECIDED = {
    Decision.APPROVE: ("同意", "approved"),
    Decision.RETURN: ("退回", "returned"),
    Decision.REFUSE: ("拒绝", "refused"),
}
JUST_NOW = timedelta(minutes=1)


def open_round(tx: Tx, actor: Actor, visit_id: str) -> None:
    """Lay out the steps of the present round; the host who asks has decided the host's step by asking."""
    visit = store.visit_for_update(tx, visit_id)
    assert visit is not None
    store.add_steps(
        tx, visit_id, visit.round, planning.steps_for(tx, visit.site_id, visit.area_ids, visit.starts_at, visit.ends_at)
    )
    if actor.id == visit.host_id:
        _decide_step(tx, actor, visit, Reason.HOST, Decision.APPROVE, "")
        _settle(tx, actor, visit)
    _tell_deciders(tx, actor, visit_id)


def decide(tx: Tx, actor: Actor, visit_id: str, asked: schemas.DecisionAsked, seen: int | None) -> dict[str, Any]:
    """Decide the step that waits for the caller. Of two at once one wins and the other reads who."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    _decide(tx, actor, visit, asked, seen)
    return views.show(tx, actor, visit_id)


def show_party(tx: Tx, actor: Actor, party_id: str) -> dict[str, Any]:
    """A party as far as the caller may see it. Raises `NotFound`."""
    visits = _party(tx, actor, party_id)
    return {"party_id": party_id, "visits": [views.shown(tx, actor, visit) for visit in visits]}


def decide_party(tx: Tx, actor: Actor, party_id: str, asked: schemas.DecisionAsked) -> dict[str, Any]:
    """Decide the caller's step on every visit of a party that still waits, each by its own rules; a result for each.

    What lets nobody of the party be decided is raised as for a single visit.
    """
    enforce(rules.refusal_has_its_reason(asked.decision, asked.comment))
    found = _party(tx, actor, party_id, lock=True)
    waiting = [visit for visit in found if State(visit.state) in rules.WAITING]
    if not waiting:
        raise _already_decided(tx, found[0])
    refused = {visit.id: _refusal(tx, actor, visit, asked) for visit in waiting}
    errors = [error for error in refused.values() if error is not None]
    if len(errors) == len(waiting):
        raise errors[0]
    results = [{"visit_id": visit_id, "decided": error is None, **_told(error)} for visit_id, error in refused.items()]
    return {**show_party(tx, actor, party_id), "results": results}


def _party(tx: Tx, actor: Actor, party_id: str, *, lock: bool = False) -> list[Row[Any]]:
    found = [one for one in related_store.party(tx, party_id, lock=lock) if views.may_see(tx, actor, one)]
    if not found:
        raise NotFound("没有找到这批来访", "There is no such party")
    return found


def _refusal(tx: Tx, actor: Actor, visit: Row[Any], asked: schemas.DecisionAsked) -> PolicyRefused | Conflict | None:
    """Decide one visit of a party, or why not: rules come before any writing, so a refusal leaves nothing half done."""
    try:
        _decide(tx, actor, visit, asked, None)
    except (PolicyRefused, Conflict) as error:
        return error
    return None


def _told(error: PolicyRefused | Conflict | None) -> dict[str, str | None]:
    """A refusal in both languages, to stand beside the visitor it is about."""
    if error is None:
        return {"zh": None, "en": None}
    if isinstance(error, Conflict):
        return {"zh": error.detail_zh, "en": error.detail_en}
    texts = {language: [breach.text(language) for breach in error.breaches] for language in ("zh", "en")}
    return {"zh": "；".join(texts["zh"]), "en": " ".join(texts["en"])}


def say_by_phone(tx: Tx, actor: Actor, visit_id: str, asked: schemas.PhoneDecision) -> dict[str, Any]:
    """Record the host's yes or no said by phone: the guard's act, the host's word (`decided.md`, Host)."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(
        rules.guard_manages_outsiders(actor.roles, visit.site_id),
        rules.word_is_recorded_by_another(visit.requested_by, actor.id),
        rules.refusal_has_its_reason(asked.decision, asked.comment),
    )
    if State(visit.state) not in rules.WAITING:
        raise _already_decided(tx, visit, Reason.HOST)
    _decide_step(tx, actor, visit, Reason.HOST, asked.decision, asked.comment, said_by=visit.host_id)
    _settle(tx, actor, visit)
    return views.show(tx, actor, visit_id)


def _decide(tx: Tx, actor: Actor, visit: Row[Any], asked: schemas.DecisionAsked, seen: int | None) -> None:
    steps = views.steps_seen(store.steps(tx, visit.id, visit.round))
    reason = asked.step or _mine(tx, visit, steps, actor.id)
    enforce(rules.step_is_needed(asked.step, steps))
    decided = any(step.reason is reason and step.decision is not None for step in steps)
    if reason is None or decided or State(visit.state) not in rules.WAITING:
        raise _already_decided(tx, visit, reason)
    if seen is not None and seen != visit.version:
        raise Stale()
    can = "、".join(row["name"] for row in DIRECTORY.names(tx, views.who_can(tx, visit, reason, steps)).values())
    enforce(
        rules.decider_is_entitled(views.entitled(tx, visit, reason), actor.id).say(who=can or "—"),
        rules.floor_is_not_decided_by_its_requester(reason, visit.requested_by, visit.host_id, actor.id).say(who=can),
        rules.decides_once(steps, actor.id),
        rules.refusal_has_its_reason(asked.decision, asked.comment),
    )
    _decide_step(tx, actor, visit, reason, asked.decision, asked.comment)
    _settle(tx, actor, visit)


def _mine(tx: Tx, visit: Row[Any], steps: list[rules.StepSeen], person_id: str) -> Reason | None:
    """The person's first open step, else one of theirs that somebody else was faster on, else the first one open,
    whose refusal then tells who can.
    """
    theirs = [step for step in steps if views.may_decide(tx, visit, step.reason, steps, person_id)]
    still_open = [step for step in steps if step.decision is None]
    found = [step for step in theirs if step in still_open] or theirs or still_open
    return found[0].reason if found else None


def _decide_step(
    tx: Tx,
    actor: Actor,
    visit: Row[Any],
    reason: Reason,
    decision: Decision,
    comment: str,
    said_by: str | None = None,
) -> None:
    recorded = f"{actor.kind}:{actor.id}" if said_by else None
    values = {"decision": decision.value, "decided_by": said_by or actor.id, "recorded_by": recorded}
    if not store.decide_step(tx, visit, reason, {**values, "comment": comment}):
        raise _already_decided(tx, visit)
    record(tx, actor, events.StepDecided(visit.id, reason, decision, said_by))


def _settle(tx: Tx, actor: Actor, visit: Row[Any]) -> None:
    """Bring the visit's state in line with its steps, and tell who waits for the outcome."""
    decisions = [step.decision for step in views.steps_seen(store.steps(tx, visit.id, visit.round))]
    ended = next((ENDS_IN[decision] for decision in decisions if decision in ENDS_IN), None)
    complete = all(decision is Decision.APPROVE for decision in decisions)
    state = ended or (State.APPROVED if complete else State.IN_REVIEW)
    if not store.move(tx, visit, Act.DECIDE, state):
        raise _already_decided(tx, visit)
    settle_asked(tx, actor, visit.id)
    if state is State.IN_REVIEW:
        return
    record(tx, actor, events.VisitApproved(visit.id) if complete else events.VisitEnded(visit.id, state))
    parties = {visit.host_id, visit.requested_by} - {actor.id}
    NOTICES.tell(tx, actor, f"visit.{state}", parties, f"/visits/{visit.id}", f"visit:{visit.id}")


def settle_asked(tx: Tx, actor: Actor, visit_id: str) -> None:
    """Tell those who were asked to decide and need not any more."""
    _let_go(tx, actor, visit_id, _deciders(tx, _visit(tx, visit_id)))


def _let_go(tx: Tx, actor: Actor, visit_id: str, still: set[str]) -> None:
    NOTICES.settle(tx, actor, "visit.settled", f"/visits/{visit_id}", f"visit:{visit_id}", still=still)


def _tell_deciders(tx: Tx, actor: Actor, visit_id: str) -> None:
    """Ask whoever can decide a step, and let go of those who could before a change."""
    visit = _visit(tx, visit_id)
    people = _deciders(tx, visit)
    _let_go(tx, actor, visit_id, people)
    page, subject = f"/visits/{visit_id}", f"visit:{visit_id}"
    NOTICES.tell(tx, actor, "visit.decide", people, page, subject, alarm=visit.walk_in, asks=True)


def _visit(tx: Tx, visit_id: str) -> Row[Any]:
    visit = store.visit(tx, visit_id)
    assert visit is not None
    return visit


def _deciders(tx: Tx, visit: Row[Any]) -> set[str]:
    """Everybody who can decide some step of the visit now; nobody once it waits no longer."""
    if State(visit.state) not in rules.WAITING:
        return set()
    steps = views.steps_seen(store.steps(tx, visit.id, visit.round))
    undecided = [step.reason for step in steps if step.decision is None]
    return {person for reason in undecided for person in views.who_can(tx, visit, reason, steps)}


def _already_decided(tx: Tx, visit: Row[Any], reason: Reason | None = None) -> Conflict:
    """Names who decided the step (the last one without `reason`) and when, so that the slower of two reads it."""
    made = [
        step
        for step in store.steps(tx, visit.id, visit.round)
        if step.decided_at is not None and reason in (None, step.reason)
    ]
    if not made or State(visit.state) in (State.WITHDRAWN, State.LAPSED):
        return standing.overtaken(tx, visit)
    last = max(made, key=lambda step: (step.decided_at, views.in_order(step)))
    name = DIRECTORY.names(tx, [last.decided_by]).get(last.decided_by, {}).get("name", "—")
    told = {"decided_by": name, "decided_at": last.decided_at, "decision": last.decision}
    if tx.now - last.decided_at < JUST_NOW:
        return Conflict(
            f"刚刚已由{name}处理，您的操作没有生效", f"{name} has just decided; yours took no effect", **told
        )
    at, (zh, en) = standing.local_time(tx, visit, last.decided_at), DECIDED[Decision(last.decision)]
    return Conflict(f"这件事已由{name}于 {at} {zh}，无需再处理", f"Already {en} by {name} at {at}", **told)
