"""The menu: every place there is, in its order, and which of them a person finds useful.

What a person may do is judged by the services; the roles here only keep a menu short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.actor import Actor
from chassis.roles import Role
from gateway.languages import label
from gateway.render import Place

INBOX = "/inbox"
"""The place that shows how much waits for the person."""

ADMINS = (Role.SECURITY_ADMIN, Role.PLATFORM_ADMIN)
AT_THE_DOOR = (Role.GUARD, Role.FLOOR_MANAGER)
WATCH = (*AT_THE_DOOR, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.LEADER, Role.AUDITOR, Role.SECURITY_ADMIN)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place; with `roles` for their holders alone."""

    href: str
    label: str
    group: str = ""
    roles: tuple[Role, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Whether the place stands in this person's menu."""
        return not self.roles or any(actor.has(role) for role in self.roles)


ENTRIES: Sequence[Entry] = (
    Entry(INBOX, label("待办")),
    Entry("/desk", label("今日"), roles=WATCH),
    Entry("/visits/board", label("前台看板"), label("来访"), WATCH),
    Entry("/visits/inside", label("在场名单"), label("来访"), WATCH),
    Entry("/visits", label("来访记录"), label("来访")),
    Entry("/escorts", label("我陪同的访客"), label("来访")),
    Entry("/belongings", label("随身物品"), label("来访"), AT_THE_DOOR),
    Entry("/settings/badges/count", label("当日清点"), label("来访"), AT_THE_DOOR),
    Entry("/strangers", label("陌生人"), label("来访")),
    Entry("/board", label("制度落实看板"), label("制度")),
    Entry("/people", label("人员"), label("人员")),
    Entry("/roster", label("值班表"), label("人员")),
    Entry("/setup", label("开始使用"), label("设置"), (*ADMINS, Role.CENTRE_MANAGER, Role.AUDITOR)),
    Entry("/settings/escorts", label("指定陪同人员"), label("设置"), (Role.CENTRE_MANAGER, *AT_THE_DOOR, Role.AUDITOR)),
    Entry(
        "/settings/badges", label("访客证"), label("设置"), (*AT_THE_DOOR, *ADMINS, Role.CENTRE_MANAGER, Role.AUDITOR)
    ),
    Entry("/settings/visits", label("规则设置"), label("设置"), (*ADMINS, Role.CENTRE_MANAGER, Role.AUDITOR)),
    Entry("/settings/personal-data", label("个人信息"), label("设置"), (*ADMINS, Role.AUDITOR)),
    Entry("/settings/channels", label("通知渠道"), label("设置"), ADMINS),
    Entry("/settings/devices", label("平板"), label("设置"), (*ADMINS, *AT_THE_DOOR)),
    Entry("/settings/clients", label("接口客户端管理"), label("设置"), ADMINS),
    Entry("/settings/sites", label("职场和门"), label("设置"), (*ADMINS, Role.CENTRE_MANAGER, Role.AUDITOR)),
    Entry("/settings/calendar", label("工作日历"), label("设置"), (*ADMINS, Role.CENTRE_MANAGER, Role.HR)),
    Entry("/settings/departments", label("部门设置"), label("设置"), (*ADMINS, Role.HR)),
)


HOMES = ((Role.GUARD, "/visits/board"), (Role.FLOOR_MANAGER, "/desk"), (Role.AUDITOR, "/desk"))


def home(actor: Actor) -> str:
    """Where a person begins: at the board or the desk who works there, everybody else at what waits for them."""
    return next((page for role, page in HOMES if actor.has(role)), INBOX)


def places(actor: Actor, waiting: int) -> list[Place]:
    """The menu of a person for whom `waiting` things wait."""
    return [
        Place(entry.href, entry.label, entry.group, waiting or None if entry.href == INBOX else None)
        for entry in ENTRIES
        if entry.is_for(actor)
    ]
