"""Keeping the stock of badges, handing them out and bringing them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict
from chassis.rules import Check, enforce
from services.visitor import events
from services.visitor.alarms import actions as alarms
from services.visitor.alarms.rules import AlarmKind
from services.visitor.badges import rules, schemas, store, views
from services.visitor.badges.rules import BadgeKind, BadgeState, Outcome
from services.visitor.base import DIRECTORY

COUNT_PAGE = "/settings/badges/count"


def add_badges(tx: Tx, actor: Actor, asked: schemas.BadgesAdded) -> dict[str, Any]:
    """Put a range of badges into stock; numbers that exist stay as they are."""
    views.site_or_404(tx, asked.site_id)
    _enforce_keeper(actor, asked.site_id)
    enforce(rules.range_is_sound(asked.first, asked.last))
    for number in range(asked.first, asked.last + 1):
        no = f"{asked.prefix}{number:03d}"
        if store.add(tx, asked.site_id, no, asked.kind):
            record(tx, actor, events.BadgeAdded(_subject(asked.site_id, no)))
    return views.stock(tx, actor, asked.site_id)


def retire(tx: Tx, actor: Actor, asked: schemas.BadgeNamed) -> dict[str, Any]:
    """Take a worn, or a lost and found, badge out of use for ever."""
    badge = _kept(tx, actor, asked, rules.badge_may_be_retired, BadgeState.DEAD)
    record(tx, actor, events.BadgeRetired(badge))
    alarms.settled(tx, actor, AlarmKind.BADGE_LOST, f"badge:{badge}")
    return views.badge(tx, actor, asked.site_id, asked.no)


def lose(tx: Tx, actor: Actor, asked: schemas.BadgeNamed) -> dict[str, Any]:
    """What should lie in store and does not is reported lost: it opens nothing, and the alarm is raised."""
    badge = _kept(tx, actor, asked, rules.badge_may_be_lost, BadgeState.LOST)
    record(tx, actor, events.BadgeLost(badge, None))
    page = f"/settings/badges/{asked.no}?site={asked.site_id}"
    alarms.raise_alarm(tx, actor, AlarmKind.BADGE_LOST, asked.site_id, f"badge:{badge}", page)
    return views.badge(tx, actor, asked.site_id, asked.no)


def found(tx: Tx, actor: Actor, asked: schemas.BadgeNamed) -> dict[str, Any]:
    """A lost badge lies here again and goes back into store; the alarm about it ends."""
    badge = _kept(tx, actor, asked, rules.badge_was_lost, BadgeState.STORED)
    record(tx, actor, events.BadgeFound(badge))
    alarms.settled(tx, actor, AlarmKind.BADGE_LOST, f"badge:{badge}")
    return views.badge(tx, actor, asked.site_id, asked.no)


def count(tx: Tx, actor: Actor, asked: schemas.Counted) -> dict[str, Any]:
    """Keep what was counted in store, with the badges that make a difference; an alarm says that it does not add up."""
    views.site_or_404(tx, asked.site_id)
    _enforce_keeper(actor, asked.site_id)
    expected = store.counts(tx, asked.site_id).get(BadgeState.STORED, 0)
    missing, extra = tuple(dict.fromkeys(asked.missing)), tuple(dict.fromkeys(asked.extra))
    states = {one["no"]: BadgeState(one["state"]) for one in store.named(tx, asked.site_id, {*missing, *extra})}
    words = {"expected": str(expected), "counted": str(asked.counted)}
    enforce(
        *(rules.missing_should_be_here(states.get(no)).say(no=no) for no in missing),
        *(rules.extra_should_be_elsewhere(states.get(no)).say(no=no) for no in extra),
        rules.difference_is_named(expected, asked.counted, len(missing), len(extra)).say(**words),
    )
    values = {"site_id": asked.site_id, "expected": expected, "counted": asked.counted, "note": asked.note}
    id_ = store.add_count(tx, {**values, "missing": missing, "extra": extra, "counted_by": actor.id})
    record(tx, actor, events.BadgesCounted(id_, expected, asked.counted, missing, extra))
    if missing or extra:
        about = f"site:{asked.site_id}"
        alarms.raise_alarm(tx, actor, AlarmKind.BADGES_DIFFER, asked.site_id, about, COUNT_PAGE, again=True)
    else:
        _settle_difference(tx, actor, asked.site_id)
    return views.day(tx, actor, asked.site_id)


def hand_out(
    tx: Tx, actor: Actor, site_id: str, no: str, visit_id: str, *, floor: bool, host_id: str, until: datetime
) -> None:
    """Give badge `no` to a visit that ends at `until`; the caller has checked that the visit may have one.

    The badge is due back by the end of the visit's last local day.
    """
    badge = store.badge(tx, site_id, no)
    enforce(rules.badge_exists(badge is not None))
    assert badge is not None
    needed = BadgeKind.FLOOR if floor else BadgeKind.LOUNGE
    free = "、".join(store.free(tx, site_id, needed, 3)) or "—"
    held, state = badge_of(tx, visit_id), BadgeState(badge.state)
    enforce(
        rules.badge_is_stored(state).say(no=no, free=free, **_whereabouts(tx, site_id, no, state)),
        rules.badge_fits_areas(BadgeKind(badge.kind), floor).say(kind_zh=needed.zh, kind_en=needed.en, free=free),
        rules.visit_holds_no_badge(held).say(held=held or ""),
    )
    site = views.site_or_404(tx, site_id)
    due_at = rules.day_after(max(tx.now, until), site.zone)
    values = {"site_id": site_id, "no": no, "visit_id": visit_id, "host_id": host_id, "due_at": due_at}
    if not store.hand_out(tx, {**values, "handed_by": actor.id}):
        raise Conflict()
    record(tx, actor, events.BadgeHandedOut(_subject(site_id, no), visit_id))


def take_back(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The visit's badge is back in store; without one nothing changes."""
    handout = _bring_in(tx, actor, visit_id, Outcome.RETURNED)
    if handout is not None:
        record(tx, actor, events.BadgeReturned(_subject(handout.site_id, handout.no), visit_id))
        _settle_missing(tx, actor, visit_id)


