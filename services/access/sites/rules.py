"""Areas have kinds and rules go by kind; who may shape a site."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
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


OPEN_TO_A_HOST_ALONE = frozenset({AreaKind.LOUNGE, AreaKind.FRONT_DESK, AreaKind.PUBLIC})
"""Areas for which the host's own yes is permission enough (control 2.6)."""


@rule(
    "0.1",
    kind=Kind.WHO,
    zh="只有平台管理员或安全管理员可以设置职场",
    en="Only a platform or security admin may set up sites",
)
def shapes_sites(roles: Collection[str]) -> bool:
    """Sites, areas, doors and calendars are set up by the administrators."""
    return covers(roles, Role.PLATFORM_ADMIN) or covers(roles, Role.SECURITY_ADMIN)


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


def is_working_day(day: date, shifted: Collection[tuple[date, bool]], holidays: Collection[date]) -> bool:
    """Whether `day` is worked: the company's own table (调休) first, then holidays, then Monday to Friday."""
    for shifted_day, working in shifted:
        if shifted_day == day:
            return working
    return day not in holidays and day.weekday() < 5


def within_office_hours(at: datetime, zone: str, opens_at: time, closes_at: time, *, working_day: bool) -> bool:
    """Whether the instant `at` lies in the office hours of a working day, in the site's own zone."""
    local = at.astimezone(ZoneInfo(zone)).time()
    return working_day and opens_at <= local < closes_at
