"""The gateway's copy of sites and doors, so that a tablet is paired to a door that exists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.db import Tx
from chassis.tables import table_of
from gateway.identity.base import GatewayTable


class Site(GatewayTable, table=True):
    """A site (职场), copied."""

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    zone: str = Field(default="Asia/Shanghai", max_length=40)


class Door(GatewayTable, table=True):
    """A door, copied."""

    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)


SITE, DOOR = table_of(Site), table_of(Door)


def keep(tx: Tx, table: sa.Table, id_: str, state: dict[str, Any] | None) -> None:
    """The row becomes as `state` says; None removes it."""
    if state is None:
        tx.change(sa.delete(table).where(table.c.id == id_))
    elif not tx.change(sa.update(table).where(table.c.id == id_).values(**state)):
        tx.change(sa.insert(table).values(id=id_, **state))


def site(tx: Tx, site_id: str) -> Row[Any] | None:
    """One site."""
    return tx.row(sa.select(SITE).where(SITE.c.id == site_id))


def sites(tx: Tx) -> Sequence[Row[Any]]:
    """Every site, by name."""
    return tx.rows(sa.select(SITE).order_by(SITE.c.name))


def door(tx: Tx, door_id: str) -> Row[Any] | None:
    """One door."""
    return tx.row(sa.select(DOOR).where(DOOR.c.id == door_id))


def doors(tx: Tx) -> Sequence[Row[Any]]:
    """Every door with its site's names, by site and name."""
    names = (SITE.c.name.label("site_name"), SITE.c.name_en.label("site_name_en"))
    both = DOOR.join(SITE, SITE.c.id == DOOR.c.site_id)
    return tx.rows(sa.select(DOOR, *names).select_from(both).order_by(SITE.c.name, DOOR.c.name))
