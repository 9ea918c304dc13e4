"""The table of those who permit visits to an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.db import Tx
from chassis.tables import table_of
from services.access.base import AccessTable
from services.access.sites import store as sites


class Permitter(AccessTable, table=True):
    """One of those who permit visits to an area: a role held somewhere, or a person."""

    area_id: str = Field(primary_key=True, foreign_key="area.id", max_length=36)
    position: int = Field(primary_key=True)
    role: str | None = Field(default=None, max_length=20)
    scope: str | None = Field(default=None, max_length=60)
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=36)


PERMITTER = table_of(Permitter)


def of_area(tx: Tx, area_id: str) -> Sequence[Row[Any]]:
    """Everybody listed for an area, in the order listed."""
    return tx.rows(sa.select(PERMITTER).where(PERMITTER.c.area_id == area_id).order_by(PERMITTER.c.position))


def replace(tx: Tx, area_id: str, listed: Sequence[dict[str, Any]]) -> None:
    """Put these in place of those listed for an area before."""
    tx.change(sa.delete(PERMITTER).where(PERMITTER.c.area_id == area_id))
    rows = [{"area_id": area_id, "position": position, **one} for position, one in enumerate(listed)]
    if rows:
        tx.change(sa.insert(PERMITTER), rows)


def area_state(tx: Tx, area_id: str) -> dict[str, Any] | None:
    """An area with who permits, for followers."""
    row = sites.one_of(tx, "area", area_id)
    if row is None:
        return None
    who = [{name: getattr(one, name) for name in ("role", "scope", "person_id")} for one in of_area(tx, area_id)]
    return {**row._mapping, "permitters": who}
