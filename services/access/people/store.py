"""Tables of people, departments and roles, and the statements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant, instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.tables import table_of
from services.access.base import AccessTable


class Department(AccessTable, table=True):
    """A department (部门)."""

    id: str = Field(primary_key=True, max_length=36)
    code: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)


class Person(AccessTable, table=True):
    """Somebody who works here. Work e-mail and extension are the company's, not private data."""

    id: str = Field(primary_key=True, max_length=36)
    employee_no: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    department_id: str | None = Field(default=None, foreign_key="department.id", max_length=36, index=True)
    site_id: str | None = Field(default=None, foreign_key="site.id", max_length=36)
    post: str = Field(default="", max_length=60)
    management: bool = False
    employment: str = Field(default="employee", max_length=12)
    manager_no: str | None = Field(default=None, max_length=20)
    deputy_no: str | None = Field(default=None, max_length=20)
    badge_no: str | None = Field(default=None, unique=True, max_length=20)
    work_email: str | None = Field(default=None, max_length=120)
    extension: str | None = Field(default=None, max_length=20)
    language: str = Field(default="zh", max_length=2)
    active: bool = True
    leaves_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)


class RoleHeld(AccessTable, table=True):
    """A role a person holds, with who gave it; kept after it was taken."""

    __tablename__ = "role_held"
    __table_args__ = (
        sa.Index(
            "role_held_once",
            "person_id",
            "role",
            "scope",
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="person.id", max_length=36, index=True)
    role: str = Field(max_length=20)
    scope: str = Field(default="", max_length=60)
    given_at: datetime = Field(sa_type=Instant)
    given_by: str = Field(max_length=80)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_by: str | None = Field(default=None, max_length=80)


DEPARTMENT, PERSON, ROLE_HELD = (table_of(model) for model in (Department, Person, RoleHeld))
NOW_HELD = ROLE_HELD.c.taken_at.is_(None)


def department_by_code(tx: Tx, code: str) -> Row[Any] | None:
    """The department with this code."""
    return tx.row(sa.select(DEPARTMENT).where(DEPARTMENT.c.code == code))


def keep_department(tx: Tx, code: str, name: str, name_en: str) -> str:
    """Add or rename the department with this code; its id."""
    known = department_by_code(tx, code)
    if known is not None:
        tx.change(sa.update(DEPARTMENT).where(DEPARTMENT.c.id == known.id).values(name=name, name_en=name_en))
        known_id: str = known.id
        return known_id
    id_ = new_id()
    tx.change(sa.insert(DEPARTMENT).values(id=id_, code=code, name=name, name_en=name_en))
    return id_


def departments(tx: Tx) -> Sequence[Row[Any]]:
    """Every department by code."""
    return tx.rows(sa.select(DEPARTMENT).order_by(DEPARTMENT.c.code))


def person_by_no(tx: Tx, employee_no: str) -> Row[Any] | None:
    """The person with this employee number, locked."""
    return tx.row(sa.select(PERSON).where(PERSON.c.employee_no == employee_no).with_for_update())


def person(tx: Tx, person_id: str) -> Row[Any] | None:
    """One person."""
    return tx.row(sa.select(PERSON).where(PERSON.c.id == person_id))


def people(tx: Tx, *, after_no: str = "", limit: int = 100, starting: str = "") -> Sequence[Row[Any]]:
    """People by employee number, from behind `after_no`; `starting` keeps names that begin so."""
    found = sa.select(PERSON).where(PERSON.c.employee_no > after_no).order_by(PERSON.c.employee_no).limit(limit)
    if starting:
        found = found.where(PERSON.c.name >= starting, PERSON.c.name < starting + "\U0010ffff")
    return tx.rows(found)


def add_person(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a person; the new id."""
    id_ = new_id()
    tx.change(sa.insert(PERSON).values(id=id_, version=1, created_at=tx.now, **values))
    return id_


def change_person(tx: Tx, person_id: str, version: int, values: dict[str, Any]) -> bool:
    """Change a person who still has `version`."""
    here = sa.update(PERSON).where(PERSON.c.id == person_id, PERSON.c.version == version)
    return tx.change(here.values(version=version + 1, **values)) == 1


def due_leavers(tx: Tx) -> Sequence[str]:
    """People whose leaving time has come and who still count as active."""
    due = sa.select(PERSON.c.id).where(PERSON.c.active, PERSON.c.leaves_at <= tx.now)
    return [row.id for row in tx.rows(due)]


def mark_left(tx: Tx, person_id: str) -> bool:
    """Make an active person a leaver; False when somebody was faster."""
    here = sa.update(PERSON).where(PERSON.c.id == person_id, PERSON.c.active)
    return tx.change(here.values(active=False, version=PERSON.c.version + 1)) == 1


def roles_of(tx: Tx, person_id: str) -> list[str]:
    """The roles a person holds, as tokens carry them: `role` or `role@scope`."""
    held = sa.select(ROLE_HELD.c.role, ROLE_HELD.c.scope).where(ROLE_HELD.c.person_id == person_id, NOW_HELD)
    return sorted(f"{row.role}@{row.scope}" if row.scope else row.role for row in tx.rows(held))


def holders(tx: Tx, role: str) -> Sequence[Row[Any]]:
    """Active people who hold a role, with its scope."""
    found = (
        sa.select(PERSON.c.id, PERSON.c.name, PERSON.c.employee_no, ROLE_HELD.c.scope)
        .join(PERSON, PERSON.c.id == ROLE_HELD.c.person_id)
        .where(ROLE_HELD.c.role == role, NOW_HELD, PERSON.c.active)
    )
    return tx.rows(found)


def give_role(tx: Tx, person_id: str, role: str, scope: str, by: str) -> bool:
    """Record that the person holds the role; False when they already do."""
    here = (ROLE_HELD.c.person_id == person_id, ROLE_HELD.c.role == role, ROLE_HELD.c.scope == scope, NOW_HELD)
    if tx.row(sa.select(ROLE_HELD.c.id).where(*here)) is not None:
        return False
    values = {"id": new_id(), "person_id": person_id, "role": role, "scope": scope}
    tx.change(sa.insert(ROLE_HELD).values(given_at=tx.now, given_by=by, **values))
    return True


def take_role(tx: Tx, person_id: str, role: str, scope: str, by: str) -> bool:
    """Record that the person holds the role no more; False when they did not."""
    here = (ROLE_HELD.c.person_id == person_id, ROLE_HELD.c.role == role, ROLE_HELD.c.scope == scope, NOW_HELD)
    return tx.change(sa.update(ROLE_HELD).where(*here).values(taken_at=tx.now, taken_by=by)) == 1


def person_state(tx: Tx, person_id: str) -> dict[str, Any] | None:
    """A person with roles, for followers."""
    row = person(tx, person_id)
    if row is None:
        return None
    names = tx.row(sa.select(DEPARTMENT.c.name).where(DEPARTMENT.c.id == row.department_id))
    state = dict(row._mapping)
    state["created_at"] = instant_text(row.created_at)
    state["leaves_at"] = None if row.leaves_at is None else instant_text(row.leaves_at)
    return {**state, "roles": roles_of(tx, person_id), "department_name": names.name if names else ""}


def department_state(tx: Tx, department_id: str) -> dict[str, Any] | None:
    """A department, for followers."""
    row = tx.row(sa.select(DEPARTMENT).where(DEPARTMENT.c.id == department_id))
    return None if row is None else dict(row._mapping)
