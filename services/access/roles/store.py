"""The table of roles held, and the statements on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.ids import new_id
from chassis.tables import table_of
from services.access.base import AccessTable


class RoleHeld(AccessTable, table=True):
    """A role a person holds, with who gave it and from when to when; kept after it was taken."""

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
        sa.Index(
            "role_held_by",
            "role",
            "person_id",
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        ),
        sa.Index(
            "role_held_ends",
            "ends_at",
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(foreign_key="person.id", max_length=36, index=True)
    role: str = Field(max_length=20)
    scope: str = Field(default="", max_length=60)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    given_at: datetime = Field(sa_type=Instant)
    given_by: str = Field(max_length=80)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_by: str | None = Field(default=None, max_length=80)


ROLE_HELD = table_of(RoleHeld)
H = ROLE_HELD.c
NOT_TAKEN = H.taken_at.is_(None)


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a role is held at `now`: given, begun, not over, not taken."""
    return sa.and_(NOT_TAKEN, H.starts_at <= now, sa.or_(H.ends_at.is_(None), H.ends_at > now))


def text_of(row: Row[Any]) -> str:
    """A role as tokens carry it: `role` or `role@scope`."""
    return f"{row.role}@{row.scope}" if row.scope else str(row.role)


def held(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The roles given to a person and not over: in force now, or later."""
    here = (H.person_id == person_id, NOT_TAKEN, sa.or_(H.ends_at.is_(None), H.ends_at > tx.now))
    return tx.rows(sa.select(ROLE_HELD).where(*here).order_by(H.role, H.scope))


def history(tx: Tx, person_id: str, most: int) -> Sequence[Row[Any]]:
    """The roles a person held once, the latest first."""
    over = sa.or_(H.taken_at.is_not(None), H.ends_at <= tx.now)
    return tx.rows(sa.select(ROLE_HELD).where(H.person_id == person_id, over).order_by(H.id.desc()).limit(most))


def roles_of(tx: Tx, person_ids: Collection[str]) -> dict[str, list[str]]:
    """The roles in force of several people by id, as tokens carry them."""
    wanted = sorted(set(person_ids))
    found: dict[str, list[str]] = {person_id: [] for person_id in wanted}
    for row in tx.rows(sa.select(H.person_id, H.role, H.scope).where(H.person_id.in_(wanted), in_force(tx.now))):
        found[row.person_id].append(text_of(row))
    return {person_id: sorted(texts) for person_id, texts in found.items()}


def held_between(tx: Tx, person_id: str, begin: datetime, end: datetime | None) -> list[str]:
    """The roles a person holds at any time between two instants; `end` None is without end."""
    here = [H.person_id == person_id, NOT_TAKEN, sa.or_(H.ends_at.is_(None), H.ends_at > begin)]
    if end is not None:
        here.append(H.starts_at < end)
    return [text_of(row) for row in tx.rows(sa.select(H.role, H.scope).where(*here))]


def open_one(tx: Tx, person_id: str, role: str, scope: str) -> Row[Any] | None:
    """The role as given to the person and not taken."""
    return tx.row(sa.select(ROLE_HELD).where(H.person_id == person_id, H.role == role, H.scope == scope, NOT_TAKEN))


def give(tx: Tx, values: dict[str, Any], by: str) -> None:
    """Record that a person holds a role."""
    tx.change(sa.insert(ROLE_HELD).values(id=new_id(), given_at=tx.now, given_by=by, **values))


def take(tx: Tx, role_id: str, by: str, at: datetime) -> bool:
    """Record that a role was held until `at`; False when somebody was faster."""
    here = sa.update(ROLE_HELD).where(H.id == role_id, NOT_TAKEN)
    return tx.change(here.values(taken_at=at, taken_by=by)) == 1


def not_taken(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """Every role of a person that nobody took."""
    return tx.rows(sa.select(ROLE_HELD).where(H.person_id == person_id, NOT_TAKEN))


def over(tx: Tx) -> Sequence[Row[Any]]:
    """Roles whose time ran out and that still count as given."""
    return tx.rows(sa.select(ROLE_HELD).where(NOT_TAKEN, H.ends_at <= tx.now).order_by(H.ends_at, H.id).limit(500))


def others_with(tx: Tx, role: str, person_id: str) -> Sequence[str]:
    """Ids of everybody else who holds a role now without an end."""
    here = (H.role == role, H.person_id != person_id, in_force(tx.now), H.ends_at.is_(None))
    return [row.person_id for row in tx.rows(sa.select(H.person_id).where(*here).distinct())]


def with_role(role: str, now: datetime) -> sa.Select[Any]:
    """Ids of everybody who holds a role now, as a part of another statement."""
    return sa.select(H.person_id).where(H.role == role, in_force(now))


def scopes_of(tx: Tx, role: str) -> Sequence[Row[Any]]:
    """Person and scope of everybody who holds a role now."""
    return tx.rows(sa.select(H.person_id, H.scope).where(H.role == role, in_force(tx.now)))
