"""Who may take a copy of all that is kept of a visitor, and for whom."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class CopyFor(StrEnum):
    """Who asks for the copy: one of a list, since the journal keeps it for ever."""

    VISITOR = "visitor"
    REPRESENTATIVE = "representative"
    AUTHORITY = "authority"


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="个人信息副本由安全管理员制作",
    en="A copy of personal data is made by the security admin",
)
def copies_by_right(roles: Collection[str]) -> bool:
    """Whoever keeps keys and retention answers those whose data it is."""
    return covers(roles, Role.SECURITY_ADMIN)


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/identity_checked",
    zh="请先核对申请人的身份，再勾选",
    en="Check who asks first, then tick",
)
def asker_is_known(identity_checked: bool) -> bool:
    """A copy in the wrong hands is a leak: who asks is checked before anything is shown."""
    return identity_checked


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="这位来访人的个人信息已删除，没有可以提供的",
    en="This visitor's personal data was erased; there is nothing to hand out",
)
def something_is_kept(erased: bool) -> bool:
    """What was erased is gone for everybody."""
    return not erased
