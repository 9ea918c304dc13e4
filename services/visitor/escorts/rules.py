"""Who may be designated to escort, who may escort now, and how a visitor passes from one escort to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

NEEDS_NO_ESCORT = frozenset({"lounge", "front_desk", "public"})
"""Kinds of areas that a visitor with a badge enters alone (2.6); every other kind needs an escort."""

PUBLIC_ZH = "请由指定的陪同人员带您入内；请到前台，工作人员会协助您"
PUBLIC_EN = "A designated escort needs to accompany you. Please come to the desk, someone will help"


class EscortKind(StrEnum):
    """Whom somebody is designated to escort."""

    GUESTS = "guests"
    """Company guests: by holders of management posts only."""
    WORK = "work"
    """People who come to work (维修、检查): by a person of the unit in charge."""


class DesignationState(StrEnum):
    """Where a designation stands at an instant."""

    COMING = "coming"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"


class LostBecause(StrEnum):
    """Why an escort may escort no more."""

    LEFT = "left"
    NOT_DESIGNATED = "not_designated"
    NO_MANAGER = "no_manager"


@dataclass(frozen=True, slots=True)
class Designation:
    """One designation as the rules see it: in force from `starts_at` until before `ends_at`, ended ones cut short."""

    kind: EscortKind
    area_ids: frozenset[str]
    starts_at: datetime
    ends_at: datetime
    most_open: int

    def covers(self, kind: EscortKind, at: datetime) -> bool:
        """Whether it is in force at the instant for this kind of visit."""
        return self.kind is kind and self.starts_at <= at < self.ends_at


@rule(
    "2.4",
    kind=Kind.WHO,
    zh="陪同人员由本职场的呼叫中心运营经理指定。请联系：{who}",
    en="Escorts are designated by the site's centre manager. Please ask {who_en}",
)
def designates_escorts(roles: Collection[str], site_id: str) -> bool:
    """The centre manager of the site, and nobody else, arranges who may escort there."""
    return covers(roles, Role.CENTRE_MANAGER, site=site_id)


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/kind",
    zh="{name}不在管理岗位，不能陪同公司来宾；可指定为工作来访的陪同人员",
    en="{name} holds no management post and cannot escort company guests; work visits are possible",
)
def guests_need_a_manager(kind: EscortKind, management: bool) -> bool:
    """Only managers arranged by the company bring company guests to visit."""
    return kind is not EscortKind.GUESTS or management


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间要晚于开始时间且尚未过去，一次最长指定 {days} 天",
    en="It must end after it begins and in the future, within {days} days",
)
def designation_runs_forward(starts_at: datetime, ends_at: datetime, now: datetime, longest: timedelta) -> bool:
    """A designation has dates, and comes up for renewal in time."""
    return timedelta() < ends_at - starts_at <= longest and ends_at > now


@rule("2.4", kind=Kind.INPUT, pointer="/area_ids", zh="请选择本职场的区域", en="Choose areas of this site")
def designation_names_areas_of_the_site(asked: Collection[str], of_site: Collection[str]) -> bool:
    """A designation holds for named areas of one site."""
    return bool(asked) and set(asked) <= set(of_site)


@rule(
    "2.4",
    kind=Kind.INPUT,
    pointer="/employee_no",
    zh="没有这个员工编号",
    en="There is no such employee number",
)
def designated_person_is_known(known: bool) -> bool:
    """Somebody of the directory is designated."""
    return known


@rule("2.4", kind=Kind.INPUT, pointer="/reason", zh="请写明结束的原因", en="Say why it ends")
def ending_has_its_reason(reason: str) -> bool:
    """Who takes a designation away says why."""
    return len(reason.strip()) >= 2


@rule("2.4", kind=Kind.INPUT, pointer="/employee_no", zh="{name}已离职，不能指定", en="{name} has left")
def designated_person_works_here(present: bool) -> bool:
    """A leaver is designated for nothing."""
    return present


@rule(
    "2.4",
    zh="{name}不是这次来访的指定陪同人员。现在可以陪同的有：{who}",
    en="{name} is not a designated escort for this visit. Available now: {who_en}",
    public_zh=PUBLIC_ZH,
    public_en=PUBLIC_EN,
)
def escort_is_designated(
    designations: Sequence[Designation], kind: EscortKind, area_ids: Collection[str], at: datetime
) -> bool:
    """The escort is designated for this kind of visit and for each of its areas, at this moment."""
    in_force = [one for one in designations if one.covers(kind, at)]
    return bool(in_force) and all(any(area in one.area_ids for one in in_force) for area in area_ids)


@rule(
    "2.4",
    zh="{name}已不在管理岗位，不能陪同公司来宾。现在可以陪同的有：{who}",
    en="{name} holds no management post any more and cannot escort company guests. Available now: {who_en}",
    public_zh=PUBLIC_ZH,
    public_en=PUBLIC_EN,
)
def escort_of_guests_is_a_manager(kind: EscortKind, management: bool) -> bool:
    """The management post counts at the moment of escorting too, not only when the escort was designated."""
    return kind is not EscortKind.GUESTS or management


@rule(
    "2.4",
    zh="没有找到这张工牌。现在可以陪同的有：{who}",
    en="There is no such staff badge. Available now: {who_en}",
    public_zh=PUBLIC_ZH,
    public_en=PUBLIC_EN,
)
def escort_is_known(known: bool) -> bool:
    """An escort is somebody of the directory."""
    return known


@rule(
    "2.4",
    zh="{name}已离职，不能陪同。现在可以陪同的有：{who}",
    en="{name} has left and cannot escort. Available now: {who_en}",
    public_zh=PUBLIC_ZH,
    public_en=PUBLIC_EN,
)
def escort_is_present(active: bool) -> bool:
    """Who left the company escorts nobody, from the very minute."""
    return active


@rule(
    "2.4",
    zh="{name}正在陪同 {open} 位访客，最多 {most} 位。现在可以陪同的有：{who}",
    en="{name} already escorts {open} visitors of at most {most}. Available now: {who_en}",
    public_zh=PUBLIC_ZH,
    public_en=PUBLIC_EN,
)
def escort_has_room(open_now: int, most_open: int) -> bool:
    """One more visitor stays within what the designation allows."""
    return open_now < most_open


@rule(
    "2.4",
    kind=Kind.WHO,
    zh="这位访客由{holder}陪同，只有{holder}可以转交",
    en="This visitor is in {holder}'s company; only {holder} can hand over",
)
def holder_hands_over(holder_id: str, person_id: str) -> bool:
    """Handing over starts with the escort who has the visitor in company."""
    return holder_id == person_id


@rule("2.4", kind=Kind.INPUT, pointer="/employee_no", zh="请转交给另一位陪同人员", en="Hand over to another escort")
def handed_to_another(holder_id: str, to_id: str) -> bool:
    """Nobody hands a visitor over to himself."""
    return holder_id != to_id


@rule(
    "2.4",
    kind=Kind.WHO,
    zh="这次转交不是请您接手的，或已有变化",
    en="This handing over was not offered to you, or has changed",
)
def offered_person_answers(offered_to: str | None, person_id: str) -> bool:
    """Both consent: the one who takes over says yes himself."""
    return offered_to is not None and offered_to == person_id


@rule(
    "2.4",
    zh="{holder}仍可陪同这位访客，请由{holder}转交",
    en="{holder} can still escort this visitor; please let {holder} hand over",
)
def visitor_lost_the_escort(lost: LostBecause | None) -> bool:
    """Without the holder's consent a visitor is taken over only from an escort who may escort no more."""
    return lost is not None


