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
    LOST = "lost"

    @property
    def zh(self) -> str:
        """In Chinese."""
        return OUTCOME_WORDS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return OUTCOME_WORDS[self][1]


OUTCOME_WORDS = {
    Outcome.DECLARED: ("待寄存", "to be left outside"),
    Outcome.CARRIED: ("随身携带", "carried along"),
    Outcome.LEFT_OUTSIDE: ("已寄存", "left outside"),
    Outcome.GIVEN_BACK: ("已领回", "given back"),
    Outcome.LOST: ("已遗失", "lost"),
}
WITH_VISITOR = frozenset({Outcome.DECLARED, Outcome.CARRIED})


class Declared(Protocol):
    """A declared thing as the rules see it."""

    kind: str
    outcome: str


def outcome_of(kind: BelongingKind) -> Outcome:
    """Where a thing goes when it is declared: listed media wait for a locker, everything else is carried along."""
    return Outcome.DECLARED if kind in LISTED_MEDIA else Outcome.CARRIED


@rule(
    "2.7c",
    zh="U 盘、光盘、播放器等须先存放在寄存柜，没有其他办法",
    en="USB sticks, discs and players must first be left in a locker; there is no other way",
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


@rule(
    "2.7c",
    kind=Kind.WHO,
    zh="寄存情况由保安人员、现场管理人员和本职场经理查看",
    en="What lies in the lockers is for guards, floor managers and the site's managers",
)
def sees_lockers(roles: Collection[str], site_id: str) -> bool:
    """The list of all lockers is for those who run the door, lead the site or audit it."""
    return any(covers(roles, role, site=site_id) for role in READERS)


READERS = (Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.SECURITY_ADMIN, Role.AUDITOR)


@rule(
    "2.7c",
    kind=Kind.INPUT,
    pointer="/tag",
    zh="寄存牌 {tag} 正在使用，请换一个",
    en="Tag {tag} is in use; take another",
)
def tag_is_free(free: bool) -> bool:
    """One tag stands for one visitor's things."""
    return free


@rule(
    "2.7c",
    zh="已由{who}办理，现在：{state_zh}",
    en="{who} has done so already; it is {state_en}",
)
def thing_is_with_the_visitor(outcome: Outcome) -> bool:
    """What the visitor still carries can be left outside."""
    return outcome in WITH_VISITOR


@rule("2.7c", zh="这件物品不在寄存柜里：{state_zh}", en="It is in no locker: {state_en}")
def thing_lies_in_a_locker(outcome: Outcome) -> bool:
    """What is given back was left outside, and is given back once."""
    return outcome is Outcome.LEFT_OUTSIDE


@rule("2.7c", kind=Kind.INPUT, pointer="/note", zh="请写明怎样遗失的", en="Say how it was lost")
def loss_is_explained(note: str) -> bool:
    """A thing that cannot be given back leaves the locker with what is known of it."""
    return len(note.strip()) >= 2


@rule("2.7c", zh="访客不在场，不能登记随身物品", en="The visitor is not here; belongings are declared on the premises")
def visitor_is_here(on_premises: bool) -> bool:
    """Belongings are shown, voluntarily, by a visitor who stands there."""
    return on_premises
