"""What must hold at the moment somebody enters or leaves: everything is checked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.clock import CLOCKS_DIFFER_SECONDS
from chassis.roles import Role, covers
from chassis.rules import Kind, rule
from services.visitor.limits import Limits
from services.visitor.visits.rules import Decision, StepSeen


class Certainty(StrEnum):
    """Who knows that a visitor has left."""

    BADGE = "badge"
    GUARD = "guard"
    ASSUMED = "assumed"


@rule(
    "2.1",
    zh="来访许可还没有全部通过",
    en="The visit is not permitted yet",
    public_zh="您的来访还在审批中，请在前台稍候",
    public_en="Your visit is still being decided. Please wait at the desk",
)
def permission_is_complete(steps: Sequence[StepSeen]) -> bool:
    """No entry without the company's permission."""
    return bool(steps) and all(step.decision is Decision.APPROVE for step in steps)


@rule(
    "2.1",
    zh="不在来访时段内（{window}，可提前 {early} 分钟、延后 {late} 分钟）",
    en="Outside the visit's window ({window}; {early} minutes early to {late} minutes late)",
    public_zh="还没有到您的来访时间，或时间已过。请到前台，工作人员会协助您",
    public_en="It is not yet, or no longer, the time of your visit. Please come to the desk, someone will help",
)
def window_is_open(starts_at: datetime, ends_at: datetime, now: datetime, limits: Limits) -> bool:
    """Entry from some minutes before the window to some minutes after it."""
    return starts_at - limits.early <= now <= ends_at + limits.late


@rule(
    "2.1",
    zh="还没有查验证件",
    en="The ID has not been checked",
    public_zh="请先到前台出示证件",
    public_en="Please show your ID at the desk first",
)
def id_is_checked(checked: bool) -> bool:
    """A valid ID is shown to the guard before the badge."""
    return checked


@rule(
    "2.6",
    kind=Kind.STATE,
    zh="这次来访不含{area}；进入须重新申请许可",
    en="This visit does not cover {area}; it needs a new permission",
    public_zh="您的来访不含这个区域，请到前台",
    public_en="Your visit does not cover this area. Please come to the desk",
)
def area_is_covered(area_ids: Collection[str], area_id: str) -> bool:
    """A lounge visit is never widened without a new permission."""
    return area_id in area_ids


@rule(
    "2.4",
    zh="须在访客证之后 {seconds} 秒内刷指定陪同人员的工牌",
    en="The escort's badge must follow the visitor's within {seconds} seconds",
    public_zh="请重新刷访客证，再请陪同人员在 {seconds} 秒内刷工牌",
    public_en="Scan the visitor's badge again, then the escort's within {seconds} seconds",
)
def badges_came_together(first_at: datetime, now: datetime, within: timedelta) -> bool:
    """Visitor and escort stand at the door together."""
    return timedelta() <= now - first_at <= within


@rule(
    "2.1",
    zh="无法核对人员信息，请联系值班台",
    en="People cannot be verified just now; call the duty desk",
    public_zh="暂时无法核对，请到前台，工作人员会协助您",
    public_en="This cannot be verified just now. Please come to the desk, someone will help",
)
def people_are_verified(age: timedelta | None, oldest: timedelta) -> bool:
    """A stale copy would let a leaver escort; one from the future is as old as nobody knows: a clock was set back."""
    return age is not None and -timedelta(seconds=CLOCKS_DIFFER_SECONDS) <= age <= oldest


@rule("2.1", zh="审批人{who}已无权审批，须重新审批", en="{who} may no longer decide; the permission must be renewed")
def deciders_are_still_entitled(gone: Collection[str]) -> bool:
    """Permission counts as long as those who gave it could still give it."""
    return not gone


@rule(
    "2.1",
    zh="还有访客证或寄存物品没有交还",
    en="A badge or belongings are still out",
    public_zh="请先交还访客证并领回寄存物品，或到前台办理",
    public_en="Please return the badge and collect your belongings first, or come to the desk",
)
def badge_and_belongings_are_back(open_belongings: int) -> bool:
    """A visit with an open badge or belonging cannot be closed except by a named person with a reason."""
    return open_belongings == 0


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge",
    zh="访客证 {no} 还没有交还，请选择已交还或已遗失",
    en="Badge {no} is still out; say whether it came back or is lost",
)
def badge_is_accounted_for(held: str | None, badge: str | None) -> bool:
    """Nobody is off the roll call with a badge that nobody accounts for."""
    return held is None or badge is not None


@rule("2.1", kind=Kind.INPUT, pointer="/reason", zh="请写明原因", en="Enter the reason")
def override_has_its_reason(reason: str) -> bool:
    """Who closes a visit with something open says why."""
    return len(reason.strip()) >= 2


WATCH = (
    Role.GUARD, Role.FLOOR_MANAGER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.LEADER, Role.SECURITY_ADMIN,
    Role.AUDITOR,
)  # fmt: skip


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="在场人员由保安人员、本职场管理人员和公司领导查看",
    en="Who is inside is for guards, the site's managers and leaders",
)
def watches_the_door(roles: Collection[str], site_id: str) -> bool:
    """Who is inside is shown to those who run the door, lead the site or audit it."""
    return any(covers(roles, role, site=site_id) for role in WATCH)


@rule("2.1", kind=Kind.WHO, zh="由保安人员或值班经理确认", en="A guard or duty manager confirms this")
def confirms_exits(roles: Collection[str], site_id: str) -> bool:
    """An assumed exit leaves the roll-call list only when a person confirms it."""
    return any(covers(roles, role, site=site_id) for role in (Role.GUARD, Role.DUTY_MANAGER, Role.CENTRE_MANAGER))
