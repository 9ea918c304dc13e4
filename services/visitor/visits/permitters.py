"""Who permits visits to areas: those an area lists, else the policy's own (`decided.md`, Who permits)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.directory import is_present
from chassis.roles import Role
from services.visitor.base import DIRECTORY
from services.visitor.visits.rules import OPEN_TO_A_HOST_ALONE

POLICY = (
    {"role": Role.SUPERVISOR.value, "scope": "host_department"},
    {"role": Role.CENTRE_MANAGER.value, "scope": "site"},
)
"""For a floor that lists nobody: a supervisor of the host's department, or the centre manager of the site."""


def listed(area: Row[Any]) -> Sequence[Mapping[str, Any]]:
    """Who permits an area beyond its host; nobody for a lounge that lists nobody."""
    own: Sequence[Mapping[str, Any]] = area.permitters
    return own or (() if area.kind in OPEN_TO_A_HOST_ALONE else POLICY)


def lists_its_own(tx: Tx, area_ids: Collection[str]) -> bool:
    """Whether one of these areas lists its permitters itself."""
    return any(area.permitters for area in DIRECTORY.areas(tx, area_ids))


def entitled(tx: Tx, site_id: str, host_id: str, area_ids: Collection[str]) -> list[str]:
    """Ids of everybody who permits all these areas for this host.

    One person decides the step for the whole visit: with nobody in common it is the centre manager's.
    """
    each = [_who(tx, area, host_id) for area in DIRECTORY.areas(tx, area_ids) if listed(area)]
    if not each:
        return []
    common = [person_id for person_id in each[0] if all(person_id in others for others in each[1:])]
    if common or not all(each):
        return common
    return [row.id for row in DIRECTORY.holders(tx, Role.CENTRE_MANAGER, site=site_id)]


def _who(tx: Tx, area: Row[Any], host_id: str) -> list[str]:
    """Everybody who permits one area, each once, in the order listed."""
    host = DIRECTORY.person(tx, host_id)
    found: dict[str, None] = {}
    for one in listed(area):
        found.update(dict.fromkeys(_of(tx, area, host, one)))
    return list(found)


def _of(tx: Tx, area: Row[Any], host: Row[Any] | None, one: Mapping[str, Any]) -> list[str]:
    if one["role"] is None:
        person = DIRECTORY.person(tx, one["person_id"])
        return [person.id] if person is not None and is_present(person, tx.now) else []
    kind, _, department_id = one["scope"].partition(":")
    if kind == "host_department":
        department_id = host.department_id if host is not None else None
    if kind == "site":
        return [row.id for row in DIRECTORY.holders(tx, Role(one["role"]), site=area.site_id)]
    return [row.id for row in DIRECTORY.holders(tx, Role(one["role"]), dept=department_id)] if department_id else []
