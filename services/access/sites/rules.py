"""Areas have kinds and rules go by kind; who may shape a site, who permits, and when a place can be closed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class AreaKind(StrEnum):
    """What an area is, in the policy's terms."""

    CALL_FLOOR = "call_floor"
    SERVER_ROOM = "server_room"
    LOUNGE = "lounge"
    FRONT_DESK = "front_desk"
    PUBLIC = "public"


class DoorKind(StrEnum):
    """What a door is for."""

    ENTRANCE = "entrance"
    """Into the premises: visitors come and go here."""
    FLOOR = "floor"
    """Into an area that is entered with an escort: two badges."""
    INNER = "inner"
    """Between other areas."""
    EXIT = "exit"
    """For emergencies; nobody comes in here."""


OPEN_TO_A_HOST_ALONE = frozenset({AreaKind.LOUNGE, AreaKind.FRONT_DESK, AreaKind.PUBLIC})
"""Areas for which the host's own yes is permission enough (control 2.6)."""


@rule(
    "0.1",
    kind=Kind.WHO,
    zh="只有平台管理员或安全管理员可以设置职场",
    en="Only a platform or security admin may set up sites",
)
def shapes_sites(roles: AbstractSet[str] | Sequence[str]) -> bool:
    """Sites, areas, doors and calendars are set up by the administrators."""
    return covers(roles, Role.PLATFORM_ADMIN) or covers(roles, Role.SECURITY_ADMIN)


@rule("0.1", kind=Kind.INPUT, pointer="/code", zh="这个编号已经使用", en="This code is taken")
def code_is_new(known: bool) -> bool:
    """Something new gets a code of its own; codes are unique per site."""
    return not known


@rule("0.1", kind=Kind.INPUT, pointer="/zone", zh="没有这个时区：{zone}", en="There is no time zone {zone}")
def zone_exists(zone: str) -> bool:
    """A site's zone is a name of the IANA database."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/closes_at",
    zh="下班时间要晚于上班时间",
    en="Office hours must end after they begin",
)
def office_hours_run_forward(opens_at: time, closes_at: time) -> bool:
    """Office hours lie within one local day."""
    return opens_at < closes_at


@rule("2.1", kind=Kind.INPUT, pointer="/area", zh="没有这个区域，或已停用", en="There is no such area in use")
def door_leads_into_an_area_in_use(active: bool) -> bool:
    """A door leads into an area of its site that is in use."""
    return active


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/kind",
    zh="出入口不能直接通向须陪同的区域；职场门须通向这样的区域",
    en="An entrance never leads straight into an area that needs an escort, and a floor door always does",
)
def door_fits_its_area(kind: DoorKind, area: AreaKind) -> bool:
    """Between the street and the floor there is a place where visitors are met (2.1, 2.4)."""
    if kind is DoorKind.ENTRANCE:
        return area in OPEN_TO_A_HOST_ALONE
    return kind is not DoorKind.FLOOR or area not in OPEN_TO_A_HOST_ALONE


@rule("2.1", kind=Kind.STATE, zh="还在使用，不能停用：{users_zh}", en="Still in use: {users_en}")
def place_is_unused(active: bool, users: int) -> bool:
    """A site, area or door is closed once nobody depends on it any more."""
    return active or users == 0
