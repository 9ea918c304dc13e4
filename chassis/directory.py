"""The followed copy of people and places that a service judges by: never a call to another service inside an action.

`directory_tables(metadata)` declares the copy, `follow_directory()` keeps it, `Directory` asks it. How old it may be is
the caller's rule: `Directory.age` tells since when the source has not answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.columns import Instant
from chassis.db import Tx
from chassis.peers import Entry, Follows, followed_at
from chassis.roles import Role, covers

SOURCE = "access"


class DirectoryTables(NamedTuple):
    """The tables of the copy."""

    person: sa.Table
    role: sa.Table
    site: sa.Table
    area: sa.Table
    door: sa.Table
    duty: sa.Table
    day: sa.Table


def directory_tables(metadata: sa.MetaData) -> DirectoryTables:
    """Declare the copy of people, roles, sites, areas, doors, duties and calendar days in `metadata`."""
    key, text, flag = sa.String(36), sa.String(60), sa.Boolean

    def column(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
        return sa.Column(name, kind, nullable=options.pop("nullable", False), **options)

    person = sa.Table(
        "person_copy", metadata, column("id", key, primary_key=True), column("employee_no", sa.String(20), unique=True),
        column("name", text, index=True), column("department_id", key, nullable=True), column("department_name", text),
        column("site_id", key, nullable=True), column("management", flag),
        column("badge_no", sa.String(20), nullable=True, unique=True),
        column("extension", sa.String(20), nullable=True, index=True), column("language", sa.String(2)),
        column("manager_no", sa.String(20), nullable=True), column("deputy_no", sa.String(20), nullable=True),
        column("active", flag), column("leaves_at", Instant, nullable=True),
    )  # fmt: skip
    role = sa.Table(
        "role_copy", metadata, column("person_id", key, primary_key=True), column("role", text, primary_key=True),
        sa.Index("role_copy_role", "role"),
    )  # fmt: skip
    site = sa.Table(
        "site_copy", metadata, column("id", key, primary_key=True), column("code", sa.String(20)), column("name", text),
        column("name_en", text), column("zone", sa.String(40)), column("opens_at", sa.Time),
        column("closes_at", sa.Time),
    )  # fmt: skip
    area = sa.Table(
        "area_copy", metadata, column("id", key, primary_key=True), column("site_id", key, index=True),
        column("code", sa.String(20)), column("name", text), column("name_en", text), column("kind", sa.String(20)),
        column("privileged", flag),
    )  # fmt: skip
    door = sa.Table(
        "door_copy", metadata, column("id", key, primary_key=True), column("site_id", key, index=True),
        column("area_id", key), column("code", sa.String(20)), column("name", text), column("name_en", text),
    )  # fmt: skip
    duty = sa.Table(
        "duty_copy", metadata, column("id", key, primary_key=True), column("site_id", key), column("person_id", key),
        column("kind", sa.String(20)), column("starts_at", Instant), column("ends_at", Instant),
        sa.Index("duty_copy_site_ends", "site_id", "ends_at"),
    )  # fmt: skip
    day = sa.Table(
        "day_copy", metadata, column("site_id", key, primary_key=True), column("day", sa.Date, primary_key=True),
        column("working", flag),
    )  # fmt: skip
    return DirectoryTables(person, role, site, area, door, duty, day)


def follow_directory(tables: DirectoryTables) -> Follows:
    """What keeps the copy: every fact about a person or place brings its subject's present state."""
    follows = Follows(SOURCE)
    follows.subject("person")(lambda tx, entry: _copy_person(tx, tables, entry))
    follows.subject("site")(lambda tx, entry: _copy_site(tx, tables, entry))
    follows.subject("area")(lambda tx, entry: _copy(tx, tables.area, entry))
    follows.subject("door")(lambda tx, entry: _copy(tx, tables.door, entry))
    follows.subject("duty")(lambda tx, entry: _copy(tx, tables.duty, entry))
    return follows


def _copy(tx: Tx, table: sa.Table, entry: Entry) -> None:
    here = table.c.id == entry.subject_id
    if entry.state is None:
        tx.change(sa.delete(table).where(here))
        return
    values = {column.name: _value(column, entry.state.get(column.name)) for column in table.columns}
    if not tx.change(sa.update(table).where(here).values(values)):
        tx.change(sa.insert(table).values(values))


def _value(column: sa.Column[Any], value: Any) -> Any:
    """A JSON value as the column takes it."""
    if isinstance(value, str) and isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Time):
        return time.fromisoformat(value)
    return value


def _copy_person(tx: Tx, tables: DirectoryTables, entry: Entry) -> None:
    _copy(tx, tables.person, entry)
    tx.change(sa.delete(tables.role).where(tables.role.c.person_id == entry.subject_id))
    roles: Iterable[str] = entry.state["roles"] if entry.state else ()
    for role in roles:
        tx.change(sa.insert(tables.role).values(person_id=entry.subject_id, role=role))


def _copy_site(tx: Tx, tables: DirectoryTables, entry: Entry) -> None:
    _copy(tx, tables.site, entry)
    tx.change(sa.delete(tables.day).where(tables.day.c.site_id == entry.subject_id))
    for day in entry.state["calendar"] if entry.state else ():
        values = {"day": date.fromisoformat(day["day"]), "working": day["working"]}
        tx.change(sa.insert(tables.day).values(site_id=entry.subject_id, **values))


