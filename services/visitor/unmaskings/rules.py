"""Who may read which of a visitor's values whole, and why."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class Field(StrEnum):
    """A value that pages show in part, or not at all."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"


class Reason(StrEnum):
    """Why somebody reads it: one of a list, since the journal keeps it for ever and a sentence would name people."""

    CONTACT = "contact"
    EMERGENCY = "emergency"
    IDENTITY = "identity"
    INCIDENT = "incident"
    AUTHORITY = "authority"
    OWN_REQUEST = "own_request"


OF_THE_GUARD = frozenset({Field.PHONE})
"""What a guard may need to reach a visitor; the ID they see themselves, and the name they read whole."""


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="完整信息由安全管理员查看；本职场的保安人员只查看手机号",
    en="Whole values are for the security admin; a guard of the site reads the phone alone",
)
def unmasks_by_right(roles: Collection[str], site_id: str, fields: Collection[Field]) -> bool:
    """Whoever keeps keys reads what they seal; who runs the door reads what reaches a visitor."""
    is_guard = covers(roles, Role.GUARD, site=site_id)
    return covers(roles, Role.SECURITY_ADMIN) or (is_guard and OF_THE_GUARD.issuperset(fields))


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="访客不在公司内；需要完整手机号时请联系安全管理员",
    en="The visitor is not here; ask the security admin where the whole phone is needed",
)
def guard_reaches_who_is_here(roles: Collection[str], here: bool) -> bool:
    """Who has left, or has not come, is not the guard's to call."""
    return here or covers(roles, Role.SECURITY_ADMIN)


@rule(
    "2.1",
    kind=Kind.STATE,
    zh="这位来访人的个人信息已删除，没有可以查看的",
    en="This visitor's personal data was erased; there is nothing to read",
)
def visitor_is_not_erased(erased: bool) -> bool:
    """What was erased is gone for everybody."""
    return not erased
