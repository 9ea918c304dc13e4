"""The duty roster: who may write it, what a stretch of duty is, who may be on it, and which hours nobody covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.office_hours import Span
from chassis.roles import MANAGERS, Role, covers
from chassis.rules import Kind, rule

LONGEST = timedelta(hours=26)
"""A stretch of duty covers at most a day and its handovers."""
LONGEST_ABSENCE = timedelta(days=366)
MOST_DAYS = 62
"""How many days in a row one request may roster, and how many days one may read at once."""


class DutyKind(StrEnum):
    """What somebody is rostered as."""

    DUTY_MANAGER = "duty_manager"
    GUARD = "guard"
    FLOOR_MANAGER = "floor_manager"
    MAINTENANCE = "maintenance"


class Cover(StrEnum):
    """Which hours a duty must be covered; each site says so, see `services/access/settings.py`."""

    OFFICE = "office"
    OUTSIDE = "outside"
    ALWAYS = "always"
    NEVER = "never"


@rule("1.1", kind=Kind.WHO, zh="只有本职场运营经理可以排值班", en="Only the site's centre manager may write the roster")
def writes_roster(roles: Collection[str], site_id: str | None) -> bool:
    """The centre manager arranges who is on duty."""
    return covers(roles, Role.CENTRE_MANAGER, site=site_id) or covers(roles, Role.PLATFORM_ADMIN)


@rule(
    "1.1",
    kind=Kind.WHO,
    zh="请假由本职场运营经理或人事专员登记",
    en="Leave is recorded by the site's centre manager or HR",
)
def records_leave(roles: Collection[str], site_id: str | None) -> bool:
    """Leave moves the roster, so it is not for everybody to write."""
    return writes_roster(roles, site_id).holds or covers(roles, Role.HR)


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


@rule(
    "1.1",
    kind=Kind.INPUT,
    pointer="/employee_no",
    zh="{name}不担任{kind_zh}，请先授予角色",
    en="{name} is no {kind_en}: give the role first",
)
def person_may_do_the_duty(kind: DutyKind, roles: Collection[str], site_id: str, management: bool) -> bool:
    """Who is on duty can do what the duty asks: duty managers hold a management post, the others the role itself."""
    if kind is DutyKind.DUTY_MANAGER:
        return management or any(covers(roles, role) for role in MANAGERS)
    return covers(roles, Role(kind.value), site=site_id)


@rule(
    "1.1",
    kind=Kind.INPUT,
    pointer="/employee_no",
    zh="{name}这段时间已经排了同样的值班",
    en="{name} is on this duty then already",
)
def duty_is_new(overlapping: int) -> bool:
    """Nobody is on the same duty twice at a time."""
    return overlapping == 0


@rule("1.1", kind=Kind.INPUT, pointer="/employee_no", zh="{name}这段时间请假", en="{name} is on leave then")
def person_is_not_on_leave(overlapping: int) -> bool:
    """Who is on leave is not on duty."""
    return overlapping == 0


@rule(
    "1.1",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间要晚于开始时间，且还没有过去，最长一年",
    en="It must end after it begins, not in the past, and within a year",
)
def leave_is_sound(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Leave has a beginning and an end."""
    return timedelta() < ends_at - starts_at <= LONGEST_ABSENCE and ends_at > now


@rule(
    "1.1", kind=Kind.INPUT, pointer="/stand_in_no", zh="代理人须为他人，且在职", en="A stand-in is somebody else here"
)
def stand_in_is_another_here(person_id: str, stand_in_id: str | None, active: bool) -> bool:
    """Whoever stands in is somebody else, and works here."""
    return stand_in_id is None or (active and stand_in_id != person_id)


def hours_needed(cover: Cover, day: Span, office: Span | None) -> list[Span]:
    """The hours of a day that must be covered; `office` is None on a day nobody works."""
    if cover is Cover.NEVER:
        return []
    if cover is Cover.ALWAYS:
        return [day]
    within = [office] if office is not None else []
    return within if cover is Cover.OFFICE else without([day], within)


def without(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of `spans` where none of `taken` lies."""
    left = list(spans)
    for gone in taken:
        cut: list[Span] = []
        for span in left:
            if gone.end <= span.begin or gone.begin >= span.end:
                cut.append(span)
                continue
            cut += [Span(span.begin, gone.begin)] if gone.begin > span.begin else []
            cut += [Span(gone.end, span.end)] if gone.end < span.end else []
        left = cut
    return left


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that meet or overlap as one: a gap over midnight is one gap."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.begin <= found[-1].end:
            found[-1] = Span(found[-1].begin, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
