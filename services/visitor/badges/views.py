"""Reading the stock and the day of badges."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.paging import MOST, PageAsked, page_of
from chassis.problems import NotFound
from chassis.rules import allowed, enforce
from services.visitor.badges import rules, store
from services.visitor.badges.rules import BadgeKind, BadgeState, Outcome
from services.visitor.base import DIRECTORY

COUNT_FIELDS = ("id", "expected", "counted", "missing", "extra", "note", "counted_by", "counted_at")
ALL = PageAsked(MOST)
TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})


def site_or_404(tx: Tx, site_id: str) -> Row[Any]:
    """The site. Raises `NotFound`."""
    site = DIRECTORY.site(tx, site_id)
    if site is None:
        raise NotFound("没有这个职场", "There is no such site")
    return site


def stock(
    tx: Tx,
    actor: Actor,
    site_id: str,
    page: PageAsked = ALL,
    state: BadgeState | None = None,
    kind: BadgeKind | None = None,
) -> dict[str, Any]:
    """A page of a site's badges with who has them, the counts by state, and the next free ones."""
    site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    counts = store.counts(tx, site_id)
    found = page_of(store.stock(tx, site_id, page, state, kind), page, "no", "site_id")
    return {
        **found,
        "items": [_shown(actor, item) for item in found["items"]],
        "counts": {one.value: counts.get(one, 0) for one in BadgeState},
        "free_lounge": store.free(tx, site_id, BadgeKind.LOUNGE, 3),
        "free_floor": store.free(tx, site_id, BadgeKind.FLOOR, 3),
        "can": ["add", "count"] if _keeps(actor, site_id) else [],
    }


def badge(tx: Tx, actor: Actor, site_id: str, no: str) -> dict[str, Any]:
    """One badge with its latest handouts, as `schemas.BadgeHistory`. Raises `NotFound`."""
    site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    found = store.named(tx, site_id, [no])
    if not found:
        raise NotFound("没有这张访客证", "There is no such badge")
    return {**_shown(actor, found[0]), "handouts": store.handouts_of_badge(tx, site_id, no)}


def counts(tx: Tx, actor: Actor, site_id: str, page: PageAsked) -> dict[str, Any]:
    """Counts by hand of a site, the newest first, as `schemas.Counts`."""
    site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    found = page_of(store.counted(tx, site_id, page), page, "counted_at")
    people = DIRECTORY.names(tx, {one["counted_by"] for one in found["items"]})
    items = [{**one, "counted_by": people.get(one["counted_by"])} for one in found["items"]]
    return {**found, "items": items}


def differing(tx: Tx, site_id: str) -> list[dict[str, Any]]:
    """The badges of the last count that still are not where the stock says."""
    last = store.last_count(tx, site_id)
    if last is None:
        return []
    still = rules.still_differs
    named = store.named(tx, site_id, {*last.missing, *last.extra})
    return [one for one in named if still(BadgeState(one["state"]), missing=one["no"] in last.missing)]


def day(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """Today's badges of a site: what went out, and whether it adds up."""
    site = site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    found = day_count(tx, site_id, site.zone)
    last = found["last_count"]
    if last is not None:
        found["last_count"] = {**last, "counted_by": DIRECTORY.names(tx, [last["counted_by"]]).get(last["counted_by"])}
    return {**found, "differing": [_shown(actor, one) for one in found["differing"]]}


def day_count(tx: Tx, site_id: str, zone: str) -> dict[str, Any]:
    """As `schemas.Day`, with ids for people. `adds_up` compares the day's handouts, the stock and the last count."""
    begin = rules.day_of(tx.now, zone)
    by_end = store.handed_out_since(tx, site_id, begin)
    states = store.counts(tx, site_id)
    returned, lost = by_end.get(Outcome.RETURNED, 0), by_end.get(Outcome.LOST, 0)
    still_out = by_end.get("still_out", 0)
    before = store.out_since_before(tx, site_id, begin)
    last = store.last_count(tx, site_id)
    open_ends = differing(tx, site_id)
    stock_agrees = states.get(BadgeState.HANDED_OUT, 0) == still_out + before
    return {
        "day": tx.now.astimezone(ZoneInfo(zone)).date(),
        "handed_out": sum(by_end.values()),
        "returned": returned,
        "lost": lost,
        "still_out": still_out,
        "out_from_before": before,
        "in_store": states.get(BadgeState.STORED, 0),
        "adds_up": stock_agrees and not open_ends,
        "count_due": bool(states) and (last is None or last.counted_at < begin),
        "differing": open_ends,
        "last_count": None if last is None else {name: getattr(last, name) for name in COUNT_FIELDS},
    }


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    """A badge with what the reader may do with it by hand, by the rules that would refuse it."""
    acts = {"lose": rules.badge_may_be_lost, "found": rules.badge_was_lost, "retire": rules.badge_may_be_retired}
    keeps, state = _keeps(actor, row["site_id"]), BadgeState(row["state"])
    return {**row, "can": [act for act, may in acts.items() if keeps and allowed(may(state))]}


def _keeps(actor: Actor, site_id: str) -> bool:
    return actor.kind in TRUSTED or allowed(rules.keeps_badges(actor.roles, site_id))


def _enforce_reader(actor: Actor, site_id: str) -> None:
    if actor.kind not in TRUSTED:
        enforce(rules.sees_badges(actor.roles, site_id))
