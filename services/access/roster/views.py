"""A site's roster as its readers see it: who is on duty, who is away, and which hours nobody covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.office_hours import Span, day_of, days_between, hours_of, is_worked
from chassis.problems import NotFound
from chassis.rules import allowed
from services.access.calendar import store as calendar
from services.access.people import store as people
from services.access.roster import rules, store
from services.access.roster.rules import DutyKind
from services.access.settings import covers
from services.access.sites import store as sites


def roster(tx: Tx, actor: Actor, site_id: str, begin: datetime, end: datetime) -> dict[str, Any]:
    """As `schemas.Roster`, for two months at most. Raises `NotFound` for an unknown site."""
    site = site_or_404(tx, site_id)
    asked = Span(begin, end)
    duties = store.between(tx, site_id, begin, end)
    leaves = store.leaves_between(tx, site_id, asked, people.PERSON)
    names = names_of(tx, [*duties, *leaves])
    return {
        "items": [duty_shown(row, names) for row in duties],
        "leaves": [_leave_shown(row, names) for row in leaves],
        "gaps": [
            {"kind": kind, "starts_at": gap.begin, "ends_at": gap.end} for kind, gap in gaps(tx, site, asked, duties)
        ],
        "can": _can(actor, site_id),
    }


def gaps(tx: Tx, site: Row[Any], asked: Span, duties: Sequence[Row[Any]] | None = None) -> list[tuple[DutyKind, Span]]:
    """The hours of a stretch of time that somebody must cover at a site and nobody does, the earliest first."""
    rostered = store.between(tx, site.id, asked.begin, asked.end) if duties is None else duties
    set_days = calendar.set_days(tx, site.id)
    found: list[tuple[DutyKind, Span]] = []
    for kind, cover in covers(tx, site.id).items():
        covered = [Span(row.starts_at, row.ends_at) for row in rostered if row.kind == kind]
        needed: list[Span] = []
        for day in days_between(asked.begin, asked.end, site.zone):
            worked = is_worked(day, set_days)
            office = hours_of(day, site.zone, site.opens_at, site.closes_at) if worked else None
            needed += rules.hours_needed(cover, day_of(day, site.zone), office)
        within = [Span(max(span.begin, asked.begin), min(span.end, asked.end)) for span in needed]
        left = rules.without((span for span in within if span.begin < span.end), covered)
        found += [(kind, span) for span in rules.joined(left)]
    return sorted(found, key=lambda gap: gap[1])


def site_or_404(tx: Tx, site_id: str) -> Row[Any]:
    """The site. Raises `NotFound`."""
    site = sites.one_of(tx, "site", site_id)
    if site is None:
        raise NotFound("没有这个职场", "There is no such site")
    return site


def names_of(tx: Tx, rows: Iterable[Row[Any]]) -> dict[str | None, dict[str, str]]:
    """Everybody whom duties and leaves speak of, by id."""
    columns = ("person_id", "instead_of", "stand_in_id")
    ids: Collection[str] = {getattr(row, name, None) for row in rows for name in columns} - {None}  # type: ignore[assignment]
    return {row.id: dict(row._mapping) for row in people.named(tx, ids=ids)}


def duty_shown(row: Row[Any], names: dict[str | None, dict[str, str]]) -> dict[str, Any]:
    """A stretch of duty as `schemas.Duty`."""
    plain = {name: getattr(row, name) for name in ("id", "site_id", "person_id", "kind", "starts_at", "ends_at")}
    return {**plain, "person": names.get(row.person_id), "instead_of": names.get(row.instead_of)}


def _leave_shown(row: Row[Any], names: dict[str | None, dict[str, str]]) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "starts_at", "ends_at")}
    return {**plain, "person": names.get(row.person_id), "stand_in": names.get(row.stand_in_id)}


def _can(actor: Actor, site_id: str) -> list[str]:
    can = ["roster", "drop"] if allowed(rules.writes_roster(actor.roles, site_id)) else []
    return [*can, *(["leave"] if allowed(rules.records_leave(actor.roles, site_id)) else [])]
