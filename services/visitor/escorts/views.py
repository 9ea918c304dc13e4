"""Reading escorts: who is entitled, and with which words a rule would refuse somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.directory import is_present
from chassis.paging import PageAsked, page_of
from chassis.problems import NotFound
from chassis.roles import MANAGERS, covers
from chassis.rules import Check, allowed
from services.visitor.base import DIRECTORY
from services.visitor.escorts import rules, store
from services.visitor.escorts.rules import DesignationState, EscortKind

LATELY = timedelta(days=30)
"""How long an ended designation is looked at: what was to be seen to then has long been."""
NOBODY_ZH, NOBODY_EN = "暂无，请联系运营经理指定", "nobody yet; the centre manager can designate"


@dataclass(frozen=True, slots=True)
class Entitled:
    """Somebody who may escort, with how many visitors are in his company now and whether one more may be."""

    id: str
    name: str
    employee_no: str
    department_name: str
    most_open: int
    open_now: int
    has_room: bool


def entitled(
    tx: Tx, site_id: str, kind: EscortKind, area_ids: Collection[str], begin: datetime, end: datetime
) -> list[Entitled]:
    """Who is here and designated for each of these areas that needs an escort, from `begin` to `end`, by number."""
    area_ids = guarded(tx, area_ids)
    rows = store.designated_people(tx, site_id, kind, begin, end)
    held = store.count_held(tx, {row.person_id for row in rows})
    found = []
    for person_id, of_one in groupby(rows, key=lambda row: row.person_id):
        own = list(of_one)
        designations = [_as_rules_see(row) for row in own]
        if not _may_escort(tx, own[0], person_id, kind):
            continue
        if not rules.designated_throughout(designations, kind, area_ids, begin, end):
            continue
        most = rules.room_of(designations, kind, area_ids, begin)
        open_now = held.get(person_id, 0)
        room = allowed(rules.escort_has_room(open_now, most))
        who = (person_id, own[0].name, own[0].employee_no, own[0].department_name)
        found.append(Entitled(*who, most, open_now, room))
    return found


def designations_of(tx: Tx, person_id: str, since: datetime | None = None) -> list[rules.Designation]:
    """A person's designations as the rules see them: in force, to come, and those that ended lately, or `since`."""
    return [_as_rules_see(row) for row in store.designations_of(tx, person_id, since or tx.now - LATELY)]


def checks_for(tx: Tx, escort: Row[Any], kind: EscortKind, area_ids: Collection[str], at: datetime) -> list[Check]:
    """Every rule on `escort` (a person of the directory) accompanying a visit of this kind to these areas at `at`.

    Naming an escort beforehand and entering ask the same, but for the room that only counts now; the texts say who
    could go instead.
    """
    checks = _bare_checks(tx, escort, kind, area_ids, at)
    if allowed(*checks):
        return checks
    others = _who_instead(tx, escort.site_id, kind, guarded(tx, area_ids), at, but=escort.id)
    return [check.say(name=escort.name, **others) for check in checks]


def could_escort(tx: Tx, escort: Row[Any], kind: EscortKind, area_ids: Collection[str]) -> bool:
    """Whether every such rule holds now; nobody is looked for who could go instead."""
    return allowed(*_bare_checks(tx, escort, kind, area_ids, tx.now))


def _bare_checks(tx: Tx, escort: Row[Any], kind: EscortKind, area_ids: Collection[str], at: datetime) -> list[Check]:
    area_ids, designations = guarded(tx, area_ids), designations_of(tx, escort.id)
    held, most = len(store.held_by(tx, escort.id)), rules.room_of(designations, kind, area_ids, at)
    checks = [
        rules.escort_is_present(is_present(escort, at)),
        rules.escort_is_designated(designations, kind, area_ids, at),
        rules.escort_of_guests_is_a_manager(kind, holds_management_post(tx, escort)),
    ]
    if most and at <= tx.now:
        checks.append(rules.escort_has_room(held, most).say(open=str(held), most=str(most)))
    return checks


def checks_for_nobody(tx: Tx, site_id: str, kind: EscortKind, area_ids: Collection[str], at: datetime) -> list[Check]:
    """The refusal of a badge that belongs to nobody, with who could escort this visit."""
    return [rules.escort_is_known(False).say(**_who_instead(tx, site_id, kind, area_ids, at))]


def guarded(tx: Tx, area_ids: Collection[str]) -> list[str]:
    """Those of the areas that need an escort."""
    return [area.id for area in DIRECTORY.areas(tx, area_ids) if area.kind not in rules.NEEDS_NO_ESCORT]


def lost_because(tx: Tx, custody: Row[Any]) -> rules.LostBecause | None:
    """Why the escort of an open custody may escort that visitor no more; None while he may."""
    return lost_because_of(tx, custody.escort_id, EscortKind(custody.kind), custody.area_ids)


