"""Two badges at the floor door, custody, leaving, and exits nobody saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis import names
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, Forbidden, NotFound
from chassis.rules import enforce
from services.visitor import events, settings
from services.visitor.alarms import actions as alarms
from services.visitor.alarms.rules import AlarmKind
from services.visitor.arrivals import rules as arrival_rules
from services.visitor.badges import actions as badges
from services.visitor.base import DIRECTORY
from services.visitor.belongings import actions as belongings
from services.visitor.entries import checks, rules, schemas, store
from services.visitor.escorts import actions as escorts
from services.visitor.visits import rules as visit_rules
from services.visitor.visits import standing, views
from services.visitor.visits import store as visit_store
from services.visitor.visits.planning import escort_kind
from services.visitor.visits.rules import Act, State, VisitKind


def scan_visitor(tx: Tx, actor: Actor, asked: schemas.BadgeScan) -> dict[str, Any]:
    """First badge: the visitor's. Refusals that need no escort are told at once."""
    site_id, door_id = _door(actor)
    visit = _by_badge(tx, site_id, asked.badge_no)
    door = DIRECTORY.door(tx, door_id)
    if door is None:
        raise Conflict("这块平板没有绑定到门", "This tablet is bound to no door")
    enforce(*checks.of_visit(tx, visit, door.area_id))
    scan_id = store.add_scan(tx, visit.id, actor.id, door_id)
    within = int(settings.limits(tx, site_id).two_badges_within.total_seconds())
    return {"scan_id": scan_id, "name": _masked_name(tx, visit), "within_seconds": within}


def enter(tx: Tx, actor: Actor, scan_id: str, asked: schemas.BadgeScan) -> dict[str, Any]:
    """Second badge: the escort's. Everything is checked again at this moment, then the escort has custody (2.4)."""
    site_id, door_id = _door(actor)
    scan = store.scan(tx, scan_id, actor.id)
    if scan is None:
        raise NotFound("请重新刷访客证", "Scan the visitor's badge again")
    visit = visit_store.visit_for_update(tx, scan.visit_id)
    door = DIRECTORY.door(tx, door_id)
    if visit is None or door is None or visit.site_id != site_id:
        raise NotFound("请重新刷访客证", "Scan the visitor's badge again")
    if State(visit.state) is State.INSIDE:
        raise escorts.already_accompanied(tx, visit.id)
    escort = DIRECTORY.person_by_badge(tx, asked.badge_no) or DIRECTORY.person_by_no(tx, asked.badge_no)
    within = settings.limits(tx, site_id).two_badges_within
    seconds = str(int(within.total_seconds()))
    enforce(
        rules.badges_came_together(scan.scanned_at, tx.now, within).say(seconds=seconds),
        *checks.of_visit(tx, visit, door.area_id),
        *checks.of_escort(tx, visit, escort, door.area_id),
    )
    if escort is None:
        raise NotFound("没有找到这张工牌", "No such staff badge")
    store.use_scan(tx, scan_id)
    kind = escort_kind(VisitKind(visit.kind))
    escorts.take_into_custody(tx, actor, visit.id, escort.id, kind, [door.area_id])
    if not visit_store.move(tx, visit, Act.ENTER, State.INSIDE, entered_at=tx.now, escort_id=escort.id):
        raise standing.overtaken(tx, visit)
    record(tx, actor, events.VisitorEntered(visit.id, door.area_id, escort.id))
    name = _masked_name(tx, visit)
    return {"visit_id": visit.id, "name": name, "escort_name": escort.name, "entered_at": tx.now}


def note_refused(tx: Tx, actor: Actor, visit_id: str, broken: tuple[str, ...]) -> None:
    """Keep a denied attempt: the transaction that refused it left no trace of its own (`product.md` 1.1)."""
    record(tx, actor, events.EntryRefused(visit_id, broken, actor.door))


def visit_of_scan(tx: Tx, actor: Actor, scan_id: str) -> str | None:
    """Whose badge a scan of this tablet was."""
    scan = store.scan(tx, scan_id, actor.id)
    return scan.visit_id if scan is not None else None


def leave_area(tx: Tx, actor: Actor, asked: schemas.BadgeScan) -> dict[str, Any]:
    """The visitor comes out of the area; custody ends and the lounge has them back."""
    site_id, _ = _door(actor)
    visit = _by_badge(tx, site_id, asked.badge_no)
    enforce(standing.fits(tx, visit, Act.LEAVE_AREA))
    escorts.end_custody(tx, actor, visit.id)
    if not visit_store.move(tx, visit, Act.LEAVE_AREA, State.IN_LOUNGE):
        raise standing.overtaken(tx, visit)
    record(tx, actor, events.VisitorLeftArea(visit.id))
    return _left(tx, visit, State.IN_LOUNGE)


def leave(tx: Tx, actor: Actor, asked: schemas.BadgeScan) -> dict[str, Any]:
    """The visitor scans the badge back on the way out; belongings must be collected first."""
    site_id, _ = _door(actor)
    visit = _by_badge(tx, site_id, asked.badge_no)
    enforce(
        standing.fits(tx, visit, Act.LEAVE),
        rules.badge_and_belongings_are_back(len(belongings.open_of(tx, visit.id))),
    )
    _close(tx, actor, visit, rules.Certainty.BADGE)
    badges.take_back(tx, actor, visit.id)
    return _left(tx, visit, State.CLOSED)


