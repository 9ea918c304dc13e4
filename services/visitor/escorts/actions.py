"""Designating escorts, and passing visitors from one escort's company to another's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.directory import is_present
from chassis.journal import record
from chassis.problems import Conflict, NotFound, Stale
from chassis.rules import Check, enforce
from services.visitor import events, on_call, settings
from services.visitor.alarms import actions as alarms
from services.visitor.alarms.rules import AlarmKind
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.escorts import rules, schemas, store, views
from services.visitor.escorts.rules import EscortKind

TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})
WATCH = Actor.system("escorts")


def designate(tx: Tx, actor: Actor, asked: schemas.DesignationAsked) -> dict[str, Any]:
    """Arrange that a person may escort. Raises `NotFound` for an unknown site."""
    if DIRECTORY.site(tx, asked.site_id) is None:
        raise NotFound("没有这个职场", "There is no such site")
    person = DIRECTORY.person_by_no(tx, asked.employee_no)
    if person is None:
        enforce(*_enforced_of(tx, actor, asked.site_id), rules.designated_person_is_known(False))
    assert person is not None
    of_site = [area.id for area in DIRECTORY.areas_of(tx, asked.site_id)]
    management = views.holds_management_post(tx, person)
    limits = settings.limits(tx, asked.site_id)
    enforce(
        *_enforced_of(tx, actor, asked.site_id),
        rules.designated_person_works_here(is_present(person, tx.now)).say(name=person.name),
        rules.guests_need_a_manager(asked.kind, management).say(name=person.name),
        rules.designation_names_areas_of_the_site(asked.area_ids, of_site),
        rules.designation_runs_forward(asked.starts_at, asked.ends_at, tx.now, limits.longest_designation).say(
            days=str(limits.longest_designation.days)
        ),
    )
    values = asked.model_dump(include={"site_id", "starts_at", "ends_at"})
    values["most_open"] = asked.most_open or limits.escort_most_open
    values |= {"kind": asked.kind.value, "area_ids": tuple(dict.fromkeys(asked.area_ids))}
    id_ = store.add_designation(tx, {**values, "person_id": person.id, "designated_by": actor.id})
    record(tx, actor, events.EscortDesignated(id_, person.id))
    return views.show_designation(tx, actor, id_)


def end_designation(tx: Tx, actor: Actor, designation_id: str, asked: schemas.EndAsked, seen: int) -> dict[str, Any]:
    """End a designation now. A visitor in that person's company raises the alarm at once.

    Raises `NotFound`, `Stale` when `seen` is not its version, `Conflict` when it had ended.
    """
    row = store.designation_for_update(tx, designation_id)
    if row is None:
        raise NotFound("没有这项陪同指定", "There is no such designation")
    enforce(*_enforced_of(tx, actor, row.site_id), rules.ending_has_its_reason(asked.reason))
    if row.ended_at is not None:
        who = views.names_of(tx, row.ended_by or "")
        raise Conflict(f"这项指定已由{who['who']}结束", f"Already ended by {who['who_en']}")
    if row.version != seen or not store.end_designation(tx, row.id, seen, actor.id, asked.reason):
        raise Stale()
    record(tx, actor, events.DesignationEnded(row.id, row.person_id))
    escort_lost(tx, row.person_id)
    return views.show_designation(tx, actor, row.id)


def take_into_custody(
    tx: Tx, actor: Actor, visit_id: str, escort_id: str, kind: EscortKind, area_ids: Collection[str]
) -> None:
    """The visitor goes along with this escort from now on; the same again changes nothing.

    The caller has enforced `views.checks_for`; room is counted again here, where two visitors cannot take one place.
    Raises `Conflict` naming the escort in whose company the visitor is already.
    """
    site_id = DIRECTORY.areas(tx, area_ids)[0].site_id
    area_ids = views.guarded(tx, area_ids)
    store.lock_escort(tx, escort_id)
    now = store.custody(tx, visit_id)
    if now is not None and now.escort_id == escort_id:
        return
    enforce(*_room_of(tx, escort_id, kind, area_ids))
    if not store.open_custody(tx, _custody_values(visit_id, site_id, escort_id, kind, area_ids)):
        raise already_accompanied(tx, visit_id)
    record(tx, actor, events.CustodyTaken(visit_id, escort_id))


def end_custody(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The visitor is in nobody's company any more: back in the lounge, or gone. Without an escort nothing changes."""
    row = store.custody_for_update(tx, visit_id)
    if row is not None and store.close_custody(tx, row.id):
        record(tx, actor, events.CustodyEnded(visit_id, row.escort_id))
        alarms.settled(tx, actor, AlarmKind.ESCORT_LOST, f"visit:{visit_id}")