def report_lost(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The visit's badge is lost: it opens nothing from now on, and the alarm is raised."""
    handout = _bring_in(tx, actor, visit_id, Outcome.LOST)
    if handout is not None:
        record(tx, actor, events.BadgeLost(_subject(handout.site_id, handout.no), visit_id))
        _settle_missing(tx, actor, visit_id)
        site_id, page, about = handout.site_id, f"/visits/{visit_id}", f"badge:{_subject(handout.site_id, handout.no)}"
        alarms.raise_alarm(tx, actor, AlarmKind.BADGE_LOST, site_id, about, page)


def badge_of(tx: Tx, visit_id: str) -> str | None:
    """The number of the badge a visit has out."""
    handout = store.out_of_visit(tx, visit_id)
    return handout.no if handout is not None else None


def visit_of(tx: Tx, site_id: str, no: str) -> str | None:
    """The visit that has this badge out."""
    handout = store.out(tx, site_id, no)
    return handout.visit_id if handout is not None else None


def find_missing(tx: Tx) -> int:
    """Raise the alarm once for each badge still out after the visit's last day; how many."""
    system, found = Actor.system("badges"), 0
    for handout in store.overdue(tx):
        if store.note_missed(tx, handout.id):
            subject = _subject(handout.site_id, handout.no)
            record(tx, system, events.BadgeNotReturned(subject, handout.visit_id, handout.due_at))
            site_id, page, about = handout.site_id, f"/visits/{handout.visit_id}", f"visit:{handout.visit_id}"
            kind = AlarmKind.BADGE_NOT_RETURNED
            alarms.raise_alarm(tx, system, kind, site_id, about, page, also=[handout.host_id])
            found += 1
    return found


def _bring_in(tx: Tx, actor: Actor, visit_id: str, outcome: Outcome) -> Row[Any] | None:
    handout = store.out_of_visit(tx, visit_id)
    if handout is None or not store.bring_in(tx, handout, outcome, actor.id):
        return None
    _settle_difference(tx, actor, handout.site_id)
    return handout


def _settle_missing(tx: Tx, actor: Actor, visit_id: str) -> None:
    alarms.settled(tx, actor, AlarmKind.BADGE_NOT_RETURNED, f"visit:{visit_id}")


def _kept(
    tx: Tx, actor: Actor, asked: schemas.BadgeNamed, may: Callable[[BadgeState], Check], after: BadgeState
) -> str:
    """Move a badge of the stock by hand, if `may` lets its state; what facts and alarms call it."""
    _enforce_keeper(actor, asked.site_id)
    badge = store.badge(tx, asked.site_id, asked.no)
    enforce(rules.badge_exists(badge is not None))
    assert badge is not None
    state = BadgeState(badge.state)
    enforce(may(state).say(no=badge.no, **_words(state)))
    if not store.move(tx, badge.site_id, badge.no, state, after):
        raise Conflict()
    _settle_difference(tx, actor, badge.site_id)
    return _subject(badge.site_id, badge.no)


def _settle_difference(tx: Tx, actor: Actor, site_id: str) -> None:
    """The alarm about the count ends when every badge is where the stock says."""
    if not views.differing(tx, site_id):
        alarms.settled(tx, actor, AlarmKind.BADGES_DIFFER, f"site:{site_id}")


def _enforce_keeper(actor: Actor, site_id: str) -> None:
    if actor.kind not in views.TRUSTED:
        enforce(rules.keeps_badges(actor.roles, site_id))


def _subject(site_id: str, no: str) -> str:
    return f"{site_id}/{no}"


def _words(state: BadgeState) -> dict[str, str]:
    return {"state_zh": state.zh, "state_en": state.en}


def _whereabouts(tx: Tx, site_id: str, no: str, state: BadgeState) -> dict[str, str]:
    """Where the badge is; of one that is out also who handed it out, and when."""
    handout = store.out(tx, site_id, no)
    person = DIRECTORY.person(tx, handout.handed_by) if handout is not None else None
    if handout is None or person is None:
        return _words(state)
    at = f"{handout.handed_at.astimezone(ZoneInfo(views.site_or_404(tx, site_id).zone)):%m-%d %H:%M}"
    return {"state_zh": f"已由{person.name}于 {at} 发出", "state_en": f"handed out by {person.name} at {at}"}
