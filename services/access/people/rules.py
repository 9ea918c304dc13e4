"""Who may write the directory, who may hand out roles, and which roles one person may unite."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from chassis.roles import Role, covers, powers_conflict
from chassis.rules import Kind, rule


class Employment(StrEnum):
    """On whose payroll a person is; both keep the same rules (2.11)."""

    EMPLOYEE = "employee"
    AGENCY = "agency"


@rule("2.11", kind=Kind.WHO, zh="只有人事专员可以登记人员", en="Only HR may keep people's records")
def keeps_people(roles: Collection[str]) -> bool:
    """People are kept by HR, or by the platform admin of a site without HR."""
    return covers(roles, Role.HR) or covers(roles, Role.PLATFORM_ADMIN)


@rule("0.1", kind=Kind.WHO, zh="只有安全管理员可以授予或收回角色", en="Only a security admin may give or take roles")
def gives_roles(roles: Collection[str]) -> bool:
    """Roles are given by the security admin alone; HR never writes them."""
    return covers(roles, Role.SECURITY_ADMIN)


@rule("0.1", kind=Kind.WHO, zh="不能给自己授予角色", en="You cannot give yourself a role")
def role_goes_to_another(giver_id: str, person_id: str) -> bool:
    """Nobody extends their own rights."""
    return giver_id != person_id


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/role",
    zh="{role}由指定或安全责任清单产生，不作为角色授予",
    en="{role} follows from a designation or the duty register and is not given as a role",
)
def role_is_no_duty(role: Role) -> bool:
    """Escorts, PC maintenance and number custodians are duties."""
    return not role.is_duty


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/role",
    zh="平台管理员、安全管理员、审计员不能由同一人担任（三权分立）",
    en="Platform admin, security admin and auditor may not be one person",
)
def powers_apart(roles_after: Collection[str]) -> bool:
    """三权分立 (policy, Roles)."""
    return not powers_conflict(roles_after)


@rule("1.1", kind=Kind.STATE, zh="{name}已离职，不能授予角色", en="{name} has left and cannot be given a role")
def person_is_active(active: bool) -> bool:
    """A leaver holds nothing."""
    return active


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/scope",
    zh="{role}要写明职场或部门",
    en="{role} needs its site or department",
)
def role_has_its_scope(role: Role, scope: str) -> bool:
    """A supervisor is one of a department; managers, guards and the floor's people belong to a site."""
    if role is Role.SUPERVISOR:
        return scope.startswith("dept:")
    return role not in OF_A_SITE or scope.startswith("site:")


OF_A_SITE = frozenset({Role.CENTRE_MANAGER, Role.GUARD, Role.FLOOR_MANAGER, Role.GENERAL_AFFAIRS})
"""Roles that hold at one site and nowhere else."""


def has_left(leaves_at: datetime | None, now: datetime) -> bool:
    """Whether the leaving time has come, judged when asked (control 2.14)."""
    return leaves_at is not None and leaves_at <= now
