"""Rules of notices: which channels there may be, who sets them up, and when a message goes out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

BATCH = timedelta(seconds=20)
"""How long a usual notice waits for others to the same place: deciding a party is one message, not ten."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 43200))
"""How long to wait after each failed try; after the last of them, half a day and a bit, a message is given up."""
DEAD_AFTER = 3
"""Failures in a row after which the administrators are told that a channel is dead."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the night in which only alarms go out, in the site's own time."""

    begins: time
    ends: time

    def covers(self, at: time) -> bool:
        """Whether a local time lies within; the hours may run over midnight."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


QUIET = Quiet(time(21), time(8))
"""Nobody is woken for what can wait until the office opens; a channel may say otherwise."""


def goes_out_at(now: datetime, *, alarm: bool, quiet: Quiet | None, zone: str) -> datetime:
    """When a message about something that happens `now` is due: alarms at once, others together and not at night."""
    if alarm:
        return now
    due = now + BATCH
    local = due.astimezone(ZoneInfo(zone))
    if quiet is None or not quiet.covers(local.time()):
        return due
    ends = datetime.combine(local.date(), quiet.ends, ZoneInfo(zone))
    return ends if ends > local else ends + timedelta(days=1)


def pause_after(tries: int) -> timedelta:
    """How long to wait before the next try after `tries` of them."""
    return PAUSES[min(tries, len(PAUSES) - 1)]


def is_given_up(tries: int) -> bool:
    """Whether a message was tried often enough; it stays in the inbox."""
    return tries >= len(PAUSES)


@rule(
    "2.10",
    kind=Kind.WHO,
    zh="通知渠道由安全管理员或平台管理员设置",
    en="Channels are set up by a security or platform admin",
)
def administers_channels(roles: Collection[str]) -> bool:
    """Where messages of the house go is decided by those who answer for it."""
    return covers(roles, Role.SECURITY_ADMIN) or covers(roles, Role.PLATFORM_ADMIN)


@rule(
    "2.12.1",
    kind=Kind.INPUT,
    pointer="/reason",
    zh="启用境外渠道须写明原因",
    en="State why a channel abroad is switched on",
)
def abroad_has_its_reason(abroad: bool, on: bool, reason: str) -> bool:
    """Channels and servers abroad are off, and switching one on asks for a reason."""
    return not (abroad and on) or len(reason.strip()) >= 4


@rule(
    "2.12.1",
    kind=Kind.INPUT,
    pointer="/url",
    zh="wecom:// 是 PushPlus 的地址。企业微信群机器人请用 wecombot://",
    en="wecom:// is PushPlus. For a WeCom group robot use wecombot://",
)
def scheme_means_what_it_says(scheme: str) -> bool:
    """One scheme reads like the company's own chat and leads to somebody else's service."""
    return scheme != "wecom"


@rule(
    "2.12.1",
    kind=Kind.INPUT,
    pointer="/url",
    zh="不支持 {scheme}://。可用的有：{known}",
    en="{scheme}:// is not supported. There are: {known}",
)
def carrier_is_known(scheme: str, known: Collection[str]) -> bool:
    """Only services that go through the guarded connection may carry messages."""
    return scheme in known


@rule(
    "2.12.1",
    kind=Kind.INPUT,
    pointer="/url",
    zh="请用加密的地址（{scheme}s://）；未加密的地址须由运维打开内网渠道设置",
    en="Use the encrypted address ({scheme}s://); plain ones need the operator's setting for private channels",
)
def travels_encrypted(plain: bool, private: bool) -> bool:
    """Messages travel encrypted, unless the deployment allows its own network."""
    return private or not plain


@rule(
    "2.12.1",
    kind=Kind.INPUT,
    pointer="/url",
    zh="地址不完整或有误，请对照渠道的说明填写",
    en="The address is incomplete or wrong; compare it with the service's own help",
)
def url_is_whole(whole: bool) -> bool:
    """The address names everything its service needs."""
    return whole


@rule(
    "2.10",
    kind=Kind.INPUT,
    pointer="/employee_no",
    zh="没有找到这个员工编号",
    en="There is no such employee number",
)
def person_is_known(known: bool) -> bool:
    """A person's channel belongs to somebody who works here."""
    return known
