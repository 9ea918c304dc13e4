"""Keeping a site's calendar: public days are taken over by themselves, the company's own stand against them."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.rules import enforce
from services.access import events
from services.access.calendar import known, rules, schemas, store
from services.access.calendar.rules import Source


def this_year(tx: Tx, site: Row[Any]) -> int:
    """The year it is at the site."""
    return tx.now.astimezone(ZoneInfo(site.zone)).year


def shown(tx: Tx, site: Row[Any], year: int) -> dict[str, Any]:
    """A year of a site's calendar as `schemas.Calendar`, but for what its reader can do."""
    kept = store.year_of(tx, site.id, year)
    names = ("day", "working", "name", "name_en", "source")
    items = [{name: getattr(row, name) for name in names} for row in store.days(tx, site.id, year)]
    return {"year": year, "swaps_known": kept is not None and kept.swaps_known, "items": items}


def keep_day(tx: Tx, actor: Actor, site: Row[Any], day: date, asked: schemas.DayKept) -> None:
    """Say that a day is worked or free at the site, whatever the public calendar says."""
    enforce(rules.day_is_near(day, tx.now.astimezone(ZoneInfo(site.zone)).date()))
    store.set_day(tx, site.id, day, asked.model_dump(), Source.COMPANY)
    record(tx, actor, events.DayKept(site.id, day.isoformat(), asked.working))


def drop_day(tx: Tx, actor: Actor, site: Row[Any], day: date) -> None:
    """Take back what the company set: the public calendar holds again, else the usual week."""
    if not store.drop_day(tx, site.id, day):
        return
    public = known.year_of(site.country, day.year).days.get(day)
    if public is not None:
        values = {"working": public.working, "name": public.name[:60], "name_en": public.name_en[:60]}
        store.set_day(tx, site.id, day, values, Source.PUBLIC)
    record(tx, actor, events.DayDropped(site.id, day.isoformat()))


def take_over(tx: Tx, actor: Actor, site: Row[Any], *, anew: bool = False) -> int:
    """Take over the public days of this year and the next where they are missing or a newer edition knows more.

    `anew` when the site's country changed. Returns how many years were.
    """
    edition, taken = known.edition(), 0
    for year in (this_year(tx, site), this_year(tx, site) + 1):
        kept = store.year_of(tx, site.id, year)
        if kept is not None and kept.edition == edition and not anew:
            continue
        found = known.year_of(site.country, year)
        store.take_over(tx, site.id, year, edition, found.days, swaps_known=found.swaps_known)
        record(tx, actor, events.YearTakenOver(site.id, year, found.swaps_known))
        taken += 1
    return taken
