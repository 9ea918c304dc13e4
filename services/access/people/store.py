"""Tables of people and departments, and the statements on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant, instant_text, plain_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.names import search_keys, sort_key
from chassis.paging import PageAsked, keyset
from chassis.tables import table_of
from services.access.base import AccessTable
from services.access.roles import store as roles

FOUND_AT_MOST = 1000
_LEAVES = sa.text("leaves_at IS NOT NULL")


class Department(AccessTable, table=True):
    """A department (部门)."""

    id: str = Field(primary_key=True, max_length=36)
    code: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    active: bool = True
    version: int = 1


class Person(AccessTable, table=True):
    """Somebody who works here. Work e-mail and extension are the company's, not private data."""

    __table_args__ = (
        sa.Index("person_listed", "active", "sort_key", "id"),
        sa.Index("person_of_department", "department_id", "active", "sort_key", "id"),
        sa.Index("person_leaves", "leaves_at", sqlite_where=_LEAVES, postgresql_where=_LEAVES),
    )
    id: str = Field(primary_key=True, max_length=36)
    employee_no: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    sort_key: str = Field(sa_type=plain_text(120))
    department_id: str | None = Field(default=None, foreign_key="department.id", max_length=36)
    site_id: str | None = Field(default=None, foreign_key="site.id", max_length=36, index=True)
    post: str = Field(default="", max_length=60)
    shift: str = Field(default="", max_length=40)
    management: bool = False
    employment: str = Field(default="employee", max_length=12)
    manager_no: str | None = Field(default=None, max_length=20)
    deputy_no: str | None = Field(default=None, max_length=20)
    badge_no: str | None = Field(default=None, unique=True, max_length=20)
    work_email: str | None = Field(default=None, max_length=120)
    extension: str | None = Field(default=None, max_length=20)
    language: str = Field(default="zh", max_length=2)
    active: bool = True
    starts_on: date | None = None
    leaves_at: datetime | None = Field(default=None, sa_type=Instant)
    away_from: datetime | None = Field(default=None, sa_type=Instant)
    away_until: datetime | None = Field(default=None, sa_type=Instant)
    away_deputy_no: str | None = Field(default=None, max_length=20)
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)


class PersonKey(AccessTable, table=True):
    """A text by whose beginning a person is found: name, pinyin, initials, employee number, extension, badge."""

    __tablename__ = "person_key"
    key: str = Field(primary_key=True, sa_type=plain_text(80))
    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=36, index=True)


DEPARTMENT, PERSON, KEY = (table_of(model) for model in (Department, Person, PersonKey))
P = PERSON.c
NAMED = ("employee_no", "extension", "badge_no")
"""Columns besides the name by which a person is found."""


def department_by_code(tx: Tx, code: str, *, lock: bool = False) -> Row[Any] | None:
    """The department with this code; locked until the commit with `lock`."""
    found = sa.select(DEPARTMENT).where(DEPARTMENT.c.code == code)
    return tx.row(found.with_for_update() if lock else found)


def department(tx: Tx, department_id: str | None) -> Row[Any] | None:
    """One department."""
    return tx.row(sa.select(DEPARTMENT).where(DEPARTMENT.c.id == department_id)) if department_id else None


