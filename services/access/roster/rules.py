"""The duty roster: who may write it and what a stretch of duty is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

LONGEST = timedelta(hours=26)
"""A stretch of duty covers at most a day and its handovers."""


class DutyKind(StrEnum):
    """What somebody is rostered as."""

    DUTY_MANAGER = "duty_manager"
    GUARD = "guard"


@rule("1.1", kind=Kind.WHO, zh="只有本职场运营经理可以排值班", en="Only the site's centre manager may write the roster")
def writes_roster(roles: Collection[str], site_id: str) -> bool:
    """The centre manager arranges who is on duty."""
    return covers(roles, Role.CENTRE_MANAGER, site=site_id) or covers(roles, Role.PLATFORM_ADMIN)


@rule(
    "1.1",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间要晚于开始时间，最长 26 小时",
    en="It must end after it begins, within 26 hours",
)
def stretch_is_sound(starts_at: datetime, ends_at: datetime) -> bool:
    """A stretch ends after it begins and is no longer than a day and its handovers."""
    return timedelta() < ends_at - starts_at <= LONGEST


@rule("1.1", kind=Kind.INPUT, pointer="/employee_no", zh="{name}已离职", en="{name} has left")
def rostered_person_is_active(active: bool) -> bool:
    """A leaver cannot be on duty."""
    return active