def state_at(starts_at: datetime, ends_at: datetime, ended_at: datetime | None, now: datetime) -> DesignationState:
    """Where a designation stands: ended by hand, run out, in force, or still to come."""
    if ended_at is not None:
        return DesignationState.ENDED
    if ends_at <= now:
        return DesignationState.EXPIRED
    return DesignationState.IN_FORCE if starts_at <= now else DesignationState.COMING


def room_of(designations: Iterable[Designation], kind: EscortKind, area_ids: Collection[str], at: datetime) -> int:
    """How many visitors the escort may have at once: per area the most generous designation, over areas the least."""
    in_force = [one for one in designations if one.covers(kind, at)]
    by_area = [[one.most_open for one in in_force if area in one.area_ids] for area in area_ids]
    if not by_area:
        by_area = [[one.most_open for one in in_force]]
    return min(max(found, default=0) for found in by_area)


def designated_until(
    designations: Iterable[Designation], kind: EscortKind, area_ids: Collection[str], since: datetime
) -> datetime:
    """The first instant from `since` on at which some area is not covered: `since` itself when one never was."""
    of_kind = sorted((one for one in designations if one.kind is kind), key=lambda one: one.starts_at)
    ends = []
    areas: Sequence[str | None] = [*area_ids] or [None]
    for area in areas:
        end = since
        for one in of_kind:
            if one.starts_at <= end < one.ends_at and (area is None or area in one.area_ids):
                end = one.ends_at
        ends.append(end)
    return min(ends)


def designated_throughout(
    designations: Sequence[Designation],
    kind: EscortKind,
    area_ids: Collection[str],
    begin: datetime,
    end: datetime,
) -> bool:
    """Whether every area is covered from `begin` to `end`, also by designations that follow each other."""
    at_once = escort_is_designated(designations, kind, area_ids, begin)
    return bool(at_once) and (end <= begin or designated_until(designations, kind, area_ids, begin) >= end)
