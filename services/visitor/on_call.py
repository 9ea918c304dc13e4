"""Whom an alarm at a site reaches: by the roster first, by role when nobody is rostered."""

from __future__ import annotations

from chassis.db import Tx
from chassis.directory import is_present
from chassis.roles import Role
from services.visitor.base import DIRECTORY


def guards(tx: Tx, site_id: str) -> list[str]:
    """Ids of the guards on duty now; with nobody rostered, of all who hold the role at the site."""
    rostered = (DIRECTORY.person(tx, person_id) for person_id in DIRECTORY.on_duty(tx, site_id, "guard", tx.now))
    on_duty = [person.id for person in rostered if person is not None and is_present(person, tx.now)]
    return on_duty or _holders(tx, Role.GUARD, site_id)


def floor_managers(tx: Tx, site_id: str) -> list[str]:
    """Ids of the site's floor managers."""
    return _holders(tx, Role.FLOOR_MANAGER, site_id)


def centre_managers(tx: Tx, site_id: str) -> list[str]:
    """Ids of the site's centre managers."""
    return _holders(tx, Role.CENTRE_MANAGER, site_id)


def door_and_floor(tx: Tx, site_id: str) -> list[str]:
    """Guards and floor managers; the centre managers too when the site has no guard to go there."""
    at_the_door = guards(tx, site_id) or centre_managers(tx, site_id)
    return [*at_the_door, *floor_managers(tx, site_id)]


def _holders(tx: Tx, role: Role, site_id: str) -> list[str]:
    return [person.id for person in DIRECTORY.holders(tx, role, site=site_id)]
