"""Listed media have one outcome: left outside. Showing is voluntary; nobody is searched and nothing is taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class BelongingKind(StrEnum):
    """Kinds of things a visitor may declare."""

    USB_STICK = "usb_stick"
    DISC = "disc"
    EXTERNAL_DISK = "external_disk"
    MP3 = "mp3"
    MP4 = "mp4"
    PLAYER = "player"
    CAMERA = "camera"
    PHONE = "phone"
    LAPTOP = "laptop"
    TOOL = "tool"
    FOOD = "food"
    OTHER = "other"


LISTED_MEDIA = frozenset(
    {
        BelongingKind.USB_STICK,
        BelongingKind.DISC,
        BelongingKind.EXTERNAL_DISK,
        BelongingKind.MP3,
        BelongingKind.MP4,
        BelongingKind.PLAYER,
    }
)
"""Outside media that never enter the floor, visitors' or staff's (2.7c)."""


class Outcome(StrEnum):
    """Where a declared thing is."""

    DECLARED = "declared"
    CARRIED = "carried"
    LEFT_OUTSIDE = "left_outside"
    GIVEN_BACK = "given_back"


class Declared(Protocol):
    """A declared thing as the rules see it."""

    kind: str
    outcome: str


def outcome_of(kind: BelongingKind) -> Outcome:
    """Where a thing goes when it is declared: listed media wait for a locker, everything else is carried along."""
    return Outcome.DECLARED if kind in LISTED_MEDIA else Outcome.CARRIED


@rule(
    "2.7c",
    zh="U 盘、光盘、播放器等须先存放寄存柜（2.7c 所列介质只有寄存一种办法）",
    en="USB sticks, discs and players must first be left in a locker; there is no other way for listed media",
    public_zh="U 盘、光盘、播放器请先存放在寄存柜，离开时凭寄存牌领取",
    public_en="Please leave USB sticks, discs and players in a locker first; collect them with your tag",
)
def belongings_are_settled(declared: Sequence[Declared]) -> bool:
    """Before the badge each listed medium lies in a locker with a tag."""
    return all(one.outcome != Outcome.DECLARED for one in declared)


@rule("2.7c", kind=Kind.WHO, zh="寄存由保安人员办理", en="Lockers are run by the guards")
def runs_lockers(roles: Collection[str], site_id: str) -> bool:
    """Belongings are taken into a locker and given back at the door."""
    return covers(roles, Role.GUARD, site=site_id)


@rule("2.7c", kind=Kind.INPUT, pointer="/tag", zh="寄存牌{tag}正在使用，请换一个", en="Tag {tag} is in use")
def tag_is_free(taken: bool) -> bool:
    """One tag stands for one visitor's things."""
    return not taken
