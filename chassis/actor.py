"""Who acts: a person, a paired tablet, an API client, a service, the system itself, or the operator at the shell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from chassis.clock import CLOCKS_DIFFER_SECONDS
from chassis.roles import Role, covers

Strength = Literal["none", "password", "pin", "passkey", "oidc"]
"""How the person proved who they are in this session."""

STAFF_SCOPE = "staff"
"""The scope of a person's own session: every route of the product; the rules decide what they may do there."""

SECOND_CHECK_SECONDS = 300


class ActorKind(StrEnum):
    """What kind of party calls."""

    PERSON = "person"
    DEVICE = "device"
    CLIENT = "client"
    SERVICE = "service"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """The verified caller of an action. `auth_time` is when the person last proved who they are, unix seconds."""

    kind: ActorKind
    id: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    device: str | None = None
    site: str | None = None
    door: str | None = None
    session: str | None = None
    auth_time: int = 0
    strength: Strength = "none"
    on_behalf_of: str | None = None

    @classmethod
    def system(cls, name: str) -> Actor:
        """The product itself, such as a loop that turns a deadline into a fact."""
        return cls(ActorKind.SYSTEM, name)

    @classmethod
    def operator(cls, name: str) -> Actor:
        """Whoever runs `gatehouse` commands on the machine."""
        return cls(ActorKind.OPERATOR, name)

    @property
    def is_person(self) -> bool:
        """Whether a person acts, in a session of their own or at a shared tablet."""
        return self.kind is ActorKind.PERSON

    def has(self, role: Role, *, site: str | None = None, dept: str | None = None) -> bool:
        """Whether the actor holds `role` at that site or for that department."""
        return covers(self.roles, role, site=site, dept=dept)

    def may(self, scope: str) -> bool:
        """Whether the actor's credential covers routes of `scope`."""
        return scope in self.scopes or STAFF_SCOPE in self.scopes

    def checked_lately(self, now: int) -> bool:
        """Whether a second check (二次验证) lies at most five minutes back, and not ahead of a clock set back."""
        return self.strength != "none" and -CLOCKS_DIFFER_SECONDS <= now - self.auth_time <= SECOND_CHECK_SECONDS
