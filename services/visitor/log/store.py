"""The statements of the log on the tables of visits, and the table of files that left it.

Each statement walks one index: a list over several sites, states or people is a union of such walks, each cut short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant
from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.measures import Scope
from chassis.paging import PageAsked, keyset
from chassis.prepared import Prepared, prepared
from chassis.tables import read_by, table_of
from services.visitor.base import DIRECTORY, VisitorTable
from services.visitor.visits.store import AREA, CAME_UNASKED, KEY, STAYED_TOO_LONG, VISIT, VISITOR, V


class VisitExport(VisitorTable, table=True):
    """A file of the log that somebody took: who, when, in which form, how many visits, found by which filters."""

    __tablename__ = "visit_export"
    __table_args__ = (sa.Index("visit_export_listed", "at", "id"),)
    id: str = Field(primary_key=True, max_length=36)
    by: str = Field(max_length=80)
    at: datetime = Field(sa_type=Instant)
    format: str = Field(max_length=4)
    visits: int
    filters: Any = Field(sa_type=Ids)


EXPORT = table_of(VisitExport)
E = EXPORT.c
FOUND_AT_MOST = 1000
"""How many visits a search text may find, the newest; and how far visits are counted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits a list wants. `key` begins a search text; `party_to` hosts them or asked for them."""

    site_ids: Sequence[str]
    key: str = ""
    states: Sequence[str] = ()
    area_id: str | None = None
    kind: str | None = None
    host_ids: Sequence[str] | None = None
    party_to: str | None = None
    walk_in: bool | None = None
    overstay: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


LISTED = (
    V.id, V.site_id, V.party_id, V.kind, V.purpose, V.state, V.walk_in, V.host_id, V.requested_by, V.escort_id,
    V.area_ids, V.starts_at, V.ends_at, V.arrived_at, V.entered_at, V.left_at, V.left_certainty, V.overstay_told_at,
    V.created_at, V.version, VISITOR.c.name.label("visitor_name"), VISITOR.c.company,
)  # fmt: skip


def listed(tx: Tx, wanted: Wanted, page: PageAsked) -> list[dict[str, Any]]:
    """One page of visits, those that begin last first, one row more than asked."""
    if not wanted.site_ids:
        return []
    form, values = _apart(wanted)
    return tx.records(_listing(form, page.form), {**values, **page.values})


def count(tx: Tx, wanted: Wanted) -> int:
    """How many visits there are, counted no further than one past `FOUND_AT_MOST`."""
    if not wanted.site_ids:
        return 0
    form, values = _apart(wanted)
    return int(tx.scalar(_counting(form), values) or 0)


def _apart(wanted: Wanted) -> tuple[Wanted, dict[str, Any]]:
    """A list's form, in which names stand for values, and the values by name: equal forms are one statement."""
    one = {name: getattr(wanted, name) for name in ("area_id", "kind", "party_to", "since", "until")}
    values = {name: value for name, value in one.items() if value is not None}
    form: dict[str, Any] = {name: name for name in values}
    for name in ("site_ids", "states", "host_ids"):
        held = getattr(wanted, name)
        if held is not None:
            form[name] = tuple(f"{name}_{n}" for n in range(len(held)))
            values |= zip(form[name], held, strict=True)
    if wanted.key:
        form["key"] = "key"
        values |= {"key": wanted.key, "key_end": wanted.key + "\U0010ffff"}
    return replace(wanted, **form), values


@lru_cache(maxsize=128)
def _listing(form: Wanted, page: PageAsked) -> Prepared:
    cut = [keyset(walk, at, id_, page).subquery() for walk, at, id_ in _walks(form)]
    ids = sa.union(*(sa.select(one.c.id) for one in cut))
    found = sa.select(*LISTED).join(VISITOR, VISITOR.c.id == V.visitor_id).where(V.id.in_(ids))
    return prepared(keyset(found, V.starts_at, V.id, PageAsked(page.limit, None, page.backwards)))


@lru_cache(maxsize=128)
def _counting(form: Wanted) -> Prepared:
    cut = [walk.limit(FOUND_AT_MOST + 1).subquery() for walk, _, _ in _walks(form)]
    ids = sa.union(*(sa.select(one.c.id) for one in cut)).limit(FOUND_AT_MOST + 1).subquery()
    return prepared(sa.select(sa.func.count()).select_from(ids))


Walk = tuple[sa.Select[Any], sa.ColumnElement[Any], sa.ColumnElement[Any]]


