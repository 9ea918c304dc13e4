"""Keeping people and their roles."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import NotFound, Stale
from chassis.roles import Role
from chassis.rules import enforce
from services.access import events
from services.access.people import rules, schemas, store
from services.access.sites import store as sites

TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})


def keep_department(tx: Tx, actor: Actor, code: str, asked: schemas.DepartmentKept) -> dict[str, Any]:
    """Add or rename a department."""
    _enforce_keeper(actor)
    department_id = store.keep_department(tx, code, asked.name, asked.name_en)
    record(tx, actor, events.DepartmentKept(department_id))
    return {"id": department_id, "code": code, "name": asked.name, "name_en": asked.name_en}


def departments(tx: Tx, _actor: Actor) -> dict[str, Any]:
    """Every department."""
    return {"items": [dict(row._mapping) for row in store.departments(tx)]}


def keep_person(
    tx: Tx, actor: Actor, employee_no: str, asked: schemas.PersonKept, seen: int | None = None
) -> dict[str, Any]:
    """Add the person with this employee number, or change what is known of them; repeated, it changes nothing.

    `active` false, or a leaving time that has come, makes a leaver at once; only `active` true wakes one.
    """
    _enforce_keeper(actor)
    known = store.person_by_no(tx, employee_no)
    if known is not None and seen is not None and seen != known.version:
        raise Stale()
    values = _values(tx, asked)
    if known is None:
        person_id = store.add_person(tx, {"employee_no": employee_no, "active": True, **values})
        record(tx, actor, events.PersonAdded(person_id))
    else:
        person_id = known.id
        changed = tuple(sorted(name for name, value in values.items() if getattr(known, name) != value))
        if changed:
            store.change_person(tx, person_id, known.version, values)
            record(tx, actor, events.PersonChanged(person_id, changed))
    _set_active(tx, actor, person_id, asked)
    return show_person(tx, actor, employee_no)


def add_person(tx: Tx, actor: Actor, employee_no: str, name: str, roles: tuple[str, ...], site: str | None) -> str:
    """Add a person with roles in one act; for the operator at the shell. Returns the person's id."""
    shown = keep_person(tx, actor, employee_no, schemas.PersonKept(name=name, site=site))
    for text in roles:
        code, _, scope = text.partition("@")
        give_role(tx, actor, employee_no, schemas.RoleAsked(role=Role(code), scope=scope))
    person_id: str = shown["id"]
    return person_id


def give_role(tx: Tx, actor: Actor, employee_no: str, asked: schemas.RoleAsked) -> dict[str, Any]:
    """Give a person a role. The operator may unite powers on a small site; the board then shows it."""
    person = _person(tx, employee_no)
    after = {*store.roles_of(tx, person.id), asked.role.value}
    who = actor.kind in TRUSTED
    checks = [
        rules.person_is_active(person.active).say(name=person.name),
        rules.role_is_no_duty(asked.role).say(role=asked.role.zh),
    ]
    if not who:
        checks += [
            rules.gives_roles(actor.roles),
            rules.role_goes_to_another(actor.id, person.id),
            rules.powers_apart(after),
            rules.role_has_its_scope(asked.role, asked.scope).say(role=asked.role.zh),
        ]
    enforce(*checks)
    if store.give_role(tx, person.id, asked.role, asked.scope, f"{actor.kind}:{actor.id}"):
        record(tx, actor, events.RoleGiven(person.id, _held(asked)))
    return show_person(tx, actor, employee_no)


def take_role(tx: Tx, actor: Actor, employee_no: str, asked: schemas.RoleAsked) -> dict[str, Any]:
    """Take a role from a person."""
    person = _person(tx, employee_no)
    if actor.kind not in TRUSTED:
        enforce(rules.gives_roles(actor.roles))
    if store.take_role(tx, person.id, asked.role, asked.scope, f"{actor.kind}:{actor.id}"):
        record(tx, actor, events.RoleTaken(person.id, _held(asked)))
    return show_person(tx, actor, employee_no)


def show_person(tx: Tx, _actor: Actor, employee_no: str) -> dict[str, Any]:
    """One person with roles. Raises `NotFound`."""
    person = _person(tx, employee_no)
    return {**person._mapping, "roles": store.roles_of(tx, person.id)}


def list_people(tx: Tx, _actor: Actor, after: str, limit: int, starting: str) -> dict[str, Any]:
    """People by employee number; `next` continues behind the last."""
    found = store.people(tx, after_no=after, limit=limit + 1, starting=starting)
    items = [{**row._mapping, "roles": store.roles_of(tx, row.id)} for row in found[:limit]]
    return {"items": items, "next": items[-1]["employee_no"] if len(found) > limit else None, "prev": None}


def end_due(tx: Tx) -> int:
    """Turn leaving times that have come into facts; how many."""
    system = Actor.system("leavers")
    return sum(_leave(tx, system, person_id) for person_id in store.due_leavers(tx))


def _leave(tx: Tx, actor: Actor, person_id: str) -> bool:
    person = store.person(tx, person_id)
    if person is None or not store.mark_left(tx, person_id):
        return False
    record(tx, actor, events.PersonLeft(person_id, min(person.leaves_at or tx.now, tx.now)))
    return True


def _set_active(tx: Tx, actor: Actor, person_id: str, asked: schemas.PersonKept) -> None:
    person = store.person(tx, person_id)
    assert person is not None
    leaves = asked.active is False or rules.has_left(asked.leaves_at, tx.now)
    if person.active and leaves:
        _leave(tx, actor, person_id)
    elif not person.active and asked.active and not leaves:
        store.change_person(tx, person_id, person.version, {"active": True})
        record(tx, actor, events.PersonReturned(person_id))


def _values(tx: Tx, asked: schemas.PersonKept) -> dict[str, Any]:
    values = asked.model_dump(exclude={"department", "site", "active"})
    values["employment"] = asked.employment.value
    values["department_id"] = values["site_id"] = None
    if asked.department is not None:
        department = store.department_by_code(tx, asked.department)
        if department is None:
            raise NotFound("没有这个部门", "There is no such department")
        values["department_id"] = department.id
    if asked.site is not None:
        site = sites.by_code(tx, "site", asked.site)
        if site is None:
            raise NotFound("没有这个职场", "There is no such site")
        values["site_id"] = site.id
    return values


def _person(tx: Tx, employee_no: str) -> Any:
    person = store.person_by_no(tx, employee_no)
    if person is None:
        raise NotFound("没有这个员工编号", "There is no such employee number")
    return person


def _held(asked: schemas.RoleAsked) -> str:
    return f"{asked.role}@{asked.scope}" if asked.scope else asked.role.value


def _enforce_keeper(actor: Actor) -> None:
    if actor.kind not in (*TRUSTED, ActorKind.CLIENT):
        enforce(rules.keeps_people(actor.roles))
