"""Handing badges out and bringing them in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict
from chassis.rules import enforce
from services.visitor import events, on_call
from services.visitor.badges import rules, schemas, store
from services.visitor.badges.rules import BadgeKind, BadgeState
from services.visitor.base import NOTICES

OUT_AT_MOST = timedelta(hours=14)
"""After how long a badge counts as not returned: longer than any shift."""


def add_badges(tx: Tx, actor: Actor, asked: schemas.BadgesAdded) -> dict[str, Any]:
    """Put a range of badges into stock; numbers that exist stay as they are."""
    if actor.kind not in (ActorKind.SYSTEM, ActorKind.OPERATOR):
        enforce(rules.keeps_badges(actor.roles, asked.site_id))
    enforce(rules.range_is_sound(asked.first, asked.last))
    for number in range(asked.first, asked.last + 1):
        no = f"{asked.prefix}{number:03d}"
        if store.add(tx, asked.site_id, no, asked.kind):
            record(tx, actor, events.BadgeAdded(no))
    return stock(tx, actor, asked.site_id)


def stock(tx: Tx, _actor: Actor, site_id: str) -> dict[str, Any]:
    """A site's badges, the counts by state, and the next free ones."""
    return {
        "items": [dict(row._mapping) for row in store.stock(tx, site_id)],
        "counts": store.counts(tx, site_id),
        "free_lounge": store.free(tx, site_id, BadgeKind.LOUNGE, 3),
        "free_floor": store.free(tx, site_id, BadgeKind.FLOOR, 3),
    }


def hand_out(tx: Tx, actor: Actor, site_id: str, no: str, visit_id: str, *, floor: bool, host_id: str) -> None:
    """Give badge `no` to a visit; the caller has checked that the visit may have one."""
    badge = store.badge(tx, site_id, no)
    kind = BadgeKind.FLOOR if floor else BadgeKind.LOUNGE
    free = "、".join(store.free(tx, site_id, kind, 3)) or "—"
    enforce(rules.badge_exists(badge is not None))
    assert badge is not None
    enforce(
        rules.badge_is_stored(BadgeState(badge.state)).say(no=no, free=free),
        rules.badge_fits_areas(BadgeKind(badge.kind), floor).say(kind=kind.value, free=free),
    )
    if not store.hand_out(tx, site_id, no, visit_id, host_id):
        raise Conflict()
    record(tx, actor, events.BadgeHandedOut(no, visit_id))


def take_back(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The visit's badge is back in store."""
    no = store.bring_in(tx, visit_id, BadgeState.STORED)
    if no is not None:
        record(tx, actor, events.BadgeReturned(no, visit_id))


def report_lost(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The visit's badge is lost: it opens nothing from now on."""
    no = store.bring_in(tx, visit_id, BadgeState.LOST)
    if no is not None:
        record(tx, actor, events.BadgeLost(no, visit_id))


def badge_of(tx: Tx, visit_id: str) -> str | None:
    """The number of the badge a visit has out."""
    badge = store.of_visit(tx, visit_id)
    return badge.no if badge is not None else None


def visit_of(tx: Tx, site_id: str, no: str) -> str | None:
    """The visit that has this badge out."""
    badge = store.badge(tx, site_id, no)
    return badge.visit_id if badge is not None and badge.state == BadgeState.HANDED_OUT else None


def find_missing(tx: Tx) -> int:
    """Tell guard, floor manager and host once of each badge still out after the longest shift; how many."""
    system, found = Actor.system("badges"), 0
    for badge in store.out_since_before(tx, tx.now - OUT_AT_MOST):
        if store.note_missed(tx, badge.site_id, badge.no):
            record(tx, system, events.BadgeNotReturned(badge.no, badge.visit_id))
            people = {badge.host_id, *on_call.door_and_floor(tx, badge.site_id)}
            page, subject = f"/visits/{badge.visit_id}", f"visit:{badge.visit_id}"
            NOTICES.tell(tx, system, "badge_not_returned", people, page, subject, alarm=True)
            found += 1
    return found
