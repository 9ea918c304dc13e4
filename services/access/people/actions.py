"""Keeping people and departments."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, Stale
from chassis.roles import Role
from chassis.rules import Check, enforce
from services.access import events
from services.access.people import decisions, rules, schemas, store, views
from services.access.people.decisions import TRUSTED
from services.access.roles.schemas import RoleAsked
from services.access.sites import store as sites


def keep_department(
    tx: Tx, actor: Actor, code: str, asked: schemas.DepartmentKept, seen: int | None = None
) -> dict[str, Any]:
    """Add a department, rename it, or close it once nobody works in it; `seen` 0 only adds."""
    _enforce_keeper(actor)
    known = store.department_by_code(tx, code, lock=True)
    enforce(rules.department_code_is_new(seen == 0 and known is not None))
    if known is not None and seen is not None and seen != known.version:
        raise Stale()
    people = store.count_in_department(tx, known.id) if known is not None else 0
    enforce(rules.department_is_empty(asked.active, people).say(count=str(people)))
    values = asked.model_dump()
    if known is None:
        department_id = store.add_department(tx, {"code": code, **values})
    else:
        department_id = known.id
        if not store.change_department(tx, department_id, known.version, values):
            raise Conflict()
    record(tx, actor, events.DepartmentKept(department_id))
    kept = store.department(tx, department_id)
    assert kept is not None
    return {**kept._mapping, "people": people}


def keep_person(
    tx: Tx, actor: Actor, employee_no: str, asked: schemas.PersonKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the person with this employee number, or change what is known of them; repeated, it changes nothing.

    `seen` 0 only adds: nobody has the number yet. Raises `Stale` when `seen` is not the person's version.

    `active` false, or a leaving time that has come, makes a leaver at once; only `active` true wakes one.
    """
    _enforce_keeper(actor)
    known = store.person_by_no(tx, employee_no, lock=True)
    if seen == 0:
        enforce(rules.number_is_new(known is not None).say(name=known.name if known is not None else ""))
    if known is not None and seen is not None and seen != known.version:
        raise Stale()
    department = store.department_by_code(tx, asked.department) if asked.department else None
    site = sites.by_code(tx, "site", asked.site) if asked.site else None
    enforce(*_checks(tx, employee_no, asked, department, site))
    values = asked.model_dump(exclude={"department", "site", "active"})
    values["employment"] = asked.employment.value
    values["department_id"] = department.id if department is not None else None
    values["site_id"] = site.id if site is not None else None
    person_id = _add(tx, actor, employee_no, values) if known is None else _change(tx, actor, known, values)
    _set_active(tx, actor, person_id, asked)
    _use_site(tx, person_id)
    return views.show(tx, actor, employee_no)


def add_person(tx: Tx, actor: Actor, employee_no: str, name: str, roles: tuple[str, ...], site: str | None) -> str:
    """Add a person with roles in one act; for the first start. Returns the person's id."""
    shown = keep_person(tx, actor, employee_no, schemas.PersonKept(name=name, site=site))
    for text in roles:
        code, _, scope = text.partition("@")
        decisions.give_role(tx, actor, employee_no, RoleAsked(role=Role(code), scope=scope))
    person_id: str = shown["id"]
    return person_id


def end_due(tx: Tx) -> int:
    """Turn leaving times that have come into facts; how many."""
    system = Actor.system("leavers")
    return sum(_leave(tx, system, person_id) for person_id in store.due_leavers(tx))


def _checks(
    tx: Tx, employee_no: str, asked: schemas.PersonKept, department: Row[Any] | None, site: Row[Any] | None
) -> list[Check]:
    holder = store.person_by_badge(tx, asked.badge_no) if asked.badge_no else None
    holder_no = holder.employee_no if holder is not None else None
    name = f"{holder.name} {holder_no}" if holder is not None else ""
    return [
        rules.department_is_in_use(asked.department, department is not None and bool(department.active)),
        rules.site_is_in_use(asked.site, site is not None and bool(site.active)),
        rules.badge_is_free(holder_no, employee_no).say(holder=name),
        rules.deputy_is_another(employee_no, asked.deputy_no),
        rules.manager_is_another(employee_no, asked.manager_no),
    ]


def _add(tx: Tx, actor: Actor, employee_no: str, values: dict[str, Any]) -> str:
    person_id = store.add_person(tx, {"employee_no": employee_no, "active": True, **values})
    record(tx, actor, events.PersonAdded(person_id))
    return person_id


def _change(tx: Tx, actor: Actor, known: Row[Any], values: dict[str, Any]) -> str:
    changed = tuple(sorted(name for name, value in values.items() if getattr(known, name) != value))
    if changed:
        if not store.change_person(tx, known, values):
            raise Conflict()
        record(tx, actor, events.PersonChanged(known.id, changed))
    person_id: str = known.id
    return person_id


def _set_active(tx: Tx, actor: Actor, person_id: str, asked: schemas.PersonKept) -> None:
    person = store.person(tx, person_id)
    assert person is not None
    leaves = asked.active is False or rules.has_left(asked.leaves_at, tx.now)
    if person.active and leaves:
        _leave(tx, actor, person_id)
    elif not person.active and asked.active and not leaves:
        store.change_person(tx, person, {"active": True})
        record(tx, actor, events.PersonReturned(person_id))


def _leave(tx: Tx, actor: Actor, person_id: str) -> bool:
    person = store.person(tx, person_id)
    if person is None or not store.mark_left(tx, person_id):
        return False
    record(tx, actor, events.PersonLeft(person_id, min(person.leaves_at or tx.now, tx.now)))
    decisions.take_all(tx, actor, person_id)
    _use_site(tx, person_id)
    return True


def _use_site(tx: Tx, person_id: str) -> None:
    """Somebody who works at a site keeps it from being closed."""
    person = store.person(tx, person_id)
    sites.end_use(tx, f"person:{person_id}")
    if person is not None and person.active and person.site_id:
        sites.begin_use(tx, person.site_id, f"person:{person_id}")


def _enforce_keeper(actor: Actor) -> None:
    if actor.kind not in (*TRUSTED, ActorKind.CLIENT):
        enforce(rules.keeps_people(actor.roles))
