"""Erasures that were asked for, as the list outside the database keeps them; and doing them again in an older copy."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.actor import Actor
from chassis.columns import instant_text
from chassis.db import Tx
from chassis.journal import record
from chassis.outside import Erased, Erasing
from services.visitor import events
from services.visitor.consents import store as consents
from services.visitor.erasures import actions, again_store, rules, store
from services.visitor.holds import store as holds
from services.visitor.visits import store as visits_store
from services.visitor.visits.rules import OVER, State

VISITOR, CONSENT = "visitor", "consent"
RESTORE = Actor.system(rules.RESTORE)


def asked(tx: Tx) -> list[Erased]:
    """Erasures and withdrawn consents; what the retention run takes it takes again by itself."""
    erased = [Erased(instant_text(row.at), VISITOR, row.visitor_id) for row in again_store.asked(tx)]
    withdrawn = again_store.withdrawn(tx)
    return [*erased, *(Erased(instant_text(row.withdrawn_at), CONSENT, _id(row)) for row in withdrawn)]


def undone(tx: Tx, listed: Sequence[Erased]) -> list[Erased]:
    """Of what is listed, that which this database still holds."""
    people = again_store.not_erased(tx, [one.id for one in listed if one.kind == VISITOR])
    visit_ids = [one.id.partition("/")[0] for one in listed if one.kind == CONSENT]
    given = {_id(row): instant_text(row.agreed_at) for row in again_store.given(tx, visit_ids)}
    return [
        one
        for one in listed
        if (one.kind == VISITOR and one.id in people) or (one.kind == CONSENT and given.get(one.id, one.at) < one.at)
    ]


def redo(tx: Tx, listed: Sequence[Erased]) -> int:
    """Erase and withdraw again; how many. A visitor whose visit is not over in this copy, or who is held, waits."""
    visitors = sum(_erase(tx, one) for one in listed if one.kind == VISITOR)
    withdrawn = sum(_withdraw(tx, one) for one in listed if one.kind == CONSENT)
    if visitors or withdrawn:
        record(tx, RESTORE, events.ErasuresRedone("erasures", visitors, withdrawn))
    return visitors + withdrawn


ERASING = Erasing(asked, undone, redo)


def _erase(tx: Tx, one: Erased) -> bool:
    holds.lock(tx, [one.id])
    guest, visits = visits_store.visitor(tx, one.id), store.visits_of(tx, [one.id])
    over = all(State(state) in OVER for state in visits.values())
    if guest is None or guest.erased_at is not None or not over or holds.in_force_on(tx, one.id):
        return False
    actions.destroy(tx, RESTORE, [one.id], max(visits, default=""), rules.ERASED_AGAIN, everywhere=True)
    return True


def _withdraw(tx: Tx, one: Erased) -> bool:
    visit_id, _, what = one.id.partition("/")
    visit = visits_store.visit_for_update(tx, visit_id)
    held = visit is not None and bool(holds.in_force_on(tx, visit.visitor_id))
    if not consents.withdraw(tx, visit_id, what, held=held):
        return False
    record(tx, RESTORE, events.ConsentWithdrawn(visit_id, what))
    return True


def _id(row: object) -> str:
    return f"{row.visit_id}/{row.what}"  # type: ignore[attr-defined]
