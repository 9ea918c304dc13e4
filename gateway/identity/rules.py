"""Rules of identity: who may cut off, pair and add clients; what passwords and PINs are; how long a session lasts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from chassis.roles import Role, covers
from chassis.rules import Kind, rule


class SessionKind(StrEnum):
    """Where a session lives, which decides how long."""

    DESK = "desk"
    PHONE = "phone"
    TABLET = "tablet"
    PASSKEY = "passkey"
    """A phone that signed in by passkey."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lives unused, and how long at most."""

    idle: timedelta
    longest: timedelta


LASTING: dict[SessionKind, Lasting] = {
    SessionKind.DESK: Lasting(timedelta(minutes=30), timedelta(hours=12)),
    SessionKind.PHONE: Lasting(timedelta(hours=8), timedelta(hours=12)),
    SessionKind.PASSKEY: Lasting(timedelta(days=7), timedelta(days=7)),
    SessionKind.TABLET: Lasting(timedelta(minutes=1), timedelta(minutes=5)),
}

TABLET_SCOPES = frozenset(
    {
        "rounds:write",
        "closings:write",
        "handovers:write",
        "self-checks:write",
        "strangers:write",
        "id-checks:write",
        "visits:read",
    }
)
"""What a person signed in by PIN at a shared tablet may do. Never an approval, never `staff`."""

DEVICE_SCOPES = frozenset({"kiosk", "strangers:write"})
"""What a tablet may do by itself: the visitor's own screens, and the alarm that must not wait for a PIN (2.3)."""

SERVICE_SCOPES = frozenset({"journal:read", "controls:read"})
INVITATIONS_READ = "invitations:read"
"""Reading one visitor's name and address to mail an invitation: the gateway's own, minted for that and nothing else."""
SERVICES_ONLY = frozenset({"staff", "journal:read", INVITATIONS_READ})
"""Scopes no API client can be given."""

PASSKEY_ROLES = (Role.LEADER, Role.CENTRE_MANAGER, Role.SECURITY_ADMIN, Role.PLATFORM_ADMIN)
"""Whoever holds one of these needs a passkey or the corporate sign-in after the days of grace."""
STRONG = frozenset({"passkey", "oidc"})

LINK_LIFE = timedelta(hours=24)
CODE_LIFE = timedelta(minutes=10)
SHORTEST_PASSWORD = 10
PIN_DIGITS = 6


def roles_in_force(
    roles: Collection[str], strength: str, since: datetime | None, now: datetime, days: int
) -> frozenset[str]:
    """The roles a session carries: those that need a passkey rest once `days` of grace have passed without one.

    `since` is when the person first held such a role; 0 days switch the demand off.
    """
    if not days or strength in STRONG or since is None or now < since + timedelta(days=days):
        return frozenset(roles)
    return frozenset(role for role in roles if role.partition("@")[0] not in PASSKEY_ROLES)


@rule(
    "2.10", kind=Kind.WHO, zh="只有安全管理员或平台管理员可以办理", en="Only a security or platform admin may do this"
)
def administers_accounts(roles: Collection[str]) -> bool:
    """Other people's sessions, links and API clients belong to the security and platform admins."""
    return covers(roles, Role.SECURITY_ADMIN) or covers(roles, Role.PLATFORM_ADMIN)


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="只有安全管理员、平台管理员或本职场的保安人员、现场管理人员可以配对平板",
    en="Only an admin, or a guard or floor manager of the site, may pair a tablet",
)
def pairs_tablets(roles: Collection[str], site_id: str) -> bool:
    """Tablets are paired by those who stand at the door, for their own site, and by the admins."""
    here = covers(roles, Role.GUARD, site=site_id) or covers(roles, Role.FLOOR_MANAGER, site=site_id)
    return here or covers(roles, Role.SECURITY_ADMIN) or covers(roles, Role.PLATFORM_ADMIN)


@rule("2.10", kind=Kind.INPUT, pointer="/password", zh="密码至少 10 个字符", en="A password has at least 10 characters")
def password_is_long_enough(password: str) -> bool:
    """Length counts, composition does not (NIST SP 800-63B-4, 3.1.1.2)."""
    return len(password) >= SHORTEST_PASSWORD


@rule(
    "2.10",
    kind=Kind.INPUT,
    pointer="/password",
    zh="这个密码太常见，容易被猜到，请换一个",
    en="This password is common and easily guessed. Choose another",
)
def password_is_uncommon(password: str, common: Collection[str]) -> bool:
    """Common passwords, runs and repetitions are refused, also with figures and signs around them."""
    plain = password.lower()
    core = plain.strip("0123456789!@#$%^&*()-_=+.,;:?/ ~")
    return plain not in common and core not in common and len(set(plain)) > 3 and not _is_run(plain)


@rule(
    "2.10",
    kind=Kind.INPUT,
    pointer="/password",
    zh="密码不能包含您的姓名或员工编号",
    en="A password must not contain your name or employee no.",
)
def password_is_not_personal(password: str, employee_no: str, name: str) -> bool:
    """Names and numbers of three characters or more are looked for, Chinese names of two."""
    plain = password.lower()
    words = [employee_no.lower(), *name.lower().split()]
    return not any(word in plain for word in words if len(word) >= (3 if word.isascii() else 2))


@rule("2.10", kind=Kind.INPUT, pointer="/pin", zh="PIN 为 6 位数字", en="A PIN has 6 digits")
def pin_is_six_digits(pin: str) -> bool:
    """Six digits, as the tablet's keypad types them."""
    return len(pin) == PIN_DIGITS and pin.isascii() and pin.isdecimal()


@rule(
    "2.10",
    kind=Kind.INPUT,
    pointer="/pin",
    zh="这个 PIN 太容易被猜到，请换一个",
    en="This PIN is easily guessed. Choose another",
)
def pin_is_uncommon(pin: str, employee_no: str) -> bool:
    """No repetition, no run, not the employee number."""
    return len(set(pin)) > 2 and not _is_run(pin) and pin[:3] != pin[3:] and pin not in employee_no


def _is_run(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


@rule(
    "2.10",
    kind=Kind.INPUT,
    pointer="/scopes",
    zh="这些权限范围不能授予接口客户端",
    en="An API client cannot be given these scopes",
)
def scopes_are_for_clients(scopes: Collection[str]) -> bool:
    """`staff` is for people's own sessions, `journal:read` for the services."""
    return not SERVICES_ONLY & set(scopes)
