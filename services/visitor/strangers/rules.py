"""A stranger is first taken out, then asked; nobody uses force, searches or holds anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class StrangerState(StrEnum):
    """How far a case has come."""

    SEEN = "seen"
    OUT = "out"
    ASKED = "asked"
    CLOSED = "closed"


class StrangerAct(StrEnum):
    """What people do."""

    CALL_GUARD = "call_guard"
    SHOW_OUT = "show_out"
    ASK = "ask"
    CLOSE = "close"


class Outcome(StrEnum):
    """Who it turned out to be."""

    LEFT = "left"
    VISITOR = "visitor"
    NEW_EMPLOYEE = "new_employee"
    COLLEAGUE = "colleague"
    POLICE = "police"
    UNKNOWN = "unknown"


ALLOWED_FROM: Mapping[StrangerAct, frozenset[StrangerState]] = {
    StrangerAct.CALL_GUARD: frozenset({StrangerState.SEEN}),
    StrangerAct.SHOW_OUT: frozenset({StrangerState.SEEN}),
    StrangerAct.ASK: frozenset({StrangerState.OUT}),
    StrangerAct.CLOSE: frozenset({StrangerState.OUT, StrangerState.ASKED}),
}


@rule(
    "2.3",
    zh="先礼貌请离，再询问；当前状态不能办理这一步",
    en="First out, politely; only then ask",
)
def out_comes_before_asked(act: StrangerAct, state: StrangerState) -> bool:
    """A stranger is taken out first and asked afterwards."""
    return state in ALLOWED_FROM[act]


@rule(
    "2.3",
    kind=Kind.WHO,
    zh="由保安人员、现场管理人员或上报人继续办理",
    en="Guards or the reporter go on with it",
)
def follows_it_up(roles: Collection[str], site_id: str, reported_by: str, person_id: str) -> bool:
    """Whoever saw the stranger, and those who run the door, carry the case on."""
    runs = any(covers(roles, role, site=site_id) for role in (Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER))
    return runs or reported_by == person_id


@rule("2.3", kind=Kind.INPUT, pointer="/site_id", zh="请选择职场", en="Choose the site")
def place_is_known(known: bool) -> bool:
    """An alarm names a site, or the guard cannot go there."""
    return known
