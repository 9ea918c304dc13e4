"""At the front door: found by code, notices accepted, ID checked, badge handed out; and walk-ins."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis import names
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, Forbidden, NotFound
from chassis.roles import Role
from chassis.rules import enforce
from services.visitor import events, on_call, settings
from services.visitor.arrivals import rules, schemas, store
from services.visitor.badges import actions as badges
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.belongings import actions as belongings
from services.visitor.belongings import rules as belongings_rules
from services.visitor.consents import actions as consents
from services.visitor.entries import rules as entry_rules
from services.visitor.texts import actions as texts
from services.visitor.visits import actions as visits
from services.visitor.visits import key_store, standing, views
from services.visitor.visits import rules as visit_rules
from services.visitor.visits import store as visit_store
from services.visitor.visits.rules import Act, State
from services.visitor.visits.schemas import VisitorAsked


def find(tx: Tx, actor: Actor, asked: schemas.Lookup) -> dict[str, Any]:
    """The open visit with this code at the tablet's site, masked. Wrong codes count, and after five the desk helps."""
    site_id, device_id = _tablet(actor)
    limits = settings.limits(tx, site_id)
    tries = store.wrong_codes(tx, device_id)
    wrong = rules.wrong_codes_now(tries.since, tries.wrong, tx.now, limits) if tries else 0
    enforce(rules.codes_are_not_guessed(wrong, limits))
    visit = _by_code(tx, site_id, asked.code)
    if visit is None:
        since = tries.since if tries and wrong else tx.now
        store.note_wrong_codes(tx, device_id, since, wrong + 1)
        return {"found": False, "ask_desk": not rules.codes_are_not_guessed(wrong + 1, limits)}
    guest = visit_store.visitor(tx, visit.visitor_id)
    assert guest is not None
    return {
        "found": True,
        "ask_desk": False,
        "visit_id": visit.id,
        "name": names.masked(guest.name),
        "phone_tail": guest.phone_tail,
        "state": visit.state,
        "language": visit.language,
        "starts_at": visit.starts_at,
    }


def _by_code(tx: Tx, site_id: str, code: str) -> Row[Any] | None:
    """By six digits on the visit's own local day, or by the text of its QR pass at this site."""
    if not code.isdecimal():
        visit = visit_store.visit_by_pass(tx, visits.pass_hash(code))
        return visit if visit is not None and visit.site_id == site_id else None
    visit = visit_store.visit_by_code(tx, site_id, code)
    site = DIRECTORY.site(tx, site_id)
    if visit is None or site is None:
        return None
    zone = ZoneInfo(site.zone)
    today, first, last = (at.astimezone(zone).date() for at in (tx.now, visit.starts_at, visit.ends_at))
    return visit if first <= today <= last else None


def arrive(tx: Tx, actor: Actor, visit_id: str, asked: schemas.Arrival, drawn: bytes | None = None) -> dict[str, Any]:
    """The visitor accepted both notices and declared what they carry; host and guard are told.

    `drawn` is the signature drawn by hand, made small before.
    """
    visit = _visit_here(tx, actor, visit_id)
    limits = settings.limits(tx, visit.site_id)
    site = DIRECTORY.site(tx, visit.site_id)
    window = visit_rules.window_text(visit.starts_at, visit.ends_at, site.zone if site else "UTC")
    enforce(
        standing.fits(tx, visit, Act.ARRIVE),
        rules.notices_are_accepted(asked.privacy_version, asked.rules_version, limits),
        entry_rules.window_is_open(visit.starts_at, visit.ends_at, tx.now, limits).say(window=window, **limits.graces),
    )
    belongings.declare(tx, actor, visit_id, visit.site_id, asked.belongings)
    consents.sign(tx, actor, visit, asked.signature, drawn)
    accepted = _accepted(tx, actor, visit, asked)
    values = {"language": asked.language, "arrived_at": tx.now, "door_id": actor.door, "declined_at": None}
    if not visit_store.move(tx, visit, Act.ARRIVE, State.ARRIVED, **accepted, **values):
        raise standing.overtaken(tx, visit)
    read = (asked.privacy_version, asked.rules_version, asked.language)
    hashes = (accepted.get("privacy_sha256") or visit.privacy_sha256, accepted["rules_sha256"])
    record(tx, actor, events.VisitorArrived(visit_id, actor.door, *read, *hashes))
    guards = on_call.guards(tx, visit.site_id)
    NOTICES.tell(tx, actor, "visit.arrived", {visit.host_id, *guards}, f"/visits/{visit_id}", f"visit:{visit_id}")
    return _wait(tx, visit, State.ARRIVED)


