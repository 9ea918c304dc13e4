"""Who may look behind the log: at the files that left it."""

from __future__ import annotations

from collections.abc import Collection

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

READERS = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.LEADER, Role.CENTRE_MANAGER)
LARGEST_FILE = 20_000
"""Visits in one file at most: what a call may take to make and a person to look through."""


@rule(
    "2.12.2",
    kind=Kind.WHO,
    zh="导出记录由审计员、安全管理员和公司领导、运营经理查看",
    en="Who took files is for the auditor, the security admin, leaders and centre managers",
)
def sees_exports(roles: Collection[str]) -> bool:
    """Files of the log are themselves looked after."""
    return any(covers(roles, role) for role in READERS)


@rule(
    "2.12.2",
    kind=Kind.INPUT,
    pointer="/since",
    zh="超过 20,000 条，请用日期缩小范围后再导出",
    en="More than 20,000 visits. Narrow the days, then export again",
)
def file_is_not_too_large(visits: int) -> bool:
    """A file holds exactly what is seen, or is not made."""
    return visits <= LARGEST_FILE