def leave_at_desk(tx: Tx, actor: Actor, visit_id: str, asked: schemas.Leaving) -> dict[str, Any]:
    """A guard closes a visit: badge back or lost; what is still open needs the guard's reason."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    open_belongings = len(belongings.open_of(tx, visit_id))
    open_ends = open_belongings or asked.badge == "lost"
    enforce(
        visit_rules.guard_manages_outsiders(actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.LEAVE),
        *([rules.override_has_its_reason(asked.reason)] if open_ends else []),
    )
    _close(tx, actor, visit, rules.Certainty.GUARD)
    if badges.badge_of(tx, visit_id) is not None:
        _account_for_badge(tx, actor, visit_id, asked.badge)
    return views.show(tx, actor, visit_id)


def confirm_left(tx: Tx, actor: Actor, visit_id: str, asked: schemas.Confirmed) -> dict[str, Any]:
    """A person confirms an assumed exit; only now the visitor is off the roll call."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    held = badges.badge_of(tx, visit_id)
    enforce(
        rules.confirms_exits(actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.CONFIRM_LEFT),
        rules.override_has_its_reason(asked.reason),
        rules.badge_is_accounted_for(held, asked.badge).say(no=held or ""),
    )
    by = f"{actor.kind}:{actor.id}"
    values = {"left_certainty": rules.Certainty.GUARD.value, "left_by": by}
    if not visit_store.move(tx, visit, Act.CONFIRM_LEFT, State.CLOSED, **values):
        raise standing.overtaken(tx, visit)
    record(tx, actor, events.VisitorLeft(visit_id, rules.Certainty.GUARD))
    if held is not None:
        _account_for_badge(tx, actor, visit_id, asked.badge)
    return views.show(tx, actor, visit_id)


def find_overstays(tx: Tx) -> int:
    """Raise the alarm once for each visitor still here after the window; how many."""
    return sum(_find_overstay(tx, visit, grace) for visit, grace in _late(tx, store.overdue, "overstay_after"))


def _late(tx: Tx, find: Callable[[Tx, str, datetime], Sequence[Row[Any]]], grace: str) -> list[tuple[Row[Any], Any]]:
    """What `find` has at each site before now less the site's own grace."""
    spans = {site_id: getattr(settings.limits(tx, site_id), grace) for site_id in DIRECTORY.site_ids(tx)}
    return [(visit, span) for site_id, span in spans.items() for visit in find(tx, site_id, tx.now - span)]


def _find_overstay(tx: Tx, visit: Row[Any], grace: timedelta) -> bool:
    if not store.note_overstay(tx, visit.id):
        return False
    system = Actor.system("overstays")
    record(tx, system, events.OverstayFound(visit.id, visit.ends_at + grace))
    about, page, also = f"visit:{visit.id}", f"/visits/{visit.id}", [visit.host_id, visit.escort_id]
    alarms.raise_alarm(tx, system, AlarmKind.OVERSTAY, visit.site_id, about, page, also=also)
    return True


def assume_exits(tx: Tx) -> int:
    """Visitors nobody saw leaving long after their window: assumed gone, yet on the roll call until confirmed."""
    system, assumed = Actor.system("exits"), 0
    for visit, _ in _late(tx, store.long_overdue, "assumed_after"):
        values = {"left_at": tx.now, "left_certainty": rules.Certainty.ASSUMED.value, "left_by": "system:exits"}
        if visit_store.move(tx, visit, Act.LEAVE, State.LEFT_UNCONFIRMED, **values):
            escorts.end_custody(tx, system, visit.id)
            alarms.settled(tx, system, AlarmKind.OVERSTAY, f"visit:{visit.id}")
            record(tx, system, events.VisitorLeft(visit.id, rules.Certainty.ASSUMED))
            assumed += 1
    return assumed


def _close(tx: Tx, actor: Actor, visit: Row[Any], certainty: rules.Certainty) -> None:
    escorts.end_custody(tx, actor, visit.id)
    by = f"{actor.kind}:{actor.id}"
    values = {"left_at": tx.now, "left_certainty": certainty.value, "left_by": by}
    if not visit_store.move(tx, visit, Act.LEAVE, State.CLOSED, **values):
        raise standing.overtaken(tx, visit)
    alarms.settled(tx, actor, AlarmKind.OVERSTAY, f"visit:{visit.id}")
    record(tx, actor, events.VisitorLeft(visit.id, certainty))


def _account_for_badge(tx: Tx, actor: Actor, visit_id: str, badge: str | None) -> None:
    (badges.take_back if badge == "returned" else badges.report_lost)(tx, actor, visit_id)


def _door(actor: Actor) -> tuple[str, str]:
    """Site and door of the tablet that calls. Raises `Forbidden` for anything but a paired tablet."""
    if actor.kind is not ActorKind.DEVICE or actor.site is None or actor.door is None:
        raise Forbidden("请在已配对的平板上办理", "This is done at a paired tablet")
    return actor.site, actor.door


def _by_badge(tx: Tx, site_id: str, badge_no: str) -> Row[Any]:
    visit_id = badges.visit_of(tx, site_id, badge_no)
    visit = visit_store.visit_for_update(tx, visit_id) if visit_id else None
    enforce(arrival_rules.badge_is_in_use(visit is not None))
    assert visit is not None
    return visit


def _masked_name(tx: Tx, visit: Row[Any]) -> str:
    guest = visit_store.visitor(tx, visit.visitor_id)
    return names.masked(guest.name) if guest is not None else ""


def _left(tx: Tx, visit: Row[Any], state: State) -> dict[str, Any]:
    return {"visit_id": visit.id, "name": _masked_name(tx, visit), "state": state.value}
