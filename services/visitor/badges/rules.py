"""Which badge may go to whom, who keeps the stock, and when a day's badges add up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

MOST_AT_ONCE = 500
"""How many badges one call may add."""


class BadgeState(StrEnum):
    """Where a badge is."""

    STORED = "stored"
    HANDED_OUT = "handed_out"
    LOST = "lost"
    DEAD = "dead"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return STATE_WORDS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return STATE_WORDS[self][1]


STATE_WORDS = {
    BadgeState.STORED: ("在库", "in store"),
    BadgeState.HANDED_OUT: ("已发出", "handed out"),
    BadgeState.LOST: ("已挂失", "lost"),
    BadgeState.DEAD: ("已作废", "retired"),
}


class BadgeKind(StrEnum):
    """Badges differ visibly by where they may be worn."""

    LOUNGE = "lounge"
    FLOOR = "floor"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return "职场访客证" if self is BadgeKind.FLOOR else "休息室访客证"

    @property
    def en(self) -> str:
        """In English."""
        return "floor badge" if self is BadgeKind.FLOOR else "lounge badge"


class Outcome(StrEnum):
    """How a badge that was handed out came to rest."""

    RETURNED = "returned"
    LOST = "lost"


KEEPERS = (Role.GUARD, Role.FLOOR_MANAGER, Role.PLATFORM_ADMIN)
READERS = (*KEEPERS, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.SECURITY_ADMIN, Role.AUDITOR)


@rule("2.1", kind=Kind.WHO, zh="访客证由保安人员或现场管理人员保管", en="Badges are kept by guards or floor managers")
def keeps_badges(roles: Collection[str], site_id: str) -> bool:
    """The stock is kept at the door."""
    return any(covers(roles, role, site=site_id) for role in KEEPERS)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="访客证库存由保安人员、现场管理人员和本职场经理查看",
    en="The badge stock is for guards, floor managers and the site's managers",
)
def sees_badges(roles: Collection[str], site_id: str) -> bool:
    """Who wears which badge is shown to those who run the door, lead the site or audit it."""
    return any(covers(roles, role, site=site_id) for role in READERS)


@rule("2.1", kind=Kind.INPUT, pointer="/badge_no", zh="没有这张访客证", en="There is no such badge")
def badge_exists(exists: bool) -> bool:
    """Only badges of the stock are handed out."""
    return exists


@rule(
    "2.1",
    pointer="/badge_no",
    zh="访客证 {no} {state_zh}，请换一张。可用：{free}",
    en="Badge {no} is {state_en}; take another. Free: {free}",
)
def badge_is_stored(state: BadgeState) -> bool:
    """A badge is with one visitor at a time, and a lost one with nobody."""
    return state is BadgeState.STORED


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge_no",
    zh="这次来访要用{kind_zh}。可用：{free}",
    en="This visit needs a {kind_en}. Free: {free}",
)
def badge_fits_areas(kind: BadgeKind, floor: bool) -> bool:
    """A badge shows from afar where its wearer may be."""
    return (kind is BadgeKind.FLOOR) is floor


@rule("2.1", zh="这位访客已领访客证 {held}", en="This visitor already has badge {held}")
def visit_holds_no_badge(held: str | None) -> bool:
    """A visitor wears one badge."""
    return held is None


@rule("2.1", zh="访客证 {no} {state_zh}，不能作废", en="Badge {no} is {state_en} and cannot be retired")
def badge_may_be_retired(state: BadgeState) -> bool:
    """A badge that a visitor wears is first brought back or reported lost; a retired one stays so."""
    return state in (BadgeState.STORED, BadgeState.LOST)


@rule(
    "2.1",
    zh="访客证 {no} {state_zh}，不能在这里挂失；在访客手上的，办理离开时挂失",
    en="Badge {no} is {state_en} and cannot be reported lost here; one a visitor wears is, when the visitor leaves",
)
def badge_may_be_lost(state: BadgeState) -> bool:
    """Reported lost here is what should lie in store and does not."""
    return state is BadgeState.STORED


@rule("2.1", zh="访客证 {no} {state_zh}，不是挂失的", en="Badge {no} is {state_en}, not lost")
def badge_was_lost(state: BadgeState) -> bool:
    """What is found again had been reported lost."""
    return state is BadgeState.LOST


@rule("2.1", kind=Kind.INPUT, pointer="/last", zh="号段从小到大，一次最多 500 张", en="Upwards, 500 at most")
def range_is_sound(first: int, last: int) -> bool:
    """Badges are added by a range of numbers."""
    return 0 <= last - first < MOST_AT_ONCE


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/missing",
    zh="应在库 {expected} 张，清点 {counted} 张，请逐张点出缺少的和多出的",
    en="{expected} should be in store and {counted} were counted; name each badge that is missing or too many",
)
def difference_is_named(expected: int, counted: int, missing: int, extra: int) -> bool:
    """A count that does not add up names the badges that make the difference, one by one."""
    return counted == expected - missing + extra


@rule("2.1", kind=Kind.INPUT, pointer="/missing", zh="{no} 不在应在库的访客证中", en="{no} should not be in store")
def missing_should_be_here(state: BadgeState | None) -> bool:
    """Only what should lie in store can be missing from it."""
    return state is BadgeState.STORED


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/extra",
    zh="{no} 没有发出或挂失，不能算多出的",
    en="{no} is neither handed out nor lost, so it is not one too many",
)
def extra_should_be_elsewhere(state: BadgeState | None) -> bool:
    """Too many is what lies in store while a visitor has it or it counts as lost."""
    return state in (BadgeState.HANDED_OUT, BadgeState.LOST)


def still_differs(state: BadgeState, *, missing: bool) -> bool:
    """Whether a badge of a count, named as missing or else as one too many, still is not where the stock says."""
    return (state is BadgeState.STORED) is missing


def day_after(at: datetime, zone: str) -> datetime:
    """The midnight that ends the local day of `at` in the IANA zone, as an instant: badges are due back by then."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def day_of(at: datetime, zone: str) -> datetime:
    """The midnight that begins the local day of `at` in the IANA zone, as an instant."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo)