def custody_of(tx: Tx, visit_id: str) -> Row[Any] | None:
    """In whose company the visitor is now: `escort_id`, `from_at`, `offered_to`, `lost_at`."""
    return store.custody(tx, visit_id)


def in_custody_of(tx: Tx, escort_id: str) -> Sequence[Row[Any]]:
    """The open custodies of one escort, longest first."""
    return store.held_by(tx, escort_id)


def offer_custody(tx: Tx, actor: Actor, visit_id: str, to_id: str) -> None:
    """The escort offers the visitor to another designated escort, who has to accept. A later offer replaces it."""
    row = _held(tx, visit_id)
    to = DIRECTORY.person(tx, to_id)
    if to is None:
        raise NotFound("没有这个员工编号", "There is no such employee number")
    enforce(
        rules.holder_hands_over(row.escort_id, actor.id).say(holder=_name(tx, row.escort_id)),
        rules.handed_to_another(row.escort_id, to_id),
        *views.checks_for(tx, to, EscortKind(row.kind), row.area_ids, tx.now),
    )
    store.set_offer(tx, row.id, to_id)
    record(tx, actor, events.CustodyOffered(visit_id, row.escort_id, to_id))
    NOTICES.tell(tx, actor, "custody_offered", [to_id], f"/visits/{visit_id}", f"visit:{visit_id}")


