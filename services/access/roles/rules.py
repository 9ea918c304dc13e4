"""Who may hand out roles, to whom, where and until when, and which of them one person may unite."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from chassis.roles import THREE_POWERS, Role, covers, powers_conflict
from chassis.rules import Kind, rule


class RoleState(StrEnum):
    """How a role that was given stands."""

    COMING = "coming"
    HELD = "held"
    EXPIRED = "expired"
    TAKEN = "taken"


def state_of(starts_at: datetime, ends_at: datetime | None, taken_at: datetime | None, now: datetime) -> RoleState:
    """Judged by the role's dates when asked; its time may be over before the loop says so."""
    ran_out = ends_at is not None and (taken_at == ends_at or (taken_at is None and ends_at <= now))
    if ran_out:
        return RoleState.EXPIRED
    if taken_at is not None:
        return RoleState.TAKEN
    return RoleState.HELD if starts_at <= now else RoleState.COMING


OF_A_SITE = frozenset({Role.CENTRE_MANAGER, Role.GUARD, Role.FLOOR_MANAGER, Role.GENERAL_AFFAIRS})
"""Roles that hold at one site and nowhere else."""
OF_A_DEPARTMENT = frozenset({Role.SUPERVISOR})
"""Roles that hold for one department and nowhere else."""
NEVER_VACANT = frozenset({Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN})
"""Without one of each nobody could appoint anybody any more."""


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
    zh="{role_zh}由指定或安全责任清单产生，不作为角色授予",
    en="{role_en} follows from a designation or the duty register and is not given as a role",
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
def powers_apart(role: Role, held: Collection[str], *, may_unite: bool) -> bool:
    """三权分立 (policy, Roles): one of the three goes to nobody who holds another, unless a small site says so."""
    return may_unite or role not in THREE_POWERS or not powers_conflict({*held, role.value})


@rule("1.1", kind=Kind.STATE, zh="{name}已离职，不能授予角色", en="{name} has left and cannot be given a role")
def person_is_active(active: bool) -> bool:
    """A leaver holds nothing."""
    return active


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/scope",
    zh="{role_zh}要写明职场或部门",
    en="{role_en} needs its site or department",
)
def role_has_its_scope(role: Role, scope: str) -> bool:
    """A supervisor is one of a department; managers, guards and the floor's people belong to a site."""
    if role in OF_A_DEPARTMENT:
        return scope.startswith("dept:")
    return role not in OF_A_SITE or scope.startswith("site:")


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/scope",
    zh="没有这个职场或部门，或已停用",
    en="There is no such site or department, or it is no longer used",
)
def scope_is_a_place_in_use(scope: str, found: bool) -> bool:
    """A role holds at a site or for a department that exists and is in use."""
    return found or not scope


@rule(
    "0.1",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间要晚于开始时间，且还没有过去",
    en="It must end after it begins, and not in the past",
)
def role_ends_after_it_begins(starts_at: datetime, ends_at: datetime | None, now: datetime) -> bool:
    """A role that ends does so later than it begins and later than now."""
    return ends_at is None or ends_at > max(starts_at, now)


@rule(
    "0.1",
    kind=Kind.STATE,
    zh="没有其他{role_zh}，不能收回；请先任命一位",
    en="There is no other {role_en}: appoint one first",
)
def somebody_remains(role: Role, others: int) -> bool:
    """The last who could appoint others keeps the role until there is another, so that nothing deadlocks."""
    return role not in NEVER_VACANT or others > 0
