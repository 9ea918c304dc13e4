"""Reading the log: whole sites for those who run the door or audit it, their own visits for everyone else."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.names import normalised
from chassis.paging import MOST, PageAsked, page_of, read_cursor
from chassis.rules import enforce
from services.visitor.base import DIRECTORY
from services.visitor.log import rules, schemas, store
from services.visitor.visits import listing, views


def page(tx: Tx, actor: Actor, asked: schemas.VisitsAsked) -> dict[str, Any]:
    """One page of the log, and how many there are when that was asked."""
    wanted = wanted_of(tx, actor, asked)
    found = _counted(tx, wanted) if asked.count else None
    return {**_page(tx, actor, wanted, read_cursor(asked.cursor, asked.limit)), "found": found}


def page_after(tx: Tx, actor: Actor, asked: schemas.VisitsWanted, cursor: str | None) -> dict[str, Any]:
    """The longest page there is, behind a cursor: for files."""
    return _page(tx, actor, wanted_of(tx, actor, asked), read_cursor(cursor, MOST))


def exports(tx: Tx, actor: Actor, asked: schemas.ExportsAsked) -> dict[str, Any]:
    """Who took files of the log, for those who audit."""
    enforce(rules.sees_exports(actor.roles))
    page = read_cursor(asked.cursor, asked.limit)
    found = page_of(store.exports(tx, page), page, "at")
    people = DIRECTORY.names(tx, {row["by"] for row in found["items"]})
    return {**found, "items": [{**row, "by": people.get(row["by"])} for row in found["items"]]}


def _page(tx: Tx, actor: Actor, wanted: store.Wanted, page: PageAsked) -> dict[str, Any]:
    found = page_of(store.listed(tx, wanted, page), page, "starts_at")
    return {**found, "items": listing.lines(tx, actor, found["items"])}


def _counted(tx: Tx, wanted: store.Wanted) -> dict[str, Any]:
    n = store.count(tx, wanted)
    return {"visits": min(n, store.FOUND_AT_MOST), "more": n > store.FOUND_AT_MOST}


def wanted_of(tx: Tx, actor: Actor, asked: schemas.VisitsWanted) -> store.Wanted:
    """What is asked for, as far as the reader may see it."""
    return store.Wanted(
        site_ids=_sites(tx, actor, asked.site_id),
        key=normalised(asked.q),
        states=asked.state,
        area_id=asked.area_id,
        kind=asked.kind,
        host_ids=DIRECTORY.called(tx, asked.host) if asked.host else None,
        party_to=actor.id if asked.mine or not _sees_all(actor) else None,
        walk_in=asked.walk_in,
        overstay=asked.overstay,
        since=asked.since,
        until=asked.until,
    )


def _sees_all(actor: Actor) -> bool:
    if not actor.is_person:
        return True
    return any(actor.has(role) for role in (*views.SEE_ALL, *views.SEE_EVERYWHERE))


def _sites(tx: Tx, actor: Actor, site_id: str | None) -> list[str]:
    """The sites whose log the actor reads: a device's own, those of a scoped role, else every one; or the one asked."""
    if not actor.is_person and actor.site is not None:
        return [actor.site] if site_id in (None, actor.site) else []
    scoped = (role.partition("@site:") for role in actor.roles)
    held = sorted({site for role, _, site in scoped if site and role in views.SEE_ALL})
    everywhere = any(actor.has(role) for role in views.SEE_EVERYWHERE)
    everywhere = everywhere or any(role in actor.roles for role in map(str, views.SEE_ALL))
    if actor.is_person and held and not everywhere:
        return [site for site in held if site_id in (None, site)]
    return [site_id] if site_id else DIRECTORY.site_ids(tx)
