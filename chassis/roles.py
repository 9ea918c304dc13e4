"""The roles of the policy, and how far each reaches.

A token carries roles as text: `auditor`, `centre_manager@site:<id>`, `supervisor@dept:<id>`. Without a scope a role
holds everywhere. Duties are no roles: nobody hands them out here, they follow from designations and the duty register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who may do what, by the policy's own titles (`policy.md`, Roles)."""

    LEADER = "leader"
    CENTRE_MANAGER = "centre_manager"
    DUTY_MANAGER = "duty_manager"
    SUPERVISOR = "supervisor"
    TEAM_LEADER = "team_leader"
    FLOOR_MANAGER = "floor_manager"
    MAINTENANCE = "maintenance"
    PC_MAINTENANCE = "pc_maintenance"
    NUMBER_ADMIN = "number_admin"
    GENERAL_AFFAIRS = "general_affairs"
    GUARD = "guard"
    ESCORT = "escort"
    AGENT = "agent"
    HR = "hr"
    AUDITOR = "auditor"
    SECURITY_ADMIN = "security_admin"
    PLATFORM_ADMIN = "platform_admin"

    @property
    def is_duty(self) -> bool:
        """Whether it comes from a designation or the duty register and no page hands it out."""
        return self in DUTIES

    @property
    def zh(self) -> str:
        """The policy's title."""
        return TITLES[self][0]

    @property
    def en(self) -> str:
        """The title in English."""
        return TITLES[self][1]


DUTIES = frozenset({Role.ESCORT, Role.PC_MAINTENANCE, Role.NUMBER_ADMIN})
MANAGERS = frozenset({Role.LEADER, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.SUPERVISOR})
"""Management posts: they alone may escort company guests (control 2.4)."""
THREE_POWERS = frozenset({Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""三权分立: never one person, unless a small site says so and the board shows it."""

TITLES: dict[Role, tuple[str, str]] = {
    Role.LEADER: ("公司领导", "Company leader"),
    Role.CENTRE_MANAGER: ("呼叫中心运营经理", "Centre manager"),
    Role.DUTY_MANAGER: ("值班经理", "Duty manager"),
    Role.SUPERVISOR: ("部门主管", "Supervisor"),
    Role.TEAM_LEADER: ("班组长", "Team leader"),
    Role.FLOOR_MANAGER: ("现场管理人员", "Floor manager"),
    Role.MAINTENANCE: ("系统维护人员", "Maintenance"),
    Role.PC_MAINTENANCE: ("电脑维护人员", "PC maintenance"),
    Role.NUMBER_ADMIN: ("工号管理员", "Number custodian"),
    Role.GENERAL_AFFAIRS: ("综合部", "General Affairs"),
    Role.GUARD: ("保安人员", "Guard"),
    Role.ESCORT: ("指定陪同人员", "Designated escort"),
    Role.AGENT: ("坐席", "Agent"),
    Role.HR: ("人事专员", "HR"),
    Role.AUDITOR: ("审计员", "Auditor"),
    Role.SECURITY_ADMIN: ("安全管理员", "Security admin"),
    Role.PLATFORM_ADMIN: ("平台管理员", "Platform admin"),
}


def covers(roles: Iterable[str], role: Role, *, site: str | None = None, dept: str | None = None) -> bool:
    """Whether `roles` hold `role` at `site` or for `dept`.

    An unscoped role covers everything; asked without a site and a department, any scope of the role will do.
    """
    anywhere = site is None and dept is None
    for held in roles:
        code, _, scope = held.partition("@")
        if code == role and (not scope or anywhere or scope in (f"site:{site}", f"dept:{dept}")):
            return True
    return False


def in_force(held: Iterable[Mapping[str, str | None]], now: datetime) -> frozenset[str]:
    """Of roles with their dates, as the feed tells them (`role`, `starts_at`, `ends_at`), those held at `now`."""
    found = []
    for one in held:
        starts, ends = (one[name] and datetime.fromisoformat(str(one[name])) for name in ("starts_at", "ends_at"))
        if starts and starts <= now and (not ends or ends > now):
            found.append(str(one["role"]))
    return frozenset(found)


def powers_conflict(roles: Iterable[str]) -> frozenset[Role]:
    """The powers that one person would unite against 三权分立; empty when there is no conflict.

    Platform and security administration are counted against the auditor and against each other.
    """
    held = frozenset(power for power in THREE_POWERS if covers(roles, power))
    return held if len(held) > 1 else frozenset()