def lost_because_of(tx: Tx, escort_id: str, kind: EscortKind, area_ids: Collection[str]) -> rules.LostBecause | None:
    """Why this person may not escort a visit of the kind to these areas now; None when he may."""
    escort = DIRECTORY.person(tx, escort_id)
    if escort is None or not is_present(escort, tx.now):
        return rules.LostBecause.LEFT
    if not rules.escort_is_designated(designations_of(tx, escort_id), kind, area_ids, tx.now):
        return rules.LostBecause.NOT_DESIGNATED
    if not rules.escort_of_guests_is_a_manager(kind, holds_management_post(tx, escort)):
        return rules.LostBecause.NO_MANAGER
    return None


def unescorted(tx: Tx, person_id: str) -> list[str]:
    """Ids of the visits in this person's company whom he may escort no more."""
    return [row.visit_id for row in store.held_by(tx, person_id) if lost_because(tx, row) is not None]


def holds_management_post(tx: Tx, person: Row[Any]) -> bool:
    """Whether the person holds a management post, by HR's record or by role."""
    roles = DIRECTORY.roles(tx, person.id)
    return bool(person.management) or any(covers(roles, role) for role in MANAGERS)


def list_designations(tx: Tx, actor: Actor, site_id: str, page: PageAsked, over: bool) -> dict[str, Any]:
    """A page of a site's designations, newest first, each with what the caller may do."""
    found = page_of(store.listed(tx, site_id, page, over=over), page, "created_at")
    may = allowed(rules.designates_escorts(actor.roles, site_id))
    return {**found, "items": _shown(tx, actor, found["items"]), "can": ["designate"] if may else []}


def show_designation(tx: Tx, actor: Actor, designation_id: str) -> dict[str, Any]:
    """One designation. Raises `NotFound`."""
    row = store.designation(tx, designation_id)
    if row is None:
        raise NotFound("没有这项陪同指定", "There is no such designation")
    return _shown(tx, actor, [dict(row._mapping)])[0]


def list_entitled(
    tx: Tx, _actor: Actor, site_id: str, kind: EscortKind, area_ids: list[str], begin: datetime, end: datetime
) -> dict[str, Any]:
    """Who may escort, for choosing one."""
    return {"items": entitled(tx, site_id, kind, area_ids, begin, end)}


def names_of(tx: Tx, *person_ids: str) -> dict[str, str]:
    """The words `who` and `who_en` of a refusal: these people's names, or that there is nobody."""
    return _names([known["name"] for known in DIRECTORY.names(tx, person_ids).values()])


def _names(names: Sequence[str]) -> dict[str, str]:
    return {"who": "、".join(names) or NOBODY_ZH, "who_en": ", ".join(names) or NOBODY_EN}


def _who_instead(
    tx: Tx, site_id: str | None, kind: EscortKind, area_ids: Collection[str], at: datetime, *, but: str = ""
) -> dict[str, str]:
    areas = DIRECTORY.areas(tx, area_ids)
    site_id = areas[0].site_id if areas else site_id
    others = entitled(tx, site_id, kind, area_ids, at, at) if site_id else []
    return _names([one.name for one in others if one.has_room and one.id != but])


def _may_escort(tx: Tx, row: Row[Any], person_id: str, kind: EscortKind) -> bool:
    if not is_present(row, tx.now):
        return False
    if kind is not EscortKind.GUESTS or row.management:
        return True
    person = DIRECTORY.person(tx, person_id)
    return person is not None and holds_management_post(tx, person)


def _as_rules_see(row: Row[Any]) -> rules.Designation:
    ends_at = row.ends_at if row.ended_at is None else min(row.ends_at, row.ended_at)
    kind, areas = EscortKind(row.kind), frozenset(row.area_ids)
    return rules.Designation(kind, areas, row.starts_at, ends_at, row.most_open)


def _present(tx: Tx, person_ids: Collection[str]) -> set[str]:
    """Which of these people still work here."""
    people = (DIRECTORY.person(tx, person_id) for person_id in person_ids)
    return {person.id for person in people if person is not None and is_present(person, tx.now)}


def _shown(tx: Tx, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    people = {row[name] for row in rows for name in ("person_id", "designated_by", "ended_by")}
    names = DIRECTORY.names(tx, people)
    areas = {area.id: area for area in DIRECTORY.areas(tx, {area for row in rows for area in row["area_ids"]})}
    held = store.count_held(tx, {row["person_id"] for row in rows})
    here = _present(tx, {row["person_id"] for row in rows})
    shown = []
    for row in rows:
        state = rules.state_at(row["starts_at"], row["ends_at"], row["ended_at"], tx.now)
        is_over = state in (DesignationState.EXPIRED, DesignationState.ENDED)
        may_end = not is_over and allowed(rules.designates_escorts(actor.roles, row["site_id"]))
        known = [areas[area_id] for area_id in row["area_ids"] if area_id in areas]
        shown.append(
            {
                **{name: value for name, value in row.items() if name not in ("person_id", "area_ids")},
                "person": names.get(row["person_id"]),
                "present": row["person_id"] in here,
                "state": state,
                "areas": [{"id": a.id, "code": a.code, "name": a.name, "name_en": a.name_en} for a in known],
                "open_now": held.get(row["person_id"], 0),
                "designated_by": names.get(row["designated_by"]),
                "ended_by": names.get(row["ended_by"] or ""),
                "can": ["end"] if may_end else [],
            }
        )
    return shown
