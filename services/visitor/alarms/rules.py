"""Which alarms there are, whom each reaches unless a site decides otherwise, and who may settle one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class AlarmKind(StrEnum):
    """What an alarm is about."""

    OVERSTAY = "overstay"
    ESCORT_LOST = "escort_lost"
    BADGE_LOST = "badge_lost"
    BADGE_NOT_RETURNED = "badge_not_returned"
    BADGES_DIFFER = "badges_differ"
    STRANGER = "stranger"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Routing:
    """The roles told at once, and those told when nobody has settled it some minutes later."""

    first: tuple[Role, ...]
    later: tuple[Role, ...]


AT_THE_DOOR = Routing((Role.GUARD,), (Role.FLOOR_MANAGER,))
USUAL: dict[AlarmKind, Routing] = {
    AlarmKind.OVERSTAY: AT_THE_DOOR,
    AlarmKind.ESCORT_LOST: Routing((Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER), (Role.DUTY_MANAGER,)),
    AlarmKind.BADGE_LOST: AT_THE_DOOR,
    AlarmKind.BADGE_NOT_RETURNED: AT_THE_DOOR,
    AlarmKind.BADGES_DIFFER: Routing((Role.FLOOR_MANAGER, Role.CENTRE_MANAGER), ()),
    AlarmKind.STRANGER: Routing((Role.GUARD, Role.FLOOR_MANAGER), (Role.DUTY_MANAGER,)),
    AlarmKind.HELP: AT_THE_DOOR,
}
"""Guard and the people concerned at once, the floor manager after some minutes; more where a visitor or stranger stands
unaccompanied on the floor."""

NOTICE_OF = {kind: "visit.overstay" if kind is AlarmKind.OVERSTAY else kind.value for kind in AlarmKind}
"""The kind of notice that tells of an alarm."""
ROSTERED = frozenset({Role.GUARD, Role.DUTY_MANAGER})
"""Roles that the duty roster fills by the hour."""
SETTLERS = (Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER)
READERS = (*SETTLERS, Role.SECURITY_ADMIN, Role.AUDITOR, Role.LEADER)
RINGS_AGAIN_AFTER = timedelta(minutes=1)
"""How soon the same call for help rings once more."""


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="警报由本职场的保安人员、现场管理人员、值班经理或运营经理处理",
    en="Alarms are settled by the site's guards, floor manager, duty manager or centre manager",
)
def settles_alarms(roles: Collection[str], site_id: str) -> bool:
    """Whoever is told of an alarm of the site may say that it is dealt with."""
    return any(covers(roles, role, site=site_id) for role in SETTLERS)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="警报由保安人员和本职场的管理人员查看",
    en="Alarms are for guards and the site's managers",
)
def sees_alarms(roles: Collection[str], site_id: str) -> bool:
    """What is red at a site is shown to those who run the door, lead the site or audit it."""
    return any(covers(roles, role, site=site_id) for role in READERS)


@rule("2.1", kind=Kind.INPUT, pointer="/note", zh="请写明如何处理", en="Say what was done")
def settling_says_how(note: str) -> bool:
    """An alarm that ends by hand ends with what was done."""
    return len(note.strip()) >= 2


@rule("2.1", kind=Kind.INPUT, pointer="/values", zh="至少立即通知一种角色", en="At least one role is told at once")
def alarm_reaches_somebody(reaches: bool) -> bool:
    """No alarm goes to nobody."""
    return reaches


def rings_again(told_at: datetime, now: datetime) -> bool:
    """Whether an alarm that still stands is told once more when it is raised again."""
    return now - told_at >= RINGS_AGAIN_AFTER