def _accepted(tx: Tx, actor: Actor, visit: Row[Any], asked: schemas.Arrival) -> dict[str, Any]:
    """The columns that keep what is accepted; a walk-in has accepted the privacy notice when asking for the host."""
    house = texts.accept_house(tx, actor, visit.site_id, asked.language, asked.rules_sha256)
    if visit.privacy_sha256 is not None:
        return house
    return house | texts.accept_privacy(tx, actor, visit.site_id, asked.language, asked.privacy_sha256)


def decline(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The visitor does not accept the visitors' notice: the host is asked to come to the door, the guards are told.

    Nothing else changes; who thinks better of it goes on at the tablet.
    """
    visit = _visit_here(tx, actor, visit_id)
    enforce(standing.fits(tx, visit, Act.ARRIVE))
    if visit_store.note_declined(tx, visit_id):
        record(tx, actor, events.NoticeDeclined(visit_id, actor.door))
        people, page = {visit.host_id, *on_call.guards(tx, visit.site_id)}, f"/visits/{visit_id}"
        NOTICES.tell(tx, actor, "visit.declined", people, page, f"visit:{visit_id}", alarm=True)
    return waiting(tx, actor, visit_id)


def walk_in(tx: Tx, actor: Actor, asked: schemas.WalkIn) -> dict[str, Any]:
    """Somebody without an appointment asks for a host, who decides; nobody learns who works here."""
    site_id, _ = _tablet(actor)
    hosts = DIRECTORY.people_called(tx, site_id, asked.host)
    area_id = _waiting_area(tx, site_id)
    limits = settings.limits(tx, site_id)
    ends_at = tx.now + limits.walk_in_stays
    enforce(rules.host_is_found(len(hosts)), rules.privacy_notice_is_accepted(asked.privacy_version, limits))
    guest = VisitorAsked(name=asked.name, company=asked.company, phone=asked.phone)
    values = {
        "site_id": site_id, "kind": visit_rules.VisitKind.GUEST.value, "purpose": asked.purpose,
        "area_ids": [area_id], "starts_at": tx.now, "ends_at": ends_at, "items": "",
        "language": asked.language, "host_id": hosts[0].id, "requested_by": actor.id, "walk_in": True,
        "door_id": actor.door, "host_told": 1,
        **texts.accept_privacy(tx, actor, site_id, asked.language, asked.privacy_sha256),
    }  # fmt: skip
    visit_id = visits.add(tx, actor, guest, values)
    return waiting(tx, actor, visit_id)


def waiting(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """How the wait stands, for the visitor's own page."""
    visit = _visit_here(tx, actor, visit_id)
    return _wait(tx, visit, State(visit.state))


def _wait(tx: Tx, visit: Row[Any], state: State) -> dict[str, Any]:
    host = DIRECTORY.person(tx, visit.host_id)
    return {
        "visit_id": visit.id,
        "state": state.value,
        "host_name": host.name if host else "",
        "told": visit.host_told,
    }


def climb_ladder(tx: Tx) -> int:
    """Tell the next one for each walk-in still waiting: deputy after two minutes, duty manager after five."""
    climbed = 0
    for visit in store.walk_ins_waiting(tx):
        rung = rules.next_told(tx.now - visit.created_at, visit.host_told, settings.limits(tx, visit.site_id))
        if rung > visit.host_told and store.note_told(tx, visit.id, visit.host_told, rung):
            _tell_rungs(tx, visit, rung)
            climbed += 1
    return climbed


def _tell_rungs(tx: Tx, visit: Row[Any], rung: int) -> None:
    host = DIRECTORY.person(tx, visit.host_id)
    people: set[str] = set()
    if host is not None and host.deputy_no:
        deputy = DIRECTORY.person_by_no(tx, host.deputy_no)
        people |= {deputy.id} if deputy else set()
    if rung >= rules.LAST_RUNG:
        on_duty = DIRECTORY.on_duty(tx, visit.site_id, Role.DUTY_MANAGER, tx.now)
        people.update(on_duty or on_call.centre_managers(tx, visit.site_id))
    system = Actor.system("walk-ins")
    page, subject = f"/visits/{visit.id}", f"visit:{visit.id}"
    NOTICES.tell(tx, system, "visit.decide", people, page, subject, alarm=True, asks=True)


def check_id(tx: Tx, actor: Actor, visit_id: str, asked: schemas.IdCheck) -> dict[str, Any]:
    """The guard has seen the ID (已查验): kind, name, photo, expiry; it is neither kept nor copied."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    site = DIRECTORY.site(tx, visit.site_id)
    today = tx.now.astimezone(ZoneInfo(site.zone if site else "UTC")).date()
    enforce(
        visit_rules.guard_manages_outsiders(actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.CHECK_ID),
        rules.id_matches(asked.name_matches, asked.photo_matches),
        rules.id_is_valid(asked.expires_on is not None and asked.expires_on < today),
        rules.number_has_its_ground(asked.number, settings.limits(tx, visit.site_id)),
    )
    _keep_number(tx, visit.visitor_id, asked)
    values = {"id_kind": asked.id_kind.value, "id_checked_at": tx.now, "id_checked_by": actor.id}
    if not visit_store.move(tx, visit, Act.CHECK_ID, State(visit.state), **values):
        raise standing.overtaken(tx, visit)
    record(tx, actor, events.IdChecked(visit_id, asked.id_kind, actor.id))
    return views.show(tx, actor, visit_id)


def _keep_number(tx: Tx, visitor_id: str, asked: schemas.IdCheck) -> None:
    """Seal what was noted of the ID's number under the visitor's own key."""
    noted = {"id_number": asked.number.upper(), "id_last4": (asked.number or asked.last4)[-4:].upper()}
    sealed = {name: tx.vault.seal(tx, visitor_id, name, text.encode()) for name, text in noted.items() if text}
    if sealed:
        visit_store.change_visitor(tx, visitor_id, sealed)


def hand_badge(tx: Tx, actor: Actor, visit_id: str, asked: schemas.BadgeHanded) -> dict[str, Any]:
    """Give the badge: no badge before permission, ID, notices and belongings (2.1)."""
    visit = views.visit_or_404(tx, actor, visit_id, lock=True)
    steps = views.steps_seen(visit_store.steps(tx, visit_id, visit.round))
    floor = visit_rules.needs_an_escort({area.kind for area in DIRECTORY.areas(tx, visit.area_ids)})
    enforce(
        visit_rules.guard_manages_outsiders(actor.roles, visit.site_id),
        standing.fits(tx, visit, Act.HAND_BADGE),
        entry_rules.permission_is_complete(steps),
        entry_rules.id_is_checked(visit.id_checked_at is not None),
        rules.notices_are_accepted(visit.privacy_version, visit.rules_version, settings.limits(tx, visit.site_id)),
        belongings_rules.belongings_are_settled(belongings.of_visit(tx, visit_id)),
    )
    badges.hand_out(
        tx, actor, visit.site_id, asked.badge_no, visit_id, floor=floor, host_id=visit.host_id, until=visit.ends_at
    )
    state = State.CLEARED if floor else State.IN_LOUNGE
    if not visit_store.move(tx, visit, Act.HAND_BADGE, state, cleared_at=tx.now):
        raise standing.overtaken(tx, visit)
    key_store.add_key(tx, visit.site_id, visit_id, names.normalised(asked.badge_no))
    record(tx, actor, events.VisitorCleared(visit_id, asked.badge_no))
    return views.show(tx, actor, visit_id)


def _tablet(actor: Actor) -> tuple[str, str]:
    """The site and id of the tablet that calls. Raises `Forbidden` for anything but a paired tablet."""
    if actor.kind is not ActorKind.DEVICE or actor.site is None:
        raise Forbidden("请在已配对的平板上办理", "This is done at a paired tablet")
    return actor.site, actor.id


def _visit_here(tx: Tx, actor: Actor, visit_id: str) -> Row[Any]:
    """The visit, for a tablet of its site: what visitors accept or decline is their own act, there and then."""
    site_id, _ = _tablet(actor)
    visit = visit_store.visit_for_update(tx, visit_id)
    if visit is None or visit.site_id != site_id:
        raise NotFound("没有找到这次来访", "There is no such visit")
    return visit


def _waiting_area(tx: Tx, site_id: str) -> str:
    """Where a walk-in is received: the site's lounge, else its front desk."""
    areas = {area.kind: area.id for area in DIRECTORY.areas_of(tx, site_id)}
    area_id = areas.get("lounge") or areas.get("front_desk")
    if area_id is None:
        raise Conflict("本职场还没有设置休息室或前台", "This site has no lounge or front desk yet")
    return str(area_id)
