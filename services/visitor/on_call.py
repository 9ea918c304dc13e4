"""Whom an alarm at a site reaches: by the roster first, by role when nobody is rostered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.db import Tx
from chassis.roles import Role
from services.visitor.alarms.rules import ROSTERED
from services.visitor.base import DIRECTORY


@dataclass(frozen=True, slots=True)
class Reached:
    """Ids of the people, and the roles that nobody holds or is rostered for: the centre manager is told in their place,
    beside whoever holds the role off the roster."""

    people: tuple[str, ...]
    unstaffed: tuple[str, ...]


def reached(tx: Tx, site_id: str, roles: Iterable[Role]) -> Reached:
    """Everybody an alarm for these roles reaches now, each once."""
    people: list[str] = []
    unstaffed: list[str] = []
    for role in roles:
        on_duty = _on_duty(tx, site_id, role) if role in ROSTERED else _holders(tx, role, site_id)
        if not on_duty:
            unstaffed.append(role.value)
        people += on_duty or _holders(tx, role, site_id)
    if unstaffed:
        people += centre_managers(tx, site_id)
    return Reached(tuple(dict.fromkeys(people)), tuple(unstaffed))


def guards(tx: Tx, site_id: str) -> list[str]:
    """Ids of the guards on duty now; with nobody rostered, of all who hold the role at the site."""
    return _on_duty(tx, site_id, Role.GUARD) or _holders(tx, Role.GUARD, site_id)


def centre_managers(tx: Tx, site_id: str) -> list[str]:
    """Ids of the site's centre managers."""
    return _holders(tx, Role.CENTRE_MANAGER, site_id)


def _on_duty(tx: Tx, site_id: str, role: Role) -> list[str]:
    return DIRECTORY.on_duty(tx, site_id, role, tx.now)


def _holders(tx: Tx, role: Role, site_id: str) -> list[str]:
    return [person.id for person in DIRECTORY.holders(tx, role, site=site_id)]
