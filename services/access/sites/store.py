"""Tables of sites, areas, doors and calendar days, and the statements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.tables import table_of
from services.access.base import AccessTable


class Site(AccessTable, table=True):
    """A place where the company works (职场)."""

    id: str = Field(primary_key=True, max_length=36)
    code: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    zone: str = Field(max_length=40)
    opens_at: time
    closes_at: time
    version: int = 1


class Area(AccessTable, table=True):
    """A part of a site with a kind of its own."""

    __table_args__ = (sa.UniqueConstraint("site_id", "code"),)
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", max_length=36)
    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    privileged: bool = False
    version: int = 1


class Door(AccessTable, table=True):
    """A door with a tablet beside it; it leads into an area."""

    __table_args__ = (sa.UniqueConstraint("site_id", "code"),)
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", max_length=36)
    area_id: str = Field(foreign_key="area.id", max_length=36)
    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    version: int = 1


class CalendarDay(AccessTable, table=True):
    """A day that is worked or free against the usual week: a public holiday or 调休."""

    __tablename__ = "calendar_day"
    site_id: str = Field(primary_key=True, foreign_key="site.id", max_length=36)
    day: date = Field(primary_key=True)
    working: bool
    name: str = Field(max_length=60)


SITE, AREA, DOOR, DAY = (table_of(model) for model in (Site, Area, Door, CalendarDay))
BY_KIND = {"site": SITE, "area": AREA, "door": DOOR}


def all_of(tx: Tx, kind: str, site_id: str | None = None) -> list[dict[str, Any]]:
    """Every site, area or door, by code."""
    table = BY_KIND[kind]
    found = sa.select(table).order_by(table.c.code)
    if site_id is not None:
        found = found.where(table.c.site_id == site_id)
    return records(tx.rows(found))


def one_of(tx: Tx, kind: str, id_: str) -> Row[Any] | None:
    """One site, area or door."""
    table = BY_KIND[kind]
    return tx.row(sa.select(table).where(table.c.id == id_))


def by_code(tx: Tx, kind: str, code: str, site_id: str | None = None) -> Row[Any] | None:
    """The site, or the area or door of `site_id`, with this code; locked."""
    table = BY_KIND[kind]
    found = sa.select(table).where(table.c.code == code)
    if site_id is not None:
        found = found.where(table.c.site_id == site_id)
    return tx.row(found.with_for_update())


def add(tx: Tx, kind: str, values: dict[str, Any]) -> str:
    """Insert a site, area or door; its new id."""
    id_ = new_id()
    tx.change(sa.insert(BY_KIND[kind]).values(id=id_, version=1, **values))
    return id_


def update(tx: Tx, kind: str, id_: str, version: int, values: dict[str, Any]) -> bool:
    """Change the row if it still has `version`."""
    table = BY_KIND[kind]
    here = sa.update(table).where(table.c.id == id_, table.c.version == version)
    return tx.change(here.values(version=version + 1, **values)) == 1


def days(tx: Tx, site_id: str) -> Sequence[Row[Any]]:
    """The calendar days that a site has set, in order."""
    return tx.rows(sa.select(DAY).where(DAY.c.site_id == site_id).order_by(DAY.c.day))


def set_day(tx: Tx, site_id: str, day: date, *, working: bool, name: str) -> None:
    """Set one day of a site's calendar."""
    here = (DAY.c.site_id == site_id, DAY.c.day == day)
    if not tx.change(sa.update(DAY).where(*here).values(working=working, name=name)):
        tx.change(sa.insert(DAY).values(site_id=site_id, day=day, working=working, name=name))


def site_state(tx: Tx, site_id: str) -> dict[str, Any] | None:
    """A site with its calendar, for followers."""
    row = one_of(tx, "site", site_id)
    if row is None:
        return None
    calendar = [{"day": day.day.isoformat(), "working": day.working, "name": day.name} for day in days(tx, site_id)]
    return {**row._mapping, "calendar": calendar}


def area_state(tx: Tx, area_id: str) -> dict[str, Any] | None:
    """An area, for followers."""
    row = one_of(tx, "area", area_id)
    return None if row is None else dict(row._mapping)


def door_state(tx: Tx, door_id: str) -> dict[str, Any] | None:
    """A door, for followers."""
    row = one_of(tx, "door", door_id)
    return None if row is None else dict(row._mapping)
