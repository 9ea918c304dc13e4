"""Who may write the directory, who reads all of it, and what a person's record may say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class Employment(StrEnum):
    """On whose payroll a person is; both keep the same rules (2.11)."""

    EMPLOYEE = "employee"
    AGENCY = "agency"


LONGEST_ABSENCE = timedelta(days=366)
READ_RECORDS = (Role.HR, Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.LEADER)
"""Who reads when somebody joins or leaves and who gave which role; the rest of the directory is everybody's."""


@rule("2.11", kind=Kind.WHO, zh="只有人事专员可以登记人员", en="Only HR may keep people's records")
def keeps_people(roles: Collection[str]) -> bool:
    """People are kept by HR, or by the platform admin of a site without HR."""
    return covers(roles, Role.HR) or covers(roles, Role.PLATFORM_ADMIN)


def reads_records(roles: Collection[str], reader_id: str, person_id: str, manages: bool) -> bool:
    """Whether a reader sees a person's whole record: their own, those they manage, or by their role."""
    return reader_id == person_id or manages or any(covers(roles, role) for role in READ_RECORDS)


@rule(
    "2.11",
    kind=Kind.INPUT,
    pointer="/department",
    zh="没有这个部门，或已停用",
    en="There is no such department, or it is no longer used",
)
def department_is_in_use(code: str | None, active: bool) -> bool:
    """A person belongs to a department that is in use, or to none."""
    return code is None or active


@rule(
    "2.11",
    kind=Kind.INPUT,
    pointer="/site",
    zh="没有这个职场，或已停用",
    en="There is no such site, or it is no longer used",
)
def site_is_in_use(code: str | None, active: bool) -> bool:
    """A person works at a site that is in use, or at none."""
    return code is None or active


@rule("1.1", kind=Kind.INPUT, pointer="/code", zh="这个编号已经使用", en="This code is taken")
def department_code_is_new(known: bool) -> bool:
    """A new department gets a code of its own."""
    return not known


@rule(
    "2.11",
    kind=Kind.INPUT,
    pointer="/employee_no",
    zh="这个员工编号由{name}使用",
    en="{name} has this employee number",
)
def number_is_new(known: bool) -> bool:
    """Somebody new gets a number nobody has."""
    return not known


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/badge_no",
    zh="这个工牌号由{holder}使用",
    en="{holder} has this staff badge",
)
def badge_is_free(holder_no: str | None, employee_no: str) -> bool:
    """A staff badge opens doors in one person's name."""
    return holder_no in (None, employee_no)


@rule("1.1", kind=Kind.INPUT, pointer="/deputy_no", zh="代理人须为他人", en="A stand-in is somebody else")
def deputy_is_another(employee_no: str, deputy_no: str | None) -> bool:
    """Nobody stands in for himself."""
    return employee_no != deputy_no


@rule("1.1", kind=Kind.WHO, zh="外出由本人或人事专员登记", en="An absence is entered by the person or by HR")
def enters_absence(roles: Collection[str], actor_id: str, person_id: str) -> bool:
    """Somebody says themselves that they are away; HR may say it for them."""
    return actor_id == person_id or bool(keeps_people(roles))


@rule(
    "1.1",
    kind=Kind.INPUT,
    pointer="/ends_at",
    zh="结束时间须晚于开始时间和现在，最长一年",
    en="It ends after it begins and after now, and lasts a year at most",
)
def absence_is_ahead(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """What is over needs nobody to stand in."""
    return starts_at < ends_at and now < ends_at <= starts_at + LONGEST_ABSENCE


@rule("1.1", kind=Kind.INPUT, pointer="/deputy_no", zh="没有这位在职人员", en="Nobody with this number works here")
def stand_in_works_here(works_here: bool) -> bool:
    """Whoever stands in is there to decide."""
    return works_here


@rule("1.1", kind=Kind.INPUT, pointer="/manager_no", zh="上级须为他人", en="A manager is somebody else")
def manager_is_another(employee_no: str, manager_no: str | None) -> bool:
    """Nobody is his own superior."""
    return employee_no != manager_no


@rule(
    "1.1",
    kind=Kind.STATE,
    zh="部门还有 {count} 名在职人员，不能停用",
    en="{count} people still work in the department",
)
def department_is_empty(active: bool, people: int) -> bool:
    """A department is closed once nobody works in it any more."""
    return active or people == 0


def has_left(leaves_at: datetime | None, now: datetime) -> bool:
    """Whether the leaving time has come, judged when asked (control 2.14)."""
    return leaves_at is not None and leaves_at <= now
