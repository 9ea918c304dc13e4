"""How a visit came to stand where it stands: what a refusal tells of who was faster."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import ActorKind
from chassis.db import Tx
from chassis.journal import latest
from chassis.problems import Conflict
from chassis.rules import Check
from services.visitor import events
from services.visitor.base import BASE, DIRECTORY
from services.visitor.visits import rules
from services.visitor.visits.rules import Act, State

STEPS = (
    events.VisitInvited, events.VisitChanged, events.StepDecided, events.VisitApproved, events.VisitEnded,
    events.VisitorArrived, events.IdChecked, events.VisitorCleared, events.VisitorEntered, events.VisitorLeftArea,
    events.VisitorLeft,
)  # fmt: skip
"""The facts that bring a visit from one state to the next."""
STEP_NAMES = frozenset(step.__name__ for step in STEPS)
STATE_WORDS = {
    State.SUBMITTED: ("待审批", "waiting for a decision"),
    State.IN_REVIEW: ("待审批", "waiting for a decision"),
    State.APPROVED: ("已同意", "approved"),
    State.RETURNED: ("已退回", "returned"),
    State.REFUSED: ("已拒绝", "refused"),
    State.WITHDRAWN: ("已撤回", "withdrawn"),
    State.ARRIVED: ("已到前台", "at the desk"),
    State.CLEARED: ("已发证", "badge handed out"),
    State.IN_LOUNGE: ("在休息室", "in the lounge"),
    State.INSIDE: ("在场", "inside"),
    State.CLOSED: ("已离开", "left"),
    State.NO_SHOW: ("未到访", "no-show"),
    State.LAPSED: ("已失效", "lapsed"),
    State.SHOWN_OUT: ("已请离", "shown out"),
    State.LEFT_UNCONFIRMED: ("离场待确认", "exit not confirmed"),
}
PROGRAM = {
    ActorKind.DEVICE: ("门口平板", "the tablet"),
    ActorKind.SYSTEM: ("系统", "the system"),
    ActorKind.OPERATOR: ("运维人员", "the operator"),
}
DESK, SYSTEM = ("前台", "The desk"), ("系统", "The system")


def fits(tx: Tx, visit: Row[Any], act: Act) -> Check:
    """Whether `act` can be done now; its refusal says who brought the visit to where it stands, and when."""
    check = rules.act_fits_state(act, State(visit.state))
    return check if check else check.say(**_words(tx, visit))


def overtaken(tx: Tx, visit: Row[Any]) -> Conflict:
    """The refusal of a write that somebody was faster than."""
    words = _words(tx, visit)
    return Conflict(
        f"刚刚已由{words['who_zh']}办理，您的操作没有生效", f"{words['who_en']} was faster; yours took no effect"
    )


def _words(tx: Tx, visit: Row[Any]) -> dict[str, str]:
    """State, who brought it about, where and when, as the texts of `act_fits_state` take them."""
    state_zh, state_en = STATE_WORDS[State(visit.state)]
    fact = latest(tx, BASE.journal, f"visit:{visit.id}", STEP_NAMES)
    assert fact is not None, "a visit begins with a fact"
    kind, _, id_ = fact["actor"].partition(":")
    who = _name(tx, ActorKind(kind), id_)
    where = _place(tx, ActorKind(kind), fact.get("door"))
    return {
        "state_zh": state_zh, "who_zh": who[0], "where_zh": where[0],
        "state_en": state_en, "who_en": who[1], "where_en": where[1],
        "at": local_time(tx, visit, datetime.fromisoformat(fact["at"])),
    }  # fmt: skip


def _name(tx: Tx, kind: ActorKind, id_: str) -> tuple[str, str]:
    person = DIRECTORY.person(tx, id_) if kind is ActorKind.PERSON else None
    return (person.name, person.name) if person is not None else PROGRAM.get(kind, ("接口程序", "a program"))


def _place(tx: Tx, kind: ActorKind, door_id: str | None) -> tuple[str, str]:
    """Where it was done, as a visitor may read it: a door, the desk, or nowhere in particular; never who."""
    door = DIRECTORY.door(tx, door_id) if door_id else None
    if door is not None:
        return door.name, door.name_en
    return SYSTEM if kind is ActorKind.SYSTEM else DESK


def local_time(tx: Tx, visit: Row[Any], at: datetime) -> str:
    """The time of day at the site, with the date unless it is today."""
    site = DIRECTORY.site(tx, visit.site_id)
    zone = ZoneInfo(site.zone if site is not None else "UTC")
    there, today = at.astimezone(zone), tx.now.astimezone(zone).date()
    return f"{there:%H:%M}" if there.date() == today else f"{there:%m-%d %H:%M}"