def _walks(form: Wanted) -> Iterator[Walk]:
    """Ids of the visits as statements that each walk one index from its end, with the columns it is ordered by."""
    people = _people(form)
    for at_site, state, person in product(_places(form), form.states or (None,), people or (None,)):
        walk, at, id_ = _source(form, at_site)
        walk = walk.where(*_conditions(form))
        if state is not None:
            walk = walk.where((_beside(V.state) if people else V.state) == _value(state))
        yield walk if person is None else walk.where(person), at, id_


def _places(form: Wanted) -> Sequence[str | None]:
    """Each site apart; None, all of them, where something else is walked: what certain people host or asked for."""
    return form.site_ids if form.key or not _people(form) else (None,)


def _people(form: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    """Whose visits, each as a condition; none for everybody's."""
    if form.host_ids is not None:
        return [V.host_id == _value(person) for person in form.host_ids] or [sa.false()]
    if form.party_to is not None:
        return [V.host_id == _value(form.party_to), V.requested_by == _value(form.party_to)]
    return ()


def _value(name: Any) -> sa.BindParameter[Any]:
    """Where a value goes that a form has a name for."""
    return sa.bindparam(name)


def _beside(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column for a comparison that no index shall serve, so that the planner walks the one that is meant."""
    return sa.func.coalesce(column, "")


def _source(form: Wanted, site_id: str | None) -> Walk:
    """What is walked: the visits of search texts, of people, of an area, or of a site."""
    visits = sa.select(V.id, V.starts_at)
    if site_id is not None and form.key:
        found = _with_key(site_id).subquery()
        return visits.join(found, found.c.visit_id == V.id), V.starts_at, V.id
    if site_id is None:
        return visits.where(_beside(V.site_id).in_([_value(site) for site in form.site_ids])), V.starts_at, V.id
    if form.area_id is not None:
        of_area = visits.join(AREA, AREA.c.visit_id == V.id).where(AREA.c.area_id == _value(form.area_id))
        return of_area.where(_beside(V.site_id) == _value(site_id)), AREA.c.starts_at, AREA.c.visit_id
    of_site = visits.where(V.site_id == _value(site_id))
    if form.walk_in or form.overstay:
        few = "visit_walk_in" if form.walk_in else "visit_overstay"
        return read_by(few, VISIT, of_site), V.starts_at, V.id
    return of_site, V.starts_at, V.id


def _conditions(form: Wanted) -> Iterator[sa.ColumnElement[Any] | sa.TextClause]:
    by_area = form.area_id is not None and not form.key and not _people(form)
    at = AREA.c.starts_at if by_area else V.starts_at
    if form.area_id is not None and not by_area:
        here = (AREA.c.area_id == _value(form.area_id), AREA.c.visit_id == V.id)
        yield V.id.in_(sa.select(AREA.c.visit_id).where(*here))
    if form.party_to is not None and form.host_ids is not None:
        yield sa.or_(V.host_id == _value(form.party_to), V.requested_by == _value(form.party_to))
    if form.kind is not None:
        yield V.kind == _value(form.kind)
    if form.walk_in is not None:
        yield CAME_UNASKED if form.walk_in else sa.not_(V.walk_in)
    if form.overstay is not None:
        yield STAYED_TOO_LONG if form.overstay else V.overstay_told_at.is_(None)
    if form.since is not None:
        yield at >= _value(form.since)
    if form.until is not None:
        yield at < _value(form.until)


def _with_key(site_id: str) -> sa.Select[Any]:
    """The newest visits whose search texts begin with the key; ids sort by time."""
    k = KEY.c
    begins = sa.select(k.visit_id).where(
        k.site_id == _value(site_id), k.key >= _value("key"), k.key < _value("key_end")
    )
    return begins.distinct().order_by(k.visit_id.desc()).limit(FOUND_AT_MOST)


def add_export(tx: Tx, values: dict[str, Any]) -> str:
    """Note a file that somebody took; its id."""
    id_ = new_id()
    tx.change(sa.insert(EXPORT).values(id=id_, at=tx.now, **values))
    return id_


def exports(tx: Tx, page: PageAsked) -> list[dict[str, Any]]:
    """Files that left the log, the newest first, one more than asked."""
    return records(tx.rows(keyset(sa.select(EXPORT), E.at, E.id, page)))


def exports_since(tx: Tx, scope: Scope) -> tuple[int, Sequence[Row[Any]]]:
    """How many files of any site left since then, and which of them were taken by somebody who works here no more."""
    p = DIRECTORY.tables.person.c
    recent = E.at >= scope.since
    gone = sa.select(E.by, E.at).join(DIRECTORY.tables.person, p.id == E.by)
    left = sa.or_(sa.not_(p.active), p.leaves_at <= tx.now)
    total = tx.scalar(sa.select(sa.func.count()).where(recent)) or 0
    return int(total), tx.rows(gone.where(recent, left).order_by(E.at).limit(1000))
