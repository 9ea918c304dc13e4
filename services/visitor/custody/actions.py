"""Handing a visitor over, taking one over, bringing one back, and reminding of the end."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, NotFound
from chassis.rules import enforce
from services.visitor import events, settings
from services.visitor.base import DIRECTORY, NOTICES
from services.visitor.custody import rules, schemas, store, views
from services.visitor.escorts import actions as escorts
from services.visitor.escorts import views as escort_views
from services.visitor.visits import rules as visit_rules
from services.visitor.visits import store as visit_store
from services.visitor.visits import views as visits
from services.visitor.visits.rules import Act, State


def offer(tx: Tx, actor: Actor, visit_id: str, asked: schemas.CustodyOffer) -> dict[str, Any]:
    """The escort offers the visitor to another designated escort, who must accept."""
    visits.visit_or_404(tx, actor, visit_id, lock=True)
    to = DIRECTORY.person_by_no(tx, asked.employee_no)
    enforce(rules.person_escorts(actor.is_person), rules.offered_person_is_known(to is not None))
    assert to is not None
    escorts.offer_custody(tx, actor, visit_id, to.id)
    return visits.show(tx, actor, visit_id)


def accept(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The offered escort consents and has custody from now on."""
    visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(rules.person_escorts(actor.is_person))
    escorts.accept_custody(tx, actor, visit_id)
    return visits.show(tx, actor, visit_id)


def decline(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The offered escort declines; custody stays where it is. They see the visit once more, then no longer."""
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(rules.person_escorts(actor.is_person))
    escorts.decline_custody(tx, actor, visit_id)
    return visits.shown(tx, actor, visit)


def take_over(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """A designated escort takes over a visitor whose escort may escort no more, and so can hand over nothing."""
    enforce(rules.person_escorts(actor.is_person))
    visit = visit_store.visit_for_update(tx, visit_id)
    if visit is None or not (visits.may_see(tx, actor, visit) or views.could_take(tx, visit_id, actor.id)):
        raise NotFound("没有找到这次来访", "There is no such visit")
    escorts.take_over_custody(tx, actor, visit_id)
    return visits.show(tx, actor, visit_id)


def bring_back(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The escort says that the visitor is out of the area again; custody ends and the lounge has them back."""
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    held = escorts.custody_of(tx, visit_id)
    words = escort_views.names_of(tx, held.escort_id if held is not None else "")
    enforce(
        rules.person_escorts(actor.is_person),
        rules.holder_brings_back(held.escort_id if held is not None else None, actor.id).say(holder=words["who"]),
        visit_rules.act_fits_state(Act.LEAVE_AREA, State(visit.state)).say(state=visit.state),
    )
    escorts.end_custody(tx, actor, visit_id)
    if not visit_store.move(tx, visit, Act.LEAVE_AREA, State.IN_LOUNGE):
        raise Conflict()
    record(tx, actor, events.VisitorLeftArea(visit_id))
    return views.company(tx, actor)


def remind(tx: Tx) -> int:
    """Tell each escort once that a visit in their company comes to its planned end; how many."""
    system, reminded = Actor.system("custody"), 0
    for site_id in DIRECTORY.site_ids(tx):
        before = tx.now + settings.limits(tx, site_id).remind_escort_before
        for row in store.to_remind(tx, site_id, before):
            if store.note_reminded(tx, row.id):
                NOTICES.tell(tx, system, "custody_ends", [row.escort_id], "/escorts", f"visit:{row.visit_id}")
                reminded += 1
    return reminded
