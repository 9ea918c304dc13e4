"""The statements of the log on the tables of visits, and the table of files that left it.

Each statement walks one index: a list over several sites, states or people is a union of such walks, each cut short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    cut = [keyset(walk, at, id_, page).subquery() for walk, at, id_ in _walks(wanted)]
    if not cut:
        return []
    ids = sa.union(*(sa.select(one.c.id) for one in cut))
    found = sa.select(*LISTED).join(VISITOR, VISITOR.c.id == V.visitor_id).where(V.id.in_(ids))
    return records(tx.rows(keyset(found, V.starts_at, V.id, PageAsked(page.limit, None, page.backwards))))


def count(tx: Tx, wanted: Wanted) -> int:
    """How many visits there are, counted no further than one past `FOUND_AT_MOST`."""
    cut = [walk.limit(FOUND_AT_MOST + 1).subquery() for walk, _, _ in _walks(wanted)]
    if not cut:
        return 0
    ids = sa.union(*(sa.select(one.c.id) for one in cut)).limit(FOUND_AT_MOST + 1).subquery()
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ids)) or 0)


Walk = tuple[sa.Select[Any], sa.ColumnElement[Any], sa.ColumnElement[Any]]


def _walks(wanted: Wanted) -> Iterator[Walk]:
    """Ids of the visits as statements that each walk one index from its end, with the columns it is ordered by."""
    if not wanted.site_ids:
        return
    people = _people(wanted)
    for at_site, state, person in product(_places(wanted), wanted.states or (None,), people or (None,)):
        walk, at, id_ = _source(wanted, at_site)
        walk = walk.where(*_conditions(wanted))
        if state is not None:
            walk = walk.where((_beside(V.state) if people else V.state) == state)
        yield walk if person is None else walk.where(person), at, id_


def _places(wanted: Wanted) -> Sequence[str | None]:
    """Each site apart; None, all of them, where something else is walked: what certain people host or asked for."""
    return wanted.site_ids if wanted.key or not _people(wanted) else (None,)


def _people(wanted: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    """Whose visits, each as a condition; none for everybody's."""
    if wanted.host_ids is not None:
        return [V.host_id == person_id for person_id in wanted.host_ids] or [sa.false()]
    if wanted.party_to is not None:
        return [V.host_id == wanted.party_to, V.requested_by == wanted.party_to]
    return ()


def _beside(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column for a comparison that no index shall serve, so that the planner walks the one that is meant."""
    return sa.func.coalesce(column, "")


def _source(wanted: Wanted, site_id: str | None) -> Walk:
    """What is walked: the visits of search texts, of people, of an area, or of a site."""
    visits = sa.select(V.id, V.starts_at)
    if site_id is not None and wanted.key:
        found = _with_key(wanted.key, site_id).subquery()
        return visits.join(found, found.c.visit_id == V.id), V.starts_at, V.id
    if site_id is None:
        return visits.where(_beside(V.site_id).in_(wanted.site_ids)), V.starts_at, V.id
    if wanted.area_id is not None:
        of_area = visits.join(AREA, AREA.c.visit_id == V.id).where(AREA.c.area_id == wanted.area_id)
        return of_area.where(_beside(V.site_id) == site_id), AREA.c.starts_at, AREA.c.visit_id
    of_site = visits.where(V.site_id == site_id)
    if wanted.walk_in or wanted.overstay:
        few = "visit_walk_in" if wanted.walk_in else "visit_overstay"
        return read_by(few, VISIT, of_site), V.starts_at, V.id
    return of_site, V.starts_at, V.id


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[Any] | sa.TextClause]:
    by_area = wanted.area_id is not None and not wanted.key and not _people(wanted)
    at = AREA.c.starts_at if by_area else V.starts_at
    if wanted.area_id is not None and not by_area:
        yield V.id.in_(sa.select(AREA.c.visit_id).where(AREA.c.area_id == wanted.area_id, AREA.c.visit_id == V.id))
    if wanted.party_to is not None and wanted.host_ids is not None:
        yield sa.or_(V.host_id == wanted.party_to, V.requested_by == wanted.party_to)
    if wanted.kind is not None:
        yield V.kind == wanted.kind
    if wanted.walk_in is not None:
        yield CAME_UNASKED if wanted.walk_in else sa.not_(V.walk_in)
    if wanted.overstay is not None:
        yield STAYED_TOO_LONG if wanted.overstay else V.overstay_told_at.is_(None)
    if wanted.since is not None:
        yield at >= wanted.since
    if wanted.until is not None:
        yield at < wanted.until


def _with_key(key: str, site_id: str) -> sa.Select[Any]:
    """The newest visits whose search texts begin with the key; ids sort by time."""
    k = KEY.c
    begins = sa.select(k.visit_id).where(k.site_id == site_id, k.key >= key, k.key < key + "\U0010ffff")
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