def accept_custody(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The escort to whom the visitor was offered takes over; everything is checked again at this moment."""
    row = _held(tx, visit_id)
    if row.offered_to is None and store.was_offered(tx, visit_id, actor.id):
        raise already_accompanied(tx, visit_id)
    enforce(rules.offered_person_answers(row.offered_to, actor.id))
    _pass_on(tx, actor, row)


def decline_custody(tx: Tx, actor: Actor, visit_id: str) -> None:
    """The escort to whom the visitor was offered says no: the visitor stays where he is, and the holder is told."""
    row = _held(tx, visit_id)
    enforce(rules.offered_person_answers(row.offered_to, actor.id))
    store.set_offer(tx, row.id, None)
    record(tx, actor, events.CustodyDeclined(visit_id, row.escort_id, actor.id))
    NOTICES.tell(tx, actor, "custody_declined", [row.escort_id], f"/visits/{visit_id}", f"visit:{visit_id}")


def take_over_custody(tx: Tx, actor: Actor, visit_id: str) -> None:
    """A designated escort takes a visitor over whose escort may escort no more, and so can consent to nothing."""
    row = _held(tx, visit_id)
    enforce(rules.visitor_lost_the_escort(views.lost_because(tx, row)).say(holder=_name(tx, row.escort_id)))
    _pass_on(tx, actor, row)


def escort_lost(tx: Tx, person_id: str) -> list[str]:
    """Raise the alarm for each visitor in the company of somebody who may escort him no more; ids of those visits.

    One fact for each, stamped with when the right was lost.
    """
    lost = []
    for row in store.held_by(tx, person_id):
        because = views.lost_because(tx, row)
        if because is None or not store.note_lost(tx, row.id, since := _lost_since(tx, row, because)):
            continue
        record(tx, WATCH, events.EscortLost(row.visit_id, person_id, because.value, since))
        about, page = f"visit:{row.visit_id}", f"/visits/{row.visit_id}"
        alarms.raise_alarm(tx, WATCH, AlarmKind.ESCORT_LOST, row.site_id, about, page)
        lost.append(row.visit_id)
    return lost


def end_lapsed(tx: Tx) -> int:
    """Raise the alarm where a designation ran out, or somebody left, with a visitor in company; how many visitors."""
    return sum(len(escort_lost(tx, person_id)) for person_id in store.escorts_at_work(tx))


def _enforced_of(tx: Tx, actor: Actor, site_id: str) -> list[Check]:
    """Who may arrange escorts here; the system and the operator may, the refusal names whom to ask."""
    if actor.kind in TRUSTED:
        return []
    ask = views.names_of(tx, *on_call.centre_managers(tx, site_id))
    return [rules.designates_escorts(actor.roles, site_id).say(**ask)]


def _room_of(tx: Tx, escort_id: str, kind: EscortKind, area_ids: Collection[str]) -> list[Check]:
    held = len(store.held_by(tx, escort_id))
    most = rules.room_of(views.designations_of(tx, escort_id), kind, area_ids, tx.now)
    words = {"name": _name(tx, escort_id), "open": str(held), "most": str(most), **views.names_of(tx)}
    return [rules.escort_has_room(held, most).say(**words)]


def _custody_values(
    visit_id: str, site_id: str, escort_id: str, kind: EscortKind, area_ids: Collection[str]
) -> dict[str, Any]:
    values = {"visit_id": visit_id, "escort_id": escort_id, "kind": kind.value, "area_ids": tuple(area_ids)}
    return {**values, "site_id": site_id}


def already_accompanied(tx: Tx, visit_id: str) -> Conflict:
    """The refusal that names the escort in whose company the visitor is already."""
    holder = store.custody(tx, visit_id)
    name = _name(tx, holder.escort_id) if holder is not None else "—"
    return Conflict(f"这位访客已由{name}陪同", f"This visitor is already in {name}'s company", escort=name)


def _held(tx: Tx, visit_id: str) -> Row[Any]:
    row = store.custody_for_update(tx, visit_id)
    if row is None:
        raise Conflict("这位访客现在没有陪同人", "This visitor is in nobody's company now")
    return row


def _name(tx: Tx, person_id: str) -> str:
    person = DIRECTORY.person(tx, person_id)
    return str(person.name) if person is not None else "—"


def _pass_on(tx: Tx, actor: Actor, row: Row[Any]) -> None:
    """The visitor leaves one company and joins the actor's, at one instant; all rules on the new escort hold now."""
    kind = EscortKind(row.kind)
    store.lock_escort(tx, actor.id)
    escort = DIRECTORY.person(tx, actor.id)
    if escort is None:
        raise NotFound("没有找到接手的陪同人", "The escort who takes over is not known here")
    enforce(*views.checks_for(tx, escort, kind, row.area_ids, tx.now))
    store.close_custody(tx, row.id)
    if not store.open_custody(tx, _custody_values(row.visit_id, row.site_id, actor.id, kind, row.area_ids)):
        raise already_accompanied(tx, row.visit_id)
    record(tx, actor, events.CustodyPassed(row.visit_id, row.escort_id, actor.id))
    alarms.settled(tx, actor, AlarmKind.ESCORT_LOST, f"visit:{row.visit_id}")
    NOTICES.tell(tx, actor, "custody_passed", [row.escort_id], f"/visits/{row.visit_id}", f"visit:{row.visit_id}")


def _lost_since(tx: Tx, row: Row[Any], because: rules.LostBecause) -> datetime:
    """Since when the escort may escort no more: the leaving time or the designation's end, never the finding's."""
    if because is rules.LostBecause.LEFT:
        escort = DIRECTORY.person(tx, row.escort_id)
        left_at = escort.leaves_at if escort is not None else None
        return max(row.from_at, left_at) if left_at is not None and left_at <= tx.now else tx.now
    if because is rules.LostBecause.NOT_DESIGNATED:
        designations = views.designations_of(tx, row.escort_id, row.from_at)
        end = rules.designated_until(designations, EscortKind(row.kind), row.area_ids, row.from_at)
        return min(end, tx.now)
    return tx.now
