"""Reading the stock and the day of badges."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.problems import NotFound
from chassis.rules import allowed, enforce
from services.visitor.badges import rules, store
from services.visitor.badges.rules import BadgeKind, BadgeState, Outcome
from services.visitor.base import DIRECTORY

COUNT_FIELDS = ("expected", "counted", "note", "counted_at")
TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})


def site_or_404(tx: Tx, site_id: str) -> Row[Any]:
    """The site. Raises `NotFound`."""
    site = DIRECTORY.site(tx, site_id)
    if site is None:
        raise NotFound("没有这个职场", "There is no such site")
    return site


def stock(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """A site's badges with who has them, the counts by state, and the next free ones."""
    site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    keeper = allowed(rules.keeps_badges(actor.roles, site_id))
    counts = store.counts(tx, site_id)

    def can(state: str) -> list[str]:
        return ["retire"] if keeper and allowed(rules.badge_may_be_retired(BadgeState(state))) else []

    return {
        "items": [{**item, "can": can(item["state"])} for item in store.stock(tx, site_id)],
        "counts": {state.value: counts.get(state, 0) for state in BadgeState},
        "free_lounge": store.free(tx, site_id, BadgeKind.LOUNGE, 3),
        "free_floor": store.free(tx, site_id, BadgeKind.FLOOR, 3),
        "can": ["add", "count"] if keeper else [],
    }


def day(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """Today's badges of a site: what went out, and whether it adds up."""
    site = site_or_404(tx, site_id)
    _enforce_reader(actor, site_id)
    return day_count(tx, site_id, site.zone)


def day_count(tx: Tx, site_id: str, zone: str) -> dict[str, Any]:
    """As `schemas.Day`. `adds_up` compares three records: the day's handouts, the stock and the last count by hand."""
    begin = rules.day_of(tx.now, zone)
    by_end = store.handed_out_since(tx, site_id, begin)
    states = store.counts(tx, site_id)
    returned, lost = by_end.get(Outcome.RETURNED, 0), by_end.get(Outcome.LOST, 0)
    still_out = by_end.get("still_out", 0)
    before = store.out_since_before(tx, site_id, begin)
    last = store.last_count(tx, site_id)
    stock_agrees = states.get(BadgeState.HANDED_OUT, 0) == still_out + before
    return {
        "day": tx.now.astimezone(ZoneInfo(zone)).date(),
        "handed_out": sum(by_end.values()),
        "returned": returned,
        "lost": lost,
        "still_out": still_out,
        "out_from_before": before,
        "in_store": states.get(BadgeState.STORED, 0),
        "adds_up": stock_agrees and (last is None or last.expected == last.counted),
        "last_count": None if last is None else {name: getattr(last, name) for name in COUNT_FIELDS},
    }


def _enforce_reader(actor: Actor, site_id: str) -> None:
    if actor.kind not in TRUSTED:
        enforce(rules.sees_badges(actor.roles, site_id))
