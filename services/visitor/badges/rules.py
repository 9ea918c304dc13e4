"""Which badge may go to whom, and who keeps the stock."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class BadgeState(StrEnum):
    """Where a badge is."""

    STORED = "stored"
    HANDED_OUT = "handed_out"
    LOST = "lost"
    DEAD = "dead"


class BadgeKind(StrEnum):
    """Badges differ visibly by where they may be worn."""

    LOUNGE = "lounge"
    FLOOR = "floor"


MOST_AT_ONCE = 500


@rule("2.1", kind=Kind.WHO, zh="访客证由保安人员或现场管理人员保管", en="Badges are kept by guards or floor managers")
def keeps_badges(roles: Collection[str], site_id: str) -> bool:
    """The stock is kept at the door."""
    keepers = (Role.GUARD, Role.FLOOR_MANAGER, Role.PLATFORM_ADMIN)
    return any(covers(roles, role, site=site_id) for role in keepers)


@rule("2.1", kind=Kind.INPUT, pointer="/badge_no", zh="没有这张访客证", en="There is no such badge")
def badge_exists(exists: bool) -> bool:
    """Only badges of the stock are handed out."""
    return exists


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge_no",
    zh="{no}现在不在库，请换一张。可用：{free}",
    en="{no} is not in store; take another. Free: {free}",
)
def badge_is_stored(state: BadgeState) -> bool:
    """A badge is with one visitor at a time, and a lost one with nobody."""
    return state is BadgeState.STORED


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge_no",
    zh="这次来访要用{kind}访客证。可用：{free}",
    en="This visit needs a {kind} badge. Free: {free}",
)
def badge_fits_areas(kind: BadgeKind, floor: bool) -> bool:
    """A badge shows from afar where its wearer may be."""
    return (kind is BadgeKind.FLOOR) is floor


@rule("2.1", kind=Kind.INPUT, pointer="/last", zh="号段从小到大，一次最多 500 张", en="Upwards, 500 at most")
def range_is_sound(first: int, last: int) -> bool:
    """Badges are added by a range of numbers."""
    return 0 <= last - first < MOST_AT_ONCE
