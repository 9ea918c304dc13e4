"""Who may keep a visitor's data by law, why, until which review, and when a hold is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

LONGEST = timedelta(days=366)
"""Whoever keeps data by law looks at the reason anew within a year."""


class Because(StrEnum):
    """Why data is held: one of a list, since the journal keeps it for ever and a sentence would name people."""

    AUTHORITY = "authority"
    INCIDENT = "incident"
    DISPUTE = "dispute"
    CLAIM = "claim"


WORDS = {
    Because.AUTHORITY: ("有权机关要求", "asked for by an authority"),
    Because.INCIDENT: ("安全事件调查", "an incident under investigation"),
    Because.DISPUTE: ("诉讼或仲裁", "a lawsuit or arbitration"),
    Because.CLAIM: ("索赔或保险", "a claim or insurance"),
}


class HoldState(StrEnum):
    """How a hold stands."""

    IN_FORCE = "in_force"
    REVIEW_DUE = "review_due"
    LIFTED = "lifted"


def state_of(review_on: date, today: date, *, lifted: bool) -> HoldState:
    """A hold whose review is late stays in force: evidence is not lost because nobody looked."""
    if lifted:
        return HoldState.LIFTED
    return HoldState.REVIEW_DUE if review_on <= today else HoldState.IN_FORCE


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="依法保留由安全管理员设定、复核和解除",
    en="A legal hold is placed, reviewed and lifted by the security admin",
)
def holds_by_right(roles: Collection[str]) -> bool:
    """Whoever keeps retention says what it has to leave alone."""
    return covers(roles, Role.SECURITY_ADMIN)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="依法保留由安全管理员和审计员查看",
    en="Legal holds are for the security admin and the auditor",
)
def sees_holds(roles: Collection[str]) -> bool:
    """That somebody is looked into is not for whoever received them."""
    return covers(roles, Role.SECURITY_ADMIN) or covers(roles, Role.AUDITOR)


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="这位来访人的个人信息已删除，没有可以保留的",
    en="This visitor's personal data was erased; there is nothing to hold",
)
def something_is_left(erased: bool) -> bool:
    """What was erased cannot be kept."""
    return not erased


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/review_on",
    zh="复核日期最早为明天，最晚为一年后",
    en="The review is due tomorrow at the earliest and within a year",
)
def review_is_ahead(review_on: date, today: date) -> bool:
    """A hold without an end in sight is looked at again."""
    return today < review_on <= today + LONGEST


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="已由{who}解除，不再保留",
    en="{who} has lifted it; nothing is held any more",
)
def hold_is_in_force(lifted: bool) -> bool:
    """A hold is lifted once; what it kept may be gone by then."""
    return not lifted


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="这位来访人的信息依法保留中（{because_zh}，复核日期 {review_on}），解除后才能删除",
    en="This visitor's data is on a legal hold ({because_en}, review on {review_on}); erase once it is lifted",
)
def nothing_is_held(held: bool) -> bool:
    """What the law keeps is erased by nobody, whoever asks."""
    return not held
