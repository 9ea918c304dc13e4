"""Who reads the register."""

from __future__ import annotations

from collections.abc import Collection

from chassis.roles import Role, covers
from chassis.rules import Kind, rule

READERS = (Role.SECURITY_ADMIN, Role.PLATFORM_ADMIN, Role.AUDITOR)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="个人信息清单由管理员和审计员查看",
    en="The register of personal data is for administrators and auditors",
)
def reads_the_register(roles: Collection[str]) -> bool:
    """Whoever answers for personal data, and whoever audits it."""
    return any(covers(roles, role) for role in READERS)
