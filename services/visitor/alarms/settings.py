"""Whom each kind of alarm reaches at a site, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from chassis.roles import Role
from chassis.rules import Check
from chassis.site_settings import ROLE_CHOICES, Setting, Value
from services.visitor.alarms.rules import USUAL, AlarmKind, Routing, alarm_reaches_somebody

TOLD = frozenset(
    {
        Role.GUARD, Role.FLOOR_MANAGER, Role.DUTY_MANAGER, Role.CENTRE_MANAGER, Role.TEAM_LEADER, Role.GENERAL_AFFAIRS,
        Role.SECURITY_ADMIN, Role.LEADER,
    }
)  # fmt: skip
"""Roles that somebody may hold who can go there or decide."""
CHOICES = tuple(choice for choice in ROLE_CHOICES if choice.value in TOLD)
WORDS = {
    AlarmKind.OVERSTAY: ("超时未离开", "Overstay"),
    AlarmKind.ESCORT_LOST: ("访客失去陪同", "Visitor without an escort"),
    AlarmKind.BADGE_LOST: ("访客证挂失", "Badge reported lost"),
    AlarmKind.BADGE_NOT_RETURNED: ("访客证未交还", "Badge not returned"),
    AlarmKind.BADGES_DIFFER: ("访客证清点不符", "Badge count differs"),
    AlarmKind.STRANGER: ("发现陌生人", "Stranger"),
    AlarmKind.HELP: ("平板呼叫工作人员", "Help wanted at a tablet"),
}


def _first(kind: AlarmKind, routing: Routing) -> Setting:
    zh, en = WORDS[kind]
    return Setting(
        key_of(kind, "first"),
        "alarms",
        tuple(role.value for role in routing.first),
        choices=CHOICES,
        zh=f"{zh}：立即通知",
        en=f"{en}: told at once",
        why_zh="门口的事由保安人员先到；被访人和陪同人另外通知",
        why_en="Guards are there first; host and escort are told besides",
    )


def _later(kind: AlarmKind, routing: Routing) -> Setting:
    zh, en = WORDS[kind]
    return Setting(
        key_of(kind, "later"),
        "alarms",
        tuple(role.value for role in routing.later),
        choices=CHOICES,
        zh=f"{zh}：稍后通知",
        en=f"{en}: told later",
        why_zh="到时仍未处理，由这些人接手",
        why_en="They take over when nobody has settled it by then",
    )


def key_of(kind: AlarmKind, which: str) -> str:
    """The key of the setting that says who is told `first` or `later` of a kind of alarm."""
    return f"alarm.{kind.value}.{which}"


SETTINGS = tuple(make(kind, routing) for kind, routing in USUAL.items() for make in (_first, _later))


def routing(values: Mapping[str, Value], kind: AlarmKind) -> Routing:
    """The roles that an alarm of this kind reaches, by a site's values."""
    first, later = (cast("tuple[str, ...]", values[key_of(kind, which)]) for which in ("first", "later"))
    return Routing(tuple(map(Role, first)), tuple(map(Role, later)))


def reach_somebody(values: Mapping[str, Value]) -> Check:
    """The rule that no alarm goes to nobody, about the first that would."""
    silent = next((kind for kind in AlarmKind if not routing(values, kind).first), None)
    at = key_of(silent or AlarmKind.OVERSTAY, "first")
    return alarm_reaches_somebody(silent is None).at(f"/values/{at}")
