"""Listing who permits visits to an area."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Stale
from chassis.rules import Check, enforce
from services.access import events
from services.access.people import store as people
from services.access.permitters import rules, schemas, store, views
from services.access.sites import store as sites
from services.access.sites.actions import enforce_shaper


def replace(
    tx: Tx, actor: Actor, site_code: str, area_code: str, asked: schemas.PermittersAsked, seen: int | None = None
) -> dict[str, Any]:
    """Put these in place of those listed for the area; with none the policy's own permit. Raises `Stale`."""
    enforce_shaper(actor)
    area = views.area_or_404(tx, site_code, area_code, lock=True)
    if seen is not None and seen != area.version:
        raise Stale()
    named = [people.person_by_no(tx, one.employee_no) if one.employee_no else None for one in asked.items]
    pairs = list(zip(asked.items, named, strict=True))
    enforce(*(check for one, person in pairs for check in _checks(one, person)))
    store.replace(tx, area.id, [_row(one, person) for one, person in pairs])
    sites.update(tx, "area", area.id, area.version, {})
    record(tx, actor, events.PermittersListed(area.id, len(pairs)))
    return views.show(tx, actor, site_code, area_code)


def _checks(asked: schemas.PermitterAsked, person: Row[Any] | None) -> list[Check]:
    works = asked.employee_no is None or (person is not None and bool(person.active))
    titles = {"role_zh": asked.role.zh, "role_en": asked.role.en} if asked.role else {}
    return [
        rules.permitter_is_a_role_or_a_person(asked.role, asked.employee_no),
        rules.permitter_works_here(works).say(employee_no=asked.employee_no or ""),
        rules.permitter_role_is_no_duty(asked.role).say(**titles),
    ]


def _row(asked: schemas.PermitterAsked, person: Row[Any] | None) -> dict[str, Any]:
    if asked.role is None:
        return {"role": None, "scope": None, "person_id": person.id if person is not None else None}
    return {"role": asked.role.value, "scope": asked.scope, "person_id": None}
