"""The tables in which a service keeps its copy of people and places (`directory.py`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from chassis.columns import Instant, plain_text


class DirectoryTables(NamedTuple):
    """The tables of the copy."""

    person: sa.Table
    role: sa.Table
    site: sa.Table
    area: sa.Table
    door: sa.Table
    duty: sa.Table
    day: sa.Table


KEY, TEXT, FLAG = sa.String(36), sa.String(60), sa.Boolean


def directory_tables(metadata: sa.MetaData) -> DirectoryTables:
    """Declare the copy of people, roles, sites, areas, doors, duties and calendar days in `metadata`."""
    return DirectoryTables(*_tables_of_people(metadata), *_tables_of_places(metadata), *_tables_of_times(metadata))


def _column(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=options.pop("nullable", False), **options)


def _tables_of_people(metadata: sa.MetaData) -> tuple[sa.Table, ...]:
    person = sa.Table(
        "person_copy", metadata, _column("id", KEY, primary_key=True),
        _column("employee_no", sa.String(20), unique=True), _column("name", TEXT, index=True),
        _column("department_id", KEY, nullable=True), _column("department_name", TEXT),
        _column("site_id", KEY, nullable=True), _column("management", FLAG),
        _column("badge_no", sa.String(20), nullable=True, unique=True),
        _column("extension", sa.String(20), nullable=True, index=True), _column("language", sa.String(2)),
        _column("manager_no", sa.String(20), nullable=True), _column("deputy_no", sa.String(20), nullable=True),
        _column("active", FLAG), _column("leaves_at", Instant, nullable=True),
        _column("away_from", Instant, nullable=True), _column("away_until", Instant, nullable=True),
        _column("away_deputy_no", sa.String(20), nullable=True),
        sa.Index("person_copy_at", "site_id", "active", "employee_no"),
    )  # fmt: skip
    role = sa.Table(
        "role_copy", metadata, _column("person_id", KEY, primary_key=True),
        _column("role", plain_text(60), primary_key=True), _column("starts_at", Instant, primary_key=True),
        _column("ends_at", Instant, nullable=True), sa.Index("role_copy_role", "role"),
    )  # fmt: skip
    return person, role


def _tables_of_places(metadata: sa.MetaData) -> tuple[sa.Table, ...]:
    site = sa.Table(
        "site_copy", metadata, _column("id", KEY, primary_key=True), _column("code", sa.String(20)),
        _column("name", TEXT), _column("name_en", TEXT), _column("zone", sa.String(40)), _column("opens_at", sa.Time),
        _column("closes_at", sa.Time), _column("active", FLAG),
    )  # fmt: skip
    area = sa.Table(
        "area_copy", metadata, _column("id", KEY, primary_key=True), _column("site_id", KEY, index=True),
        _column("code", sa.String(20)), _column("name", TEXT), _column("name_en", TEXT), _column("kind", sa.String(20)),
        _column("privileged", FLAG), _column("position", sa.Integer), _column("permitters", sa.JSON),
        _column("active", FLAG),
    )  # fmt: skip
    door = sa.Table(
        "door_copy", metadata, _column("id", KEY, primary_key=True), _column("site_id", KEY, index=True),
        _column("area_id", KEY), _column("code", sa.String(20)), _column("name", TEXT), _column("name_en", TEXT),
        _column("kind", sa.String(10)), _column("active", FLAG),
    )  # fmt: skip
    return site, area, door


def _tables_of_times(metadata: sa.MetaData) -> tuple[sa.Table, ...]:
    duty = sa.Table(
        "duty_copy", metadata, _column("id", KEY, primary_key=True), _column("site_id", KEY), _column("person_id", KEY),
        _column("kind", sa.String(20)), _column("starts_at", Instant), _column("ends_at", Instant),
        sa.Index("duty_copy_site_ends", "site_id", "ends_at"),
    )  # fmt: skip
    day = sa.Table(
        "day_copy", metadata, _column("site_id", KEY, primary_key=True), _column("day", sa.Date, primary_key=True),
        _column("working", FLAG),
    )  # fmt: skip
    return duty, day
