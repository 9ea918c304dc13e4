"""Tables of sites, areas, doors, and what depends on each; and the statements on them."""

from __future__ import annotations

from datetime import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.prepared import prepared
from chassis.tables import insert_unless_taken, table_of
from services.access.base import AccessTable
from services.access.calendar import store as calendar


class Site(AccessTable, table=True):
    """A place where the company works (职场)."""

    id: str = Field(primary_key=True, max_length=36)
    code: str = Field(unique=True, max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    zone: str = Field(max_length=40)
    country: str = Field(max_length=2)
    opens_at: time
    closes_at: time
    active: bool = True
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
    storey: str = Field(default="", max_length=40)
    storey_en: str = Field(default="", max_length=40)
    position: int = 0
    active: bool = True
    version: int = 1


class Door(AccessTable, table=True):
    """A door, perhaps with a tablet beside it; it leads into an area."""

    __table_args__ = (sa.UniqueConstraint("site_id", "code"),)
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(foreign_key="site.id", max_length=36)
    area_id: str = Field(foreign_key="area.id", max_length=36)
    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    kind: str = Field(max_length=10)
    active: bool = True
    version: int = 1


class PlaceUse(AccessTable, table=True):
    """Something that depends on a place: somebody who works at a site, an open visit to an area, a tablet at a door."""

    __tablename__ = "place_use"
    place_id: str = Field(primary_key=True, max_length=36)
    used_by: str = Field(primary_key=True, max_length=80, index=True)


SITE, AREA, DOOR, USE = (table_of(model) for model in (Site, Area, Door, PlaceUse))
BY_KIND = {"site": SITE, "area": AREA, "door": DOOR}
EVERY = {
    "site": prepared(sa.select(SITE).order_by(SITE.c.code)),
    "area": prepared(sa.select(AREA).order_by(AREA.c.position, AREA.c.code)),
    "door": prepared(sa.select(DOOR).order_by(DOOR.c.code)),
}


def all_of(tx: Tx, kind: str) -> list[dict[str, Any]]:
    """Every site, area or door in its order: areas by their place in lists, all by code."""
    return records(tx.rows(EVERY[kind]))


def one_of(tx: Tx, kind: str, id_: str) -> Row[Any] | None:
    """One site, area or door."""
    table = BY_KIND[kind]
    return tx.row(sa.select(table).where(table.c.id == id_))


def by_code(tx: Tx, kind: str, code: str, site_id: str | None = None, *, lock: bool = False) -> Row[Any] | None:
    """The site, or the area or door of `site_id`, with this code; locked until the commit with `lock`."""
    table = BY_KIND[kind]
    found = sa.select(table).where(table.c.code == code)
    if site_id is not None:
        found = found.where(table.c.site_id == site_id)
    return tx.row(found.with_for_update() if lock else found)


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


def count_active(tx: Tx, kind: str, column: str, id_: str) -> int:
    """How many areas or doors in use have `id_` in a column."""
    table = BY_KIND[kind]
    found: int = tx.scalar(sa.select(sa.func.count()).where(table.c[column] == id_, table.c.active))
    return found


def begin_use(tx: Tx, place_id: str, used_by: str) -> None:
    """Note that something depends on a place; twice is once."""
    insert_unless_taken(tx, USE, {"place_id": place_id, "used_by": used_by})


def end_use(tx: Tx, used_by: str) -> None:
    """Note that something depends on no place any more."""
    tx.change(sa.delete(USE).where(USE.c.used_by == used_by))


def users_of(tx: Tx, place_id: str) -> list[str]:
    """What depends on a place, as `person:<id>`, `visit:<id>` or `device:<id>`; a thousand at most."""
    found = sa.select(USE.c.used_by).where(USE.c.place_id == place_id).order_by(USE.c.used_by).limit(1000)
    return [row.used_by for row in tx.rows(found)]


def site_state(tx: Tx, site_id: str) -> dict[str, Any] | None:
    """A site with its calendar, for followers."""
    row = one_of(tx, "site", site_id)
    if row is None:
        return None
    days = [{"day": day.day.isoformat(), "working": day.working} for day in calendar.days(tx, site_id)]
    return {**row._mapping, "calendar": days}


def door_state(tx: Tx, door_id: str) -> dict[str, Any] | None:
    """A door, for followers."""
    row = one_of(tx, "door", door_id)
    return None if row is None else dict(row._mapping)
