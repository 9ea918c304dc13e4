"""The followed copy of people and places that a service judges by: never a call to another service inside an action.

`directory_tables.py` declares the copy, `follow_directory()` keeps it, `Directory` asks it. How old it may be is
the caller's rule: `Directory.age` tells since when the source has not answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.columns import Instant
from chassis.db import Statement, Tx
from chassis.directory_tables import DirectoryTables
from chassis.office_hours import Span, lies_in_office_hours
from chassis.peers import Entry, Follows, followed_at
from chassis.prepared import prepared
from chassis.roles import Role, covers

SOURCE = "access"


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
    for held in entry.state["roles"] if entry.state else ():
        ends = held["ends_at"] and datetime.fromisoformat(held["ends_at"])
        dates = {"starts_at": datetime.fromisoformat(held["starts_at"]), "ends_at": ends or None}
        tx.change(sa.insert(tables.role).values(person_id=entry.subject_id, role=held["role"], **dates))


def _copy_site(tx: Tx, tables: DirectoryTables, entry: Entry) -> None:
    _copy(tx, tables.site, entry)
    tx.change(sa.delete(tables.day).where(tables.day.c.site_id == entry.subject_id))
    for day in entry.state["calendar"] if entry.state else ():
        values = {"day": date.fromisoformat(day["day"]), "working": day["working"]}
        tx.change(sa.insert(tables.day).values(site_id=entry.subject_id, **values))


class Directory:
    """Questions to the copy. Every person it names is as of the last fact followed.

    What one transaction asks several times is read once: only followers change the copy, and they begin each row anew.
    """

    def __init__(self, tables: DirectoryTables, cursors: sa.Table) -> None:
        self.tables = tables
        self.cursors = cursors
        self._ask = _Statements(tables)

    def _rows(self, tx: Tx, asked: Statement, **values: Any) -> Sequence[Row[Any]]:
        return tx.once((asked, *values.items()), lambda tx: tx.rows(asked, values))

    def _row(self, tx: Tx, asked: Statement, **values: Any) -> Row[Any] | None:
        return next(iter(self._rows(tx, asked, **values)), None)

    def age(self, tx: Tx) -> timedelta | None:
        """How long ago the source last answered; None when it never did."""
        at = followed_at(tx, self.cursors, SOURCE)
        return None if at is None else tx.now - at

    def person(self, tx: Tx, person_id: str) -> Row[Any] | None:
        """One person, active or not."""
        return self._row(tx, self._ask.person, person_id=person_id)

    def person_by_no(self, tx: Tx, employee_no: str) -> Row[Any] | None:
        """The person with this employee number."""
        return self._row(tx, self._ask.person_by_no, employee_no=employee_no)

    def stand_in(self, tx: Tx, person: Row[Any]) -> Row[Any] | None:
        """Who stands in for somebody away now, if that person is here; None for somebody who is not away."""
        deputy = self.person_by_no(tx, person.away_deputy_no) if is_away(person, tx.now) else None
        here = deputy is not None and is_present(deputy, tx.now) and not is_away(deputy, tx.now)
        return deputy if here else None

    def person_by_badge(self, tx: Tx, badge_no: str) -> Row[Any] | None:
        """The person with this staff badge."""
        return self._row(tx, self._ask.person_by_badge, badge_no=badge_no)

    def people_called(self, tx: Tx, site_id: str, text: str) -> Sequence[Row[Any]]:
        """Active people of the site whose whole name, employee number or extension is `text`."""
        c = self.tables.person.c
        same = sa.or_(c.name == text, c.extension == text, c.employee_no == text)
        return tx.rows(sa.select(self.tables.person).where(same, c.active, c.site_id == site_id).limit(5))

    def called(self, tx: Tx, text: str) -> list[str]:
        """Ids of everybody, leavers too, whose whole name or employee number is `text`."""
        c = self.tables.person.c
        found = sa.select(c.id).where(sa.or_(c.name == text, c.employee_no == text)).order_by(c.id).limit(20)
        return [row.id for row in tx.rows(found)]

    def names(self, tx: Tx, person_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Name and employee number by id."""
        wanted = sorted({person_id for person_id in person_ids if person_id})
        rows = tx.rows(self._ask.names, {"ids": wanted}) if wanted else ()
        return {row.id: {"id": row.id, "name": row.name, "employee_no": row.employee_no} for row in rows}

    def roles(self, tx: Tx, person_id: str) -> frozenset[str]:
        """The roles the person holds now, as tokens carry them; none for a leaver."""
        person = self.person(tx, person_id)
        if person is None or not is_present(person, tx.now):
            return frozenset()
        return frozenset(row.role for row in self._rows(tx, self._ask.roles, person_id=person_id, now=tx.now))

    def holders(self, tx: Tx, role: Role, *, site: str | None = None, dept: str | None = None) -> list[Row[Any]]:
        """Active people who hold `role` at the site or for the department, by employee number."""
        return tx.once((self._ask.holders, role, site, dept), lambda tx: self._holders(tx, role, site, dept))

    def _holders(self, tx: Tx, role: Role, site: str | None, dept: str | None) -> list[Row[Any]]:
        wide = {"role": role.value, "role_at": role + "@", "role_after": role + "A"}
        rows = self._rows(tx, self._ask.holders, **wide, now=tx.now)
        return [row for row in rows if is_present(row, tx.now) and covers((row.held,), role, site=site, dept=dept)]

    def on_duty(self, tx: Tx, site_id: str, kind: str, at: datetime, until: datetime | None = None) -> list[str]:
        """Ids of the people rostered as `kind` at the site at the instant `at`, or at any time from then `until`."""
        last = {"until": until} if until else {}
        asked = self._ask.on_duty_until if until else self._ask.on_duty
        rows = self._rows(tx, asked, site_id=site_id, kind=kind, at=at, **last)
        return list(dict.fromkeys(row.id for row in rows if is_present(row, at)))

    def site(self, tx: Tx, site_id: str) -> Row[Any] | None:
        """One site."""
        return self._row(tx, self._ask.site, site_id=site_id)

    def sites_in_use(self, tx: Tx) -> Sequence[Row[Any]]:
        """Every site in use, by code."""
        site = self.tables.site
        return tx.rows(sa.select(site).where(site.c.active).order_by(site.c.code))

    def people_at(self, tx: Tx, site_id: str, most: int) -> list[Row[Any]]:
        """People who work at a site now, by number; `most` at most."""
        p = self.tables.person.c
        found = sa.select(self.tables.person).where(p.site_id == site_id, p.active).order_by(p.employee_no).limit(most)
        return [row for row in tx.rows(found) if is_present(row, tx.now)]

    def at(self, site_id: str | None, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The condition that a row belongs to a site, or, for None, to any: each is said by its id, so that an index
        which begins with the site serves both.
        """
        return column.in_(sa.select(self.tables.site.c.id)) if site_id is None else column == site_id

    def site_ids(self, tx: Tx) -> list[str]:
        """The ids of every site, by code."""
        return [row.id for row in tx.rows(self._ask.site_ids)]

    def areas(self, tx: Tx, area_ids: Iterable[str]) -> Sequence[Row[Any]]:
        """The areas with these ids, by code."""
        return self._rows(tx, self._ask.areas, ids=tuple(sorted(set(area_ids))))

    def areas_of(self, tx: Tx, site_id: str) -> Sequence[Row[Any]]:
        """The areas of a site that are in use, in their order."""
        return self._rows(tx, self._ask.areas_of, site_id=site_id)

    def door(self, tx: Tx, door_id: str) -> Row[Any] | None:
        """One door."""
        return self._row(tx, self._ask.door, door_id=door_id)

    def in_office_hours(self, tx: Tx, site_id: str, begin: datetime, end: datetime) -> bool:
        """Whether the time from `begin` to `end` lies in the office hours of one working day of the site."""
        site = self.site(tx, site_id)
        if site is None:
            return False
        set_days = {row.day: row.working for row in self._rows(tx, self._ask.days, site_id=site_id)}
        return lies_in_office_hours(Span(begin, end), site.zone, site.opens_at, site.closes_at, set_days)


def is_away(person: Row[Any], now: datetime) -> bool:
    """Whether the person entered an absence that holds at `now`."""
    return person.away_from is not None and person.away_from <= now < person.away_until


class _Statements:
    """What a directory asks, each written once: building a statement anew costs more than running it."""

    def __init__(self, tables: DirectoryTables) -> None:
        person, role, site, area, door, duty, day = tables
        p, r, d = person.c, role.c, duty.c
        ids: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
        of_site: sa.BindParameter[str] = sa.bindparam("site_id")
        now, at = (sa.bindparam(name, type_=Instant) for name in ("now", "at"))
        self.person = prepared(sa.select(person).where(p.id == sa.bindparam("person_id")))
        self.person_by_no = prepared(sa.select(person).where(p.employee_no == sa.bindparam("employee_no")))
        self.person_by_badge = prepared(sa.select(person).where(p.badge_no == sa.bindparam("badge_no")))
        self.names = prepared(sa.select(p.id, p.name, p.employee_no).where(p.id.in_(ids)))
        # A role has begun and is not over: judged when asked, as its dates say.
        in_force = sa.and_(r.starts_at <= now, sa.or_(r.ends_at.is_(None), r.ends_at > now))
        self.roles = prepared(sa.select(r.role).where(r.person_id == sa.bindparam("person_id"), in_force))
        scoped = sa.and_(r.role >= sa.bindparam("role_at"), r.role < sa.bindparam("role_after"))
        holding = sa.select(person, r.role.label("held")).join(role, r.person_id == p.id).order_by(p.employee_no)
        self.holders = prepared(holding.where(sa.or_(r.role == sa.bindparam("role"), scoped), p.active, in_force))
        rostered = sa.select(person).join(duty, d.person_id == p.id).order_by(d.starts_at, d.id)
        rostered = rostered.where(d.site_id == of_site, d.kind == sa.bindparam("kind"), d.ends_at > at)
        self.on_duty = prepared(rostered.where(d.starts_at <= at))
        self.on_duty_until = prepared(rostered.where(d.starts_at < sa.bindparam("until")))
        self.site = prepared(sa.select(site).where(site.c.id == of_site))
        self.site_ids = prepared(sa.select(site.c.id).order_by(site.c.code))
        self.areas = prepared(sa.select(area).where(area.c.id.in_(ids)).order_by(area.c.code))
        in_use = sa.select(area).where(area.c.site_id == of_site, area.c.active)
        self.areas_of = prepared(in_use.order_by(area.c.position, area.c.code))
        self.door = prepared(sa.select(door).where(door.c.id == sa.bindparam("door_id")))
        self.days = prepared(sa.select(day.c.day, day.c.working).where(day.c.site_id == of_site))


def is_present(person: Row[Any], now: datetime) -> bool:
    """Whether the person still works here at `now`: judged by the leaving time when asked, not by a loop."""
    active: bool = person.active and (person.leaves_at is None or person.leaves_at > now)
    return active
