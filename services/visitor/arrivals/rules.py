"""What must hold at the front door: notices read, ID shown to the guard, belongings settled, then the badge."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from chassis.rules import Kind, rule
from services.visitor.limits import Limits


class IdKind(StrEnum):
    """Documents a guard may be shown; none is kept or copied (2.1)."""

    RESIDENT = "resident"
    PASSPORT = "passport"
    HK_MO_PERMIT = "hk_mo_permit"
    TW_PERMIT = "tw_permit"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_RESIDENT = "foreign_resident"
    OFFICIAL = "official"
    ELECTRONIC = "electronic"


@rule(
    "1.5a",
    kind=Kind.INPUT,
    pointer="/rules_version",
    zh="访客须先阅读并接受告知和须知",
    en="The visitor must first read and accept both notices",
    public_zh="请先阅读并接受告知和须知；不接受时请到前台",
    public_en="Please read and accept the notices first; otherwise come to the desk",
)
def notices_are_accepted(privacy: str | None, house_rules: str | None, limits: Limits) -> bool:
    """Both notices in their present version: no food, fire or smoking; what is collected and why."""
    return privacy == limits.privacy_version and house_rules == limits.rules_version


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/privacy_version",
    zh="访客须先阅读并接受来访个人信息处理告知",
    en="The visitor must first read and accept the privacy notice",
    public_zh="请先阅读并接受来访个人信息处理告知；不接受时请到前台",
    public_en="Please read and accept the privacy notice first; otherwise come to the desk",
)
def privacy_notice_is_accepted(privacy: str, limits: Limits) -> bool:
    """Nothing is asked of a walk-in before the present privacy notice was read."""
    return privacy == limits.privacy_version


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/name_matches",
    zh="姓名或照片与证件不符，不能放行",
    en="Name or photo does not match the ID",
)
def id_matches(name_matches: bool, photo_matches: bool) -> bool:
    """The ID is the visitor's own."""
    return name_matches and photo_matches


@rule("2.1", kind=Kind.INPUT, pointer="/expires_on", zh="证件已过有效期", en="The ID has expired")
def id_is_valid(expired: bool) -> bool:
    """An expired document is no valid ID."""
    return not expired


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/number",
    zh="本职场只登记证件号后四位；登记完整号码须先在规则设置里写明依据",
    en="This site notes the last four only; the whole number needs its ground in the rule settings first",
)
def number_has_its_ground(number: str, limits: Limits) -> bool:
    """The whole number only where a setting names the law or contract that asks for it."""
    return not number or bool(limits.full_number_because)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="连续输错，请到前台办理",
    en="Too many wrong codes at this tablet; go on at the desk",
    public_zh="预约码多次不符，请到前台，工作人员会协助您",
    public_en="The code did not match several times. Please come to the desk, someone will help",
)
def codes_are_not_guessed(wrong: int, limits: Limits) -> bool:
    """After some wrong codes in some minutes the desk helps on."""
    return wrong < limits.most_wrong_codes


LAST_RUNG = 3
"""How many are told of a walk-in: host, deputy, duty manager."""


def next_told(waited: timedelta, told: int, limits: Limits) -> int:
    """How far up the ladder a walk-in's wait has come: 1 the host at once, 2 the deputy too, 3 the duty manager too."""
    ladder = (timedelta(), limits.tell_deputy_after, limits.tell_duty_manager_after)
    return max(sum(waited >= rung for rung in ladder), told)


def wrong_codes_now(since: datetime | None, wrong: int, now: datetime, limits: Limits) -> int:
    """How many wrong codes still count: the latest ones."""
    return wrong if since is not None and now - since < limits.wrong_codes_within else 0


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/values/tell_duty_manager_after",
    zh="值班经理应在代理人之后通知",
    en="The duty manager is told after the deputy",
)
def ladder_climbs(limits: Limits) -> bool:
    """Host, deputy, duty manager: each is asked before the next."""
    return limits.tell_deputy_after < limits.tell_duty_manager_after


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/host",
    zh="没有找到这位被访人，请核对姓名或分机号，或到前台询问",
    en="No such host. Check the name or extension, or ask at the desk",
    public_zh="没有找到这位被访人，请核对姓名或分机号，或到前台询问",
    public_en="No such host. Check the name or extension, or ask at the desk",
)
def host_is_found(matches: int) -> bool:
    """A walk-in names one host exactly; the tablet never lists staff."""
    return matches == 1


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge_no",
    zh="这张访客证没有发出",
    en="This visitor badge is not handed out",
    public_zh="没有读到有效的访客证，请重试或到前台",
    public_en="No badge in use was read. Try again or come to the desk",
)
def badge_is_in_use(in_use: bool) -> bool:
    """A badge opens nothing unless it was handed out to a visit."""
    return in_use