@dataclass(frozen=True, slots=True)
class Directory:
    """Questions to the copy. Every person it names is as of the last fact followed."""

    tables: DirectoryTables
    cursors: sa.Table

    def age(self, tx: Tx) -> timedelta | None:
        """How long ago the source last answered; None when it never did."""
        at = followed_at(tx, self.cursors, SOURCE)
        return None if at is None else tx.now - at

    def person(self, tx: Tx, person_id: str) -> Row[Any] | None:
        """One person, active or not."""
        return tx.row(sa.select(self.tables.person).where(self.tables.person.c.id == person_id))

    def person_by_no(self, tx: Tx, employee_no: str) -> Row[Any] | None:
        """The person with this employee number."""
        return tx.row(sa.select(self.tables.person).where(self.tables.person.c.employee_no == employee_no))

    def person_by_badge(self, tx: Tx, badge_no: str) -> Row[Any] | None:
        """The person with this staff badge."""
        return tx.row(sa.select(self.tables.person).where(self.tables.person.c.badge_no == badge_no))

    def people_called(self, tx: Tx, site_id: str, text: str) -> Sequence[Row[Any]]:
        """Active people of the site whose whole name, employee number or extension is `text`."""
        c = self.tables.person.c
        same = sa.or_(c.name == text, c.extension == text, c.employee_no == text)
        return tx.rows(sa.select(self.tables.person).where(same, c.active, c.site_id == site_id).limit(5))

    def names(self, tx: Tx, person_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Name and employee number by id."""
        c = self.tables.person.c
        wanted = sorted({person_id for person_id in person_ids if person_id})
        rows = tx.rows(sa.select(c.id, c.name, c.employee_no).where(c.id.in_(wanted))) if wanted else ()
        return {row.id: {"id": row.id, "name": row.name, "employee_no": row.employee_no} for row in rows}

    def roles(self, tx: Tx, person_id: str) -> frozenset[str]:
        """The roles the person holds now, as tokens carry them; none for a leaver."""
        person = self.person(tx, person_id)
        if person is None or not is_present(person, tx.now):
            return frozenset()
        found = sa.select(self.tables.role.c.role).where(self.tables.role.c.person_id == person_id)
        return frozenset(row.role for row in tx.rows(found))

    def holders(self, tx: Tx, role: Role, *, site: str | None = None, dept: str | None = None) -> list[Row[Any]]:
        """Active people who hold `role` at the site or for the department, by employee number."""
        p, r = self.tables.person.c, self.tables.role.c
        wide = sa.or_(r.role == role, sa.and_(r.role >= role + "@", r.role < role + "A"))
        found = sa.select(self.tables.person, r.role.label("held")).join(self.tables.role, r.person_id == p.id)
        rows = tx.rows(found.where(wide, p.active).order_by(p.employee_no))
        return [row for row in rows if is_present(row, tx.now) and covers((row.held,), role, site=site, dept=dept)]

    def on_duty(self, tx: Tx, site_id: str, kind: str, at: datetime) -> list[str]:
        """Ids of the people rostered as `kind` at the site at the instant `at`."""
        c = self.tables.duty.c
        here = (c.site_id == site_id, c.kind == kind, c.starts_at <= at, c.ends_at > at)
        return [row.person_id for row in tx.rows(sa.select(c.person_id).where(*here).order_by(c.starts_at, c.id))]

    def site(self, tx: Tx, site_id: str) -> Row[Any] | None:
        """One site."""
        return tx.row(sa.select(self.tables.site).where(self.tables.site.c.id == site_id))

    def site_ids(self, tx: Tx) -> list[str]:
        """The ids of every site, by code."""
        site = self.tables.site.c
        return [row.id for row in tx.rows(sa.select(site.id).order_by(site.code))]

    def areas(self, tx: Tx, area_ids: Iterable[str]) -> Sequence[Row[Any]]:
        """The areas with these ids, by code."""
        area = self.tables.area
        return tx.rows(sa.select(area).where(area.c.id.in_(sorted(set(area_ids)))).order_by(area.c.code))

    def areas_of(self, tx: Tx, site_id: str) -> Sequence[Row[Any]]:
        """Every area of a site, by code."""
        area = self.tables.area
        return tx.rows(sa.select(area).where(area.c.site_id == site_id).order_by(area.c.code))

    def door(self, tx: Tx, door_id: str) -> Row[Any] | None:
        """One door."""
        return tx.row(sa.select(self.tables.door).where(self.tables.door.c.id == door_id))

    def in_office_hours(self, tx: Tx, site_id: str, begin: datetime, end: datetime) -> bool:
        """Whether the time from `begin` to `end` lies in the office hours of one working day of the site."""
        site = self.site(tx, site_id)
        if site is None:
            return False
        first, last = (at.astimezone(ZoneInfo(site.zone)) for at in (begin, end))
        same_day = first.date() == last.date() and self.is_worked(tx, site_id, first.date())
        inside: bool = site.opens_at <= first.time() and last.time() <= site.closes_at
        return same_day and inside

    def is_worked(self, tx: Tx, site_id: str, day: date) -> bool:
        """Whether the site works on a local day: its own calendar first, then Monday to Friday."""
        c = self.tables.day.c
        row = tx.row(sa.select(c.working).where(c.site_id == site_id, c.day == day))
        return bool(row.working) if row is not None else day.weekday() < 5


def is_present(person: Row[Any], now: datetime) -> bool:
    """Whether the person still works here at `now`: judged by the leaving time when asked, not by a loop."""
    active: bool = person.active and (person.leaves_at is None or person.leaves_at > now)
    return active
