"""People as their readers see them: the directory for everybody, whole records for those who keep or manage them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.names import normalised
from chassis.paging import PageAsked, page_of
from chassis.problems import NotFound
from chassis.roles import Role
from chassis.rules import allowed
from services.access.people import rules, store
from services.access.roles import rules as role_rules
from services.access.roles import store as roles
from services.access.sites import store as sites

HISTORY = 20
STATUS = {"active": True, "left": False, "all": None}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the directory asks for."""

    q: str = ""
    department: str | None = None
    status: str = "active"
    role: Role | None = None


def person_or_404(tx: Tx, employee_no: str, *, lock: bool = False) -> Row[Any]:
    """The person with this employee number. Raises `NotFound`."""
    person = store.person_by_no(tx, employee_no, lock=lock)
    if person is None:
        raise NotFound("没有这个员工编号", "There is no such employee number")
    return person


def show(tx: Tx, actor: Actor, employee_no: str) -> dict[str, Any]:
    """One person as `schemas.Person`. Raises `NotFound`."""
    person = person_or_404(tx, employee_no)
    whole = not actor.is_person or _reads_record(tx, actor, person)
    numbers = [number for number in (person.manager_no, person.deputy_no, person.away_deputy_no) if number]
    others = {row.employee_no: dict(row._mapping) for row in store.named(tx, numbers=numbers)}
    plain = {name: value for name, value in person._mapping.items() if name not in HIDDEN}
    dates = {name: getattr(person, name) if whole else None for name in ("starts_on", "leaves_at")}
    return {
        **plain,
        **dates,
        **_absence(person, others, tx.now),
        "department": place(store.department(tx, person.department_id)),
        "site": place(sites.one_of(tx, "site", person.site_id)) if person.site_id else None,
        "manager": others.get(person.manager_no),
        "deputy": others.get(person.deputy_no),
        "roles": roles.roles_of(tx, [person.id])[person.id] if person.active else [],
        "roles_held": _roles_held(tx, person) if whole else None,
        "can": _can(actor, person),
    }


HIDDEN = frozenset({"sort_key", "created_at", "away_deputy_no"})


def _absence(person: Row[Any], others: dict[str, dict[str, Any]], now: datetime) -> dict[str, Any]:
    """An absence that holds or is to come, with who stands in; one that is over is nobody's business any more."""
    if person.away_until is None or person.away_until <= now:
        return {"away_from": None, "away_until": None, "away_deputy": None}
    deputy = others.get(person.away_deputy_no)
    return {"away_from": person.away_from, "away_until": person.away_until, "away_deputy": deputy}


def list_people(tx: Tx, actor: Actor, asked: Filter, page: PageAsked) -> dict[str, Any]:
    """One page of the directory in the order of names."""
    department = store.department_by_code(tx, asked.department) if asked.department else None
    if asked.department and department is None:
        return {"items": [], "next": None, "prev": None, "can": _can_add(actor)}
    key = normalised(asked.q)
    wanted = store.Wanted(key, department.id if department else None, STATUS[asked.status], asked.role)
    found = page_of([dict(row._mapping) for row in store.people(tx, wanted, page)], page, "sort_key")
    return {**found, "items": _lines(tx, found["items"]), "can": _can_add(actor)}


def departments(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Every department, with how many people work in it."""
    return {"items": [dict(row._mapping) for row in store.departments(tx)], "can": _can_add(actor)}


def place(row: Row[Any] | None) -> dict[str, str] | None:
    """A site or department as `schemas.PlaceName`."""
    return None if row is None else {"code": row.code, "name": row.name, "name_en": row.name_en}


def _lines(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the directory as `schemas.PersonLine`; places and roles looked up once for the page."""
    departments = {row.id: place(row) for row in store.departments(tx)}
    known_sites = {row["id"]: {name: row[name] for name in NAMES} for row in sites.all_of(tx, "site")}
    held = roles.roles_of(tx, [row["id"] for row in rows])
    return [
        {
            **{name: row[name] for name in LINE},
            "department": departments.get(row["department_id"]),
            "site": known_sites.get(row["site_id"]),
            "roles": held[row["id"]] if row["active"] else [],
        }
        for row in rows
    ]


NAMES = ("code", "name", "name_en")
LINE = ("id", "employee_no", "name", "post", "management", "extension", "active")


def _reads_record(tx: Tx, actor: Actor, person: Row[Any]) -> bool:
    """Their own, their department's or site's, or by role."""
    manages = (person.department_id and actor.has(Role.SUPERVISOR, dept=person.department_id)) or (
        person.site_id and actor.has(Role.CENTRE_MANAGER, site=person.site_id)
    )
    return rules.reads_records(actor.roles, actor.id, person.id, bool(manages))


def _roles_held(tx: Tx, person: Row[Any]) -> list[dict[str, Any]]:
    """Present and coming roles first, then what the person held once."""
    found = [*roles.held(tx, person.id), *roles.history(tx, person.id, HISTORY)]
    names = _givers(tx, found)
    return [
        {
            "role": row.role,
            "scope": row.scope,
            "place": _place_of(tx, row.scope),
            **{name: getattr(row, name) for name in ("starts_at", "ends_at", "given_at", "taken_at")},
            "given_by": names.get(row.given_by, row.given_by),
            "taken_by": names.get(row.taken_by, row.taken_by),
            "state": role_rules.state_of(row.starts_at, row.ends_at, row.taken_at, tx.now),
        }
        for row in found
    ]


def _place_of(tx: Tx, scope: str) -> dict[str, str] | None:
    kind, _, id_ = scope.partition(":")
    if not scope:
        return None
    return place(sites.one_of(tx, "site", id_) if kind == "site" else store.department(tx, id_))


def _givers(tx: Tx, rows: Iterable[Row[Any]]) -> dict[str | None, str]:
    """How a list names those who gave and took: people by name and number, everything else as the journal does."""
    acted = {text for row in rows for text in (row.given_by, row.taken_by) if text}
    ids = {text.partition(":")[2] for text in acted if text.startswith("person:")}
    return {f"person:{row.id}": f"{row.name} {row.employee_no}" for row in store.named(tx, ids=ids)}


def _can_add(actor: Actor) -> list[str]:
    return ["add"] if allowed(rules.keeps_people(actor.roles)) else []


def _can(actor: Actor, person: Row[Any]) -> list[str]:
    """What the reader may do with this person's record."""
    can = ["change"] if allowed(rules.keeps_people(actor.roles)) else []
    if allowed(role_rules.gives_roles(actor.roles)):
        giving = (role_rules.person_is_active(person.active), role_rules.role_goes_to_another(actor.id, person.id))
        can += ["give_role"] if allowed(*giving) else []
        can += ["take_role"]
    away = rules.enters_absence(actor.roles, actor.id, person.id)
    return [*can, "be_away"] if person.active and allowed(away) else can