def add_department(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a department; its id."""
    id_ = new_id()
    tx.change(sa.insert(DEPARTMENT).values(id=id_, version=1, **values))
    return id_


def change_department(tx: Tx, department_id: str, version: int, values: dict[str, Any]) -> bool:
    """Change a department that still has `version`."""
    here = sa.update(DEPARTMENT).where(DEPARTMENT.c.id == department_id, DEPARTMENT.c.version == version)
    return tx.change(here.values(version=version + 1, **values)) == 1


def departments(tx: Tx) -> Sequence[Row[Any]]:
    """Every department by code, with how many people work in it."""
    works = sa.and_(P.department_id == DEPARTMENT.c.id, P.active)
    counted = sa.select(DEPARTMENT, sa.func.count(P.id).label("people")).outerjoin(PERSON, works)
    return tx.rows(counted.group_by(DEPARTMENT.c.id).order_by(DEPARTMENT.c.code))


def count_in_department(tx: Tx, department_id: str) -> int:
    """How many people work in a department."""
    found: int = tx.scalar(sa.select(sa.func.count()).where(P.department_id == department_id, P.active))
    return found


def count_at_site(tx: Tx, site_id: str) -> int:
    """How many people work at a site."""
    found: int = tx.scalar(sa.select(sa.func.count()).where(P.site_id == site_id, P.active))
    return found


def count_active(tx: Tx, most: int) -> int:
    """How many people work here, counted up to `most`."""
    found: int = tx.scalar(
        sa.select(sa.func.count()).select_from(sa.select(P.id).where(P.active).limit(most).subquery())
    )
    return found


def person_by_no(tx: Tx, employee_no: str, *, lock: bool = False) -> Row[Any] | None:
    """The person with this employee number; locked until the commit with `lock`."""
    found = sa.select(PERSON).where(P.employee_no == employee_no)
    return tx.row(found.with_for_update() if lock else found)


def person_by_badge(tx: Tx, badge_no: str) -> Row[Any] | None:
    """The person with this staff badge."""
    return tx.row(sa.select(PERSON).where(P.badge_no == badge_no))


def person(tx: Tx, person_id: str) -> Row[Any] | None:
    """One person."""
    return tx.row(sa.select(PERSON).where(P.id == person_id))


def named(tx: Tx, *, ids: Collection[str] = (), numbers: Collection[str] = ()) -> Sequence[Row[Any]]:
    """Id, name and number of people by their ids or employee numbers."""
    wanted = sa.or_(P.id.in_(sorted(ids)), P.employee_no.in_(sorted(numbers)))
    return tx.rows(sa.select(P.id, P.name, P.employee_no).where(wanted)) if ids or numbers else ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list wants; `key` is the beginning of a search text, `active` None means all."""

    key: str = ""
    department_id: str | None = None
    active: bool | None = True
    role: str | None = None


LISTED = (P.id, P.employee_no, P.name, P.sort_key, P.department_id, P.site_id, P.post, P.management, P.extension,
          P.active)  # fmt: skip


def people(tx: Tx, wanted: Wanted, page: PageAsked) -> Sequence[Row[Any]]:
    """One page of people in the order of their names, one row more than asked."""
    found = sa.select(*LISTED)
    if wanted.active is not None:
        found = found.where(P.active == wanted.active)
    if wanted.department_id is not None:
        found = found.where(P.department_id == wanted.department_id)
    if wanted.role is not None:
        found = found.where(P.id.in_(roles.with_role(wanted.role, tx.now)))
    if wanted.key:
        begins = sa.select(KEY.c.person_id).where(KEY.c.key >= wanted.key, KEY.c.key < wanted.key + "\U0010ffff")
        found = found.where(P.id.in_(begins.limit(FOUND_AT_MOST)))
    return tx.rows(keyset(found, P.sort_key, P.id, page, rising=True))


def add_person(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a person and the texts they are found by; the new id."""
    id_ = new_id()
    known = {"id": id_, "version": 1, "created_at": tx.now, "sort_key": sort_key(values["name"])[:120]}
    tx.change(sa.insert(PERSON).values(**known, **values))
    _set_keys(tx, id_, values)
    return id_


def change_person(tx: Tx, row: Row[Any], values: dict[str, Any]) -> bool:
    """Change a person who still stands as `row` says, and the texts they are found by."""
    new = {**row._mapping, **values}
    named = {**values, "sort_key": sort_key(new["name"])[:120], "version": row.version + 1}
    here = sa.update(PERSON).where(P.id == row.id, P.version == row.version)
    if tx.change(here.values(**named)) != 1:
        return False
    _set_keys(tx, row.id, new)
    return True


def _set_keys(tx: Tx, person_id: str, values: dict[str, Any]) -> None:
    keys = search_keys(values["name"], *(str(values.get(name) or "") for name in NAMED))
    tx.change(sa.delete(KEY).where(KEY.c.person_id == person_id))
    tx.change(sa.insert(KEY), [{"key": key[:80], "person_id": person_id} for key in sorted(keys)])


def due_leavers(tx: Tx) -> Sequence[str]:
    """People whose leaving time has come and who still count as active."""
    return [row.id for row in tx.rows(sa.select(P.id).where(P.leaves_at <= tx.now, P.active.is_not(sa.false())))]


def mark_left(tx: Tx, person_id: str) -> bool:
    """Make an active person a leaver; False when somebody was faster."""
    here = sa.update(PERSON).where(P.id == person_id, P.active)
    return tx.change(here.values(active=False, version=P.version + 1)) == 1


def who_holds(tx: Tx, role: str) -> Sequence[Row[Any]]:
    """Active people who hold a role now, with its scope."""
    h = roles.H
    found = sa.select(P.id, P.name, P.employee_no, P.department_id, h.scope).join(PERSON, P.id == h.person_id)
    return tx.rows(found.where(h.role == role, roles.in_force(tx.now), P.active).order_by(P.employee_no))


def person_state(tx: Tx, person_id: str) -> dict[str, Any] | None:
    """A person with the roles held now or later, for followers: they judge a role's dates when asked."""
    row = person(tx, person_id)
    if row is None:
        return None
    of = department(tx, row.department_id)
    state = {name: value for name, value in row._mapping.items() if name != "sort_key"}
    state["created_at"] = instant_text(row.created_at)
    for name in ("leaves_at", "away_from", "away_until"):
        at = getattr(row, name)
        state[name] = None if at is None else instant_text(at)
    state["starts_on"] = None if row.starts_on is None else row.starts_on.isoformat()
    held = [
        {
            "role": roles.text_of(one),
            "starts_at": instant_text(one.starts_at),
            "ends_at": None if one.ends_at is None else instant_text(one.ends_at),
        }
        for one in roles.held(tx, person_id)
    ]
    return {**state, "roles": held, "department_name": of.name if of else ""}


def department_state(tx: Tx, department_id: str) -> dict[str, Any] | None:
    """A department, for followers."""
    row = department(tx, department_id)
    return None if row is None else dict(row._mapping)
