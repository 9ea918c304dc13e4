"""Reporting a stranger, showing them out, asking afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.paging import PageAsked, page_of
from chassis.problems import Conflict, NotFound
from chassis.rules import allowed, enforce
from services.visitor import events, on_call
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.strangers import rules, schemas, store
from services.visitor.strangers.rules import StrangerAct, StrangerState


def report(tx: Tx, actor: Actor, asked: schemas.StrangerSeen) -> dict[str, Any]:
    """One tap by anybody who works here, or at a tablet: guard and floor manager are alarmed at once."""
    site_id = asked.site_id or actor.site or _own_site(tx, actor)
    enforce(rules.place_is_known(site_id is not None and DIRECTORY.site(tx, site_id) is not None))
    assert site_id is not None
    place = asked.place or _place_of(tx, actor)
    called = tx.now if asked.guard_needed else None
    values = {"site_id": site_id, "place": place, "guard_needed": asked.guard_needed, "guard_called_at": called}
    stranger_id = store.add(tx, {**values, "reported_by": actor.id, "note": ""})
    record(tx, actor, events.StrangerReported(stranger_id, asked.guard_needed))
    _alarm(tx, actor, stranger_id, site_id)
    return show(tx, actor, stranger_id)


def call_guard(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """不便劝离，请保安处理: the guard takes it on."""
    row = _case(tx, stranger_id)
    _enforce(actor, row, StrangerAct.CALL_GUARD)
    _moved(store.move(tx, row, StrangerAct.CALL_GUARD, guard_needed=True, guard_called_at=tx.now))
    record(tx, actor, events.GuardCalled(stranger_id))
    _alarm(tx, actor, stranger_id, row.site_id)
    return show(tx, actor, stranger_id)


def shown_out(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """已请离: the stranger is outside, politely and of their own accord."""
    row = _case(tx, stranger_id)
    _enforce(actor, row, StrangerAct.SHOW_OUT)
    values = {"state": StrangerState.OUT.value, "out_at": tx.now, "out_by": actor.id}
    _moved(store.move(tx, row, StrangerAct.SHOW_OUT, **values))
    record(tx, actor, events.StrangerShownOut(stranger_id))
    return show(tx, actor, stranger_id)


def asked(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """已询问: only after the stranger is out."""
    row = _case(tx, stranger_id)
    _enforce(actor, row, StrangerAct.ASK)
    values = {"state": StrangerState.ASKED.value, "asked_at": tx.now, "asked_by": actor.id}
    _moved(store.move(tx, row, StrangerAct.ASK, **values))
    record(tx, actor, events.StrangerAsked(stranger_id))
    return show(tx, actor, stranger_id)


def close(tx: Tx, actor: Actor, stranger_id: str, closing: schemas.Closing) -> dict[str, Any]:
    """Say how it ended."""
    row = _case(tx, stranger_id)
    _enforce(actor, row, StrangerAct.CLOSE)
    ended = {"closed_at": tx.now, "closed_by": actor.id, "outcome": closing.outcome.value, "note": closing.note}
    values = {"state": StrangerState.CLOSED.value, "visit_id": closing.visit_id, **ended}
    _moved(store.move(tx, row, StrangerAct.CLOSE, **values))
    record(tx, actor, events.StrangerClosed(stranger_id, closing.outcome))
    return show(tx, actor, stranger_id)


def show(tx: Tx, actor: Actor, stranger_id: str) -> dict[str, Any]:
    """One case with what the caller may do."""
    return _shown(actor, dict(_case(tx, stranger_id)._mapping))


def list_of(tx: Tx, actor: Actor, site_id: str, page: PageAsked) -> dict[str, Any]:
    """Cases of a site, newest first."""
    found = page_of(store.listed(tx, site_id, page), page, "seen_at")
    return {**found, "items": [_shown(actor, item) for item in found["items"]]}


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    follows_up = rules.follows_it_up(actor.roles, row["site_id"], row["reported_by"], actor.id)
    state = StrangerState(row["state"])
    can = [act.value for act in StrangerAct if allowed(follows_up, rules.out_comes_before_asked(act, state))]
    hidden = ("reported_by", "out_by", "asked_by", "closed_by")
    return {**{name: value for name, value in row.items() if name not in hidden}, "can": can}


def _alarm(tx: Tx, actor: Actor, stranger_id: str, site_id: str) -> None:
    people = on_call.door_and_floor(tx, site_id)
    NOTICES.tell(tx, actor, "stranger", people, f"/strangers/{stranger_id}", f"stranger:{stranger_id}", alarm=True)


def _enforce(actor: Actor, row: Row[Any], act: StrangerAct) -> None:
    enforce(
        rules.follows_it_up(actor.roles, row.site_id, row.reported_by, actor.id),
        rules.out_comes_before_asked(act, StrangerState(row.state)),
    )


def _case(tx: Tx, stranger_id: str) -> Row[Any]:
    row = store.stranger(tx, stranger_id)
    if row is None:
        raise NotFound("没有这条记录", "There is no such case")
    return row


def _moved(moved: bool) -> None:
    if not moved:
        raise Conflict()


def _own_site(tx: Tx, actor: Actor) -> str | None:
    person = DIRECTORY.person(tx, actor.id)
    return person.site_id if person is not None else None


def _place_of(tx: Tx, actor: Actor) -> str:
    """The tablet's door, where one reported it."""
    door = DIRECTORY.door(tx, actor.door) if actor.door else None
    return str(door.name) if door is not None else ""
