"""Who may be listed to permit visits to an area."""

from __future__ import annotations

from enum import StrEnum

from chassis.roles import Role
from chassis.rules import Kind, rule

MOST = 20


class PermitterScope(StrEnum):
    """Where somebody must hold the role that permits; else it is one department, `dept:<id>`."""

    SITE = "site"
    HOST_DEPARTMENT = "host_department"


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/items",
    zh="每位审批人写角色或员工编号之一",
    en="Each permitter is a role or a person",
)
def permitter_is_a_role_or_a_person(role: Role | None, employee_no: str | None) -> bool:
    """Who permits is named by role and place, or by person."""
    return (role is None) != (employee_no is None)


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/items",
    zh="没有找到在职的{employee_no}",
    en="Nobody with the number {employee_no} works here",
)
def permitter_works_here(active: bool) -> bool:
    """A named permitter is somebody who works here."""
    return active


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/items",
    zh="{role_zh}由指定或安全责任清单产生，不能列为审批人",
    en="{role_en} follows from a designation or the duty register and permits nothing",
)
def permitter_role_is_no_duty(role: Role | None) -> bool:
    """Escorts and other duties permit nothing."""
    return role is None or not role.is_duty
