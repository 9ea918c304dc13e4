"""Reporting a stranger, showing them out, asking afterwards, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import Fact, record
from chassis.problems import Conflict, Stale
from chassis.rules import enforce
from services.visitor import events
from services.visitor.alarms import actions as alarms
from services.visitor.alarms.rules import AlarmKind
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.strangers import rules, schemas, store, views
from services.visitor.strangers.rules import StrangerAct, StrangerState
from services.visitor.visits import views as visits

WITNESSES = frozenset({ActorKind.PERSON, ActorKind.DEVICE, ActorKind.SYSTEM})


def report(tx: Tx, actor: Actor, asked: schemas.StrangerSeen) -> dict[str, Any]:
    """One tap by anybody who works here, or at a tablet: guard and floor manager are alarmed at once."""
    site_id = asked.site_id or actor.site or _own_site(tx, actor)
    site = DIRECTORY.site(tx, site_id) if site_id else None
    enforce(
        rules.somebody_saw_the_stranger(actor.kind in WITNESSES),
        rules.place_is_known(site is not None),
        rules.seen_lately(asked.seen_at or tx.now, tx.now),
    )
    assert site is not None
    called = {"guard_called_at": tx.now, "guard_called_by": actor.id} if asked.guard_needed else {}
    seen_at = min(asked.seen_at or tx.now, tx.now)
    values = {"site_id": site.id, "seen_at": seen_at, **_place_of(tx, actor, site.id, asked.place)}
    values |= {"guard_needed": asked.guard_needed, "reported_by": actor.id, "note": ""}
    stranger_id = store.add(tx, {**values, **called})
    record(tx, actor, events.StrangerReported(stranger_id, asked.guard_needed))
    _alarm(tx, actor, stranger_id, site.id)
    return views.show(tx, actor, stranger_id)


def call_guard(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """不便劝离，请保安处理: the guard is alarmed once more and takes it on."""
    row = _case(tx, actor, stranger_id, StrangerAct.CALL_GUARD)
    values = {"guard_needed": True, "guard_called_at": tx.now, "guard_called_by": actor.id}
    _alarm(tx, actor, stranger_id, row.site_id, again=True)
    return _moved(tx, actor, row, StrangerAct.CALL_GUARD, values, events.GuardCalled(stranger_id))


def shown_out(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """已请离: the stranger is outside, politely and of their own accord. Who was alarmed is told."""
    row = _case(tx, actor, stranger_id, StrangerAct.SHOW_OUT)
    values = {"state": StrangerState.OUT.value, "out_at": tx.now, "out_by": actor.id}
    told = alarms.settled(tx, actor, AlarmKind.STRANGER, f"stranger:{stranger_id}")
    NOTICES.tell(tx, actor, "stranger_out", told, f"/strangers/{stranger_id}", f"stranger:{stranger_id}")
    return _moved(tx, actor, row, StrangerAct.SHOW_OUT, values, events.StrangerShownOut(stranger_id))


def asked(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """已询问: only after the stranger is out."""
    row = _case(tx, actor, stranger_id, StrangerAct.ASK)
    values = {"state": StrangerState.ASKED.value, "asked_at": tx.now, "asked_by": actor.id}
    return _moved(tx, actor, row, StrangerAct.ASK, values, events.StrangerAsked(stranger_id))


def describe(tx: Tx, actor: Actor, stranger_id: str, details: schemas.Details, seen: int | None) -> dict[str, Any]:
    """Add details after the tap. Raises `Stale` when `seen` is not the case's version."""
    row = _case(tx, actor, stranger_id, StrangerAct.DESCRIBE)
    if seen is not None and seen != row.version:
        raise Stale()
    values = {name: value for name, value in details.model_dump().items() if value is not None}
    _enforce_visit(tx, actor, details.visit_id)
    fact = events.StrangerDescribed(stranger_id, tuple(sorted(values)))
    if details.place not in (None, row.place, row.place_en):
        values["place_en"] = details.place
    elif details.place is not None:
        values["place"] = row.place
    return _moved(tx, actor, row, StrangerAct.DESCRIBE, values, fact)


def close(tx: Tx, actor: Actor, stranger_id: str, closing: schemas.Closing) -> dict[str, Any]:
    """Say how it ended."""
    row = _case(tx, actor, stranger_id, StrangerAct.CLOSE)
    enforce(rules.outcome_was_learnt(closing.outcome, StrangerState(row.state)))
    _enforce_visit(tx, actor, closing.visit_id)
    values = {"closed_at": tx.now, "closed_by": actor.id, "outcome": closing.outcome.value}
    values |= {"note": closing.note or row.note, "visit_id": closing.visit_id or row.visit_id}
    values["state"] = StrangerState.CLOSED.value
    alarms.settled(tx, actor, AlarmKind.STRANGER, f"stranger:{stranger_id}")
    return _moved(tx, actor, row, StrangerAct.CLOSE, values, events.StrangerClosed(stranger_id, closing.outcome))


def _case(tx: Tx, actor: Actor, stranger_id: str, act: StrangerAct) -> Row[Any]:
    """The case, locked, if the caller may do `act` to it now. Raises `NotFound`."""
    row = views.case_or_404(actor, store.stranger_for_update(tx, stranger_id))
    state = StrangerState(row.state)
    words = {"who": _last_hand(tx, row), "state_zh": state.zh, "state_en": state.en}
    enforce(*(check.say(**words) for check in views.checks_of(actor, row.site_id, row.reported_by, act, state)))
    return row


def _moved(tx: Tx, actor: Actor, row: Row[Any], act: StrangerAct, values: dict[str, Any], fact: Fact) -> dict[str, Any]:
    if not store.move(tx, row, act, values):
        raise Conflict()
    record(tx, actor, fact)
    return views.show(tx, actor, row.id)


def _alarm(tx: Tx, actor: Actor, stranger_id: str, site_id: str, *, again: bool = False) -> None:
    about, page = f"stranger:{stranger_id}", f"/strangers/{stranger_id}"
    alarms.raise_alarm(tx, actor, AlarmKind.STRANGER, site_id, about, page, again=again)


def _enforce_visit(tx: Tx, actor: Actor, visit_id: str | None) -> None:
    """A case is linked to a visit that the caller may see. Raises `NotFound`."""
    if visit_id is not None:
        visits.visit_or_404(tx, actor, visit_id)


def _last_hand(tx: Tx, row: Row[Any]) -> str:
    """The name of who did the latest step."""
    steps: list[tuple[datetime | None, str | None]] = [
        (row.closed_at, row.closed_by), (row.asked_at, row.asked_by), (row.out_at, row.out_by),
        (row.guard_called_at, row.guard_called_by), (row.reported_at, row.reported_by),
    ]  # fmt: skip
    by = next(by for at, by in steps if at is not None)
    person = DIRECTORY.person(tx, by) if by else None
    return str(person.name) if person is not None else "—"


def _own_site(tx: Tx, actor: Actor) -> str | None:
    person = DIRECTORY.person(tx, actor.id)
    return person.site_id if person is not None else None


def _place_of(tx: Tx, actor: Actor, site_id: str, typed: str) -> dict[str, str]:
    """Where it was, in both languages: as typed, else the tablet's door, or the site's call floor if there is one."""
    if typed:
        return {"place": typed, "place_en": typed}
    door = DIRECTORY.door(tx, actor.door) if actor.door else None
    floors = [area for area in DIRECTORY.areas_of(tx, site_id) if area.kind == "call_floor"]
    known = door if door is not None else floors[0] if len(floors) == 1 else None
    return {"place": known.name, "place_en": known.name_en} if known is not None else {"place": "", "place_en": ""}
