"""A stranger is first taken out, politely, then asked; nobody uses force, searches or holds anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

OLDEST_REPORT = timedelta(days=1)
"""How long ago a report may say the stranger was seen: a tablet without network sends it later."""
CLOCKS_DIFFER = timedelta(minutes=2)


class StrangerState(StrEnum):
    """How far a case has come."""

    SEEN = "seen"
    OUT = "out"
    ASKED = "asked"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return STATE_WORDS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return STATE_WORDS[self][1]


STATE_WORDS = {
    StrangerState.SEEN: ("尚未请离", "not out yet"),
    StrangerState.OUT: ("已请离", "shown out"),
    StrangerState.ASKED: ("已询问", "asked"),
    StrangerState.CLOSED: ("已关闭", "closed"),
}


class StrangerAct(StrEnum):
    """What people do to a case, in the order of the buttons."""

    CALL_GUARD = "call_guard"
    SHOW_OUT = "show_out"
    ASK = "ask"
    DESCRIBE = "describe"
    CLOSE = "close"


class Outcome(StrEnum):
    """Who it turned out to be, or how it ended."""

    LEFT = "left"
    VISITOR = "visitor"
    NEW_EMPLOYEE = "new_employee"
    COLLEAGUE = "colleague"
    POLICE = "police"
    UNKNOWN = "unknown"


LEARNT_BY_ASKING = frozenset({Outcome.VISITOR, Outcome.NEW_EMPLOYEE, Outcome.COLLEAGUE})
OPEN = frozenset({StrangerState.SEEN, StrangerState.OUT, StrangerState.ASKED})
ALLOWED_FROM: Mapping[StrangerAct, frozenset[StrangerState]] = {
    StrangerAct.CALL_GUARD: frozenset({StrangerState.SEEN}),
    StrangerAct.SHOW_OUT: frozenset({StrangerState.SEEN}),
    StrangerAct.ASK: frozenset({StrangerState.OUT}),
    StrangerAct.DESCRIBE: OPEN,
    StrangerAct.CLOSE: OPEN,
}
FOLLOW_UP = (Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER)
READERS = (*FOLLOW_UP, Role.SECURITY_ADMIN, Role.AUDITOR)


@rule("2.3", zh="先礼貌请离，再询问", en="First out, politely; only then ask")
def out_comes_before_asked(act: StrangerAct, state: StrangerState) -> bool:
    """A stranger is taken out first and asked afterwards."""
    return act is not StrangerAct.ASK or state is not StrangerState.SEEN


@rule("2.3", zh="{who}已经办理，现在：{state_zh}", en="{who} has done so already; the case is {state_en}")
def act_is_still_to_do(act: StrangerAct, state: StrangerState) -> bool:
    """Each step is done once, and nothing changes in a closed case."""
    return state in ALLOWED_FROM[act] or not out_comes_before_asked(act, state)


@rule(
    "2.3",
    pointer="/outcome",
    zh="请离并询问以后，才能填写这个结果",
    en="This outcome is known only after the stranger was shown out and asked",
)
def outcome_was_learnt(outcome: Outcome, state: StrangerState) -> bool:
    """Who somebody is, is learnt by asking, outside; that they left or that the police came needs no asking."""
    return outcome not in LEARNT_BY_ASKING or state is StrangerState.ASKED


@rule(
    "2.3",
    kind=Kind.WHO,
    zh="由保安人员、现场管理人员、值班经理或上报人继续办理",
    en="Guards, floor managers, the duty manager or the reporter go on with it",
)
def follows_it_up(roles: Collection[str], site_id: str, *, reported_it: bool) -> bool:
    """Whoever saw the stranger, and those who run door and floor, carry the case on under their own name."""
    return reported_it or any(covers(roles, role, site=site_id) for role in FOLLOW_UP)


@rule("2.3", kind=Kind.WHO, zh="这类记录由保安人员和管理人员查看", en="These cases are for guards and managers")
def sees_all_cases(roles: Collection[str], site_id: str) -> bool:
    """All cases of a site are for those who follow them up or audit them; anybody else sees their own reports."""
    return any(covers(roles, role, site=site_id) for role in READERS)


@rule(
    "2.3",
    kind=Kind.WHO,
    zh="请由员工本人或在已配对的平板上报",
    en="A stranger is reported by somebody who works here, or at a paired tablet",
)
def somebody_saw_the_stranger(person_or_tablet: bool) -> bool:
    """A report comes from eyes on the spot: a person, or the tablet they tapped, without a name if they like."""
    return person_or_tablet


@rule("2.3", kind=Kind.INPUT, pointer="/site_id", zh="请选择职场", en="Choose the site")
def place_is_known(known: bool) -> bool:
    """An alarm names a site, or the guard cannot go there."""
    return known


@rule(
    "2.3",
    kind=Kind.INPUT,
    pointer="/seen_at",
    zh="发现时间应在最近一天之内，且不晚于现在",
    en="It must have been seen within the last day, and not later than now",
)
def seen_lately(seen_at: datetime, now: datetime) -> bool:
    """A report is about now, or about the hours in which a tablet had no network."""
    return now - OLDEST_REPORT <= seen_at <= now + CLOCKS_DIFFER
