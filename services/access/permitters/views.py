"""Who permits, with names."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import NotFound
from chassis.rules import allowed
from services.access.people import store as people
from services.access.people.views import place
from services.access.permitters import store
from services.access.sites import rules as site_rules
from services.access.sites import store as sites


def area_or_404(tx: Tx, site_code: str, area_code: str, *, lock: bool = False) -> Row[Any]:
    """The area with this code of the site. Raises `NotFound`."""
    site = sites.by_code(tx, "site", site_code)
    area = sites.by_code(tx, "area", area_code, site.id, lock=lock) if site is not None else None
    if area is None:
        raise NotFound("没有这个区域", "There is no such area")
    return area


def show(tx: Tx, actor: Actor, site_code: str, area_code: str) -> dict[str, Any]:
    """As `schemas.Permitters`; its version is the area's."""
    area = area_or_404(tx, site_code, area_code)
    listed = store.of_area(tx, area.id)
    names = {row.id: row for row in people.named(tx, ids={row.person_id for row in listed if row.person_id})}
    return {
        "area_id": area.id,
        "version": area.version,
        "items": [_shown(tx, row, names) for row in listed],
        "can": ["change"] if allowed(site_rules.shapes_sites(actor.roles)) else [],
    }


def _shown(tx: Tx, row: Row[Any], names: dict[str, Row[Any]]) -> dict[str, Any]:
    kind, _, id_ = (row.scope or "").partition(":")
    person = names.get(row.person_id)
    return {
        "role": row.role,
        "scope": row.scope,
        "department": place(people.department(tx, id_)) if kind == "dept" else None,
        "person": {"name": person.name, "employee_no": person.employee_no} if person is not None else None,
    }
