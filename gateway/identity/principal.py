"""Whoever calls the gateway, as the rest of it sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.roles import in_force
from gateway.identity import rules


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller. `may_write` says that the credential for writing came along; cross-site checks are apart.

    `at` is the tablet at which a person is signed in by PIN. `language` and `theme` are what the person chose, None
    where the browser decides. `needs_passkey` says that roles of the person rest until they add a passkey.
    """

    actor: Actor
    name: str
    employee_no: str = ""
    language: str | None = None
    theme: str | None = None
    session_id: str | None = None
    may_write: bool = True
    needs_passkey: bool = False
    at: Principal | None = None

    @property
    def is_staff(self) -> bool:
        """Whether a person calls from a session of their own, not from a shared tablet."""
        return self.actor.is_person and STAFF_SCOPE in self.actor.scopes


def of_session(row: Row[Any], device: Row[Any] | None, *, may_write: bool, now: datetime, days: int) -> Principal:
    """The person of a session; at a tablet only with its scopes, bound to its door."""
    at_tablet = row.kind == rules.SessionKind.TABLET
    held = in_force(row.roles, now)
    roles = rules.roles_in_force(held, row.strength, row.passkey_required_since, now, days)
    actor = Actor(
        ActorKind.PERSON,
        row.person_id,
        roles,
        rules.TABLET_SCOPES if at_tablet else frozenset({STAFF_SCOPE}),
        device=device.id if device else None,
        site=device.site_id if device else row.site_id,
        door=device.door_id if device else None,
        session=row.id,
        auth_time=row.auth_time,
        strength=row.strength,
    )
    needs_passkey = len(roles) < len(held)
    at = of_device(device) if device else None
    chosen = (row.chosen_language, row.theme)
    return Principal(actor, row.name, row.employee_no, *chosen, row.id, may_write, needs_passkey, at)


def of_device(row: Row[Any]) -> Principal:
    """A tablet by itself: no person, no roles, the visitor's screens alone."""
    place = {"device": row.id, "site": row.site_id, "door": row.door_id}
    return Principal(Actor(ActorKind.DEVICE, row.id, scopes=rules.DEVICE_SCOPES, **place), row.name)


def of_client(row: Row[Any]) -> Principal:
    """A program that shows its long-lived secret itself (SCIM)."""
    return Principal(Actor(ActorKind.CLIENT, row.id, scopes=frozenset(row.scopes)), row.name)
