"""Tables of calendar days and years, and the statements on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.tables import table_of
from services.access.base import AccessTable
from services.access.calendar.known import KnownDay
from services.access.calendar.rules import Source


class CalendarDay(AccessTable, table=True):
    """A day that is worked or free against the usual week: a public holiday, or what the company set (调休)."""

    __tablename__ = "calendar_day"
    site_id: str = Field(primary_key=True, foreign_key="site.id", max_length=36)
    day: date = Field(primary_key=True)
    working: bool
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    source: str = Field(max_length=10)


class CalendarYear(AccessTable, table=True):
    """A year whose public days were taken over, from which edition of what is published."""

    __tablename__ = "calendar_year"
    site_id: str = Field(primary_key=True, foreign_key="site.id", max_length=36)
    year: int = Field(primary_key=True)
    edition: str = Field(max_length=40)
    swaps_known: bool
    at: datetime = Field(sa_type=Instant)


DAY, YEAR = table_of(CalendarDay), table_of(CalendarYear)


def days(tx: Tx, site_id: str, year: int | None = None) -> Sequence[Row[Any]]:
    """The days a site has set against the usual week, in order; of one year or of all."""
    found = sa.select(DAY).where(DAY.c.site_id == site_id).order_by(DAY.c.day)
    return tx.rows(found if year is None else found.where(DAY.c.day.between(date(year, 1, 1), date(year, 12, 31))))


def set_days(tx: Tx, site_id: str) -> dict[date, bool]:
    """Whether each day that is set is worked."""
    return {row.day: row.working for row in days(tx, site_id)}


def set_day(tx: Tx, site_id: str, day: date, values: Mapping[str, Any], source: Source) -> None:
    """Set one day of a site's calendar."""
    here = (DAY.c.site_id == site_id, DAY.c.day == day)
    kept = {**values, "source": source.value}
    if not tx.change(sa.update(DAY).where(*here).values(**kept)):
        tx.change(sa.insert(DAY).values(site_id=site_id, day=day, **kept))


def drop_day(tx: Tx, site_id: str, day: date) -> bool:
    """Take a day out, so that the usual week holds again; False when it was not set."""
    return tx.change(sa.delete(DAY).where(DAY.c.site_id == site_id, DAY.c.day == day)) == 1


def year_of(tx: Tx, site_id: str, year: int) -> Row[Any] | None:
    """A year whose public days were taken over."""
    return tx.row(sa.select(YEAR).where(YEAR.c.site_id == site_id, YEAR.c.year == year))


def take_over(
    tx: Tx, site_id: str, year: int, edition: str, known: Mapping[date, KnownDay], *, swaps_known: bool
) -> None:
    """Put a year's public days in place of those taken over before; what the company set stays."""
    here = (DAY.c.site_id == site_id, DAY.c.day.between(date(year, 1, 1), date(year, 12, 31)))
    tx.change(sa.delete(DAY).where(*here, DAY.c.source == Source.PUBLIC.value))
    own = {row.day for row in tx.rows(sa.select(DAY.c.day).where(*here))}
    rows = [
        {"site_id": site_id, "day": day, "source": Source.PUBLIC.value, "working": one.working,
         "name": one.name[:60], "name_en": one.name_en[:60]}
        for day, one in sorted(known.items()) if day not in own
    ]  # fmt: skip
    if rows:
        tx.change(sa.insert(DAY), rows)
    tx.change(sa.delete(YEAR).where(YEAR.c.site_id == site_id, YEAR.c.year == year))
    tx.change(sa.insert(YEAR).values(site_id=site_id, year=year, edition=edition, swaps_known=swaps_known, at=tx.now))
