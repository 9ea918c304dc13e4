"""Destroying what is known of a visitor: the key first, then every clear value; what stays proves itself as before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chassis import idempotency
from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import record
from chassis.problems import SecondCheckNeeded
from chassis.rules import enforce
from services.visitor import events
from services.visitor.base import BASE
from services.visitor.erasures import facts_store, notes_store, rules, schemas, store, views
from services.visitor.holds import store as holds_store
from services.visitor.holds import views as holds
from services.visitor.visits import personal
from services.visitor.visits import store as visits_store
from services.visitor.visits import views as visits
from services.visitor.visits.rules import OVER, State


def erase(tx: Tx, actor: Actor, visit_id: str, asked: schemas.ErasureAsked) -> dict[str, Any]:
    """Destroy the personal values of the visitor of this visit, over all their visits; the certificate.

    Their name, phone and e-mail are taken out of every text, also of those about others. Once done it is done: a second
    time answers with the same certificate. The journal names no value, so its proofs hold. Raises `NotFound`,
    `SecondCheckNeeded`, `PolicyRefused` while a visit is not over or a legal hold is in force.
    """
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(rules.erases_by_right(actor.roles))
    if not actor.checked_lately(int(tx.now.timestamp())):
        raise SecondCheckNeeded()
    if store.certificate(tx, visit.visitor_id) is None:
        records = store.records_of(tx, visit.visitor_id)
        holds_store.lock(tx, records)
        enforce(holds.nothing_is_held(tx, visit.visitor_id))
        destroy(tx, actor, records, visit_id, asked.reason, everywhere=True)
    return views.certificate(tx, actor, visit_id)


def forget_past(tx: Tx) -> int:
    """Destroy what was kept as long as the privacy notice says, up to 200 records of each kind; how many. What a legal
    hold covers stays.

    Judged by the end of the visits, so that what a sleeping server missed goes at its next turn. Records that another
    replica holds are left to it.
    """
    system, until = Actor.system(rules.RETENTION), rules.kept_until(tx.now)
    pictures, numbers = store.forget_pictures(tx, until.sealed), store.forget_numbers(tx, until.sealed)
    notes = notes_store.forget_old(tx, until.contact)
    records = store.outdated(tx, until.contact)
    for row in records:
        destroy(tx, system, [row.id], row.visit_id or "", rules.TIME_IS_OVER)
    visits, old = _forget_facts(tx, until.facts)
    gone = pictures + numbers + notes + len(records) + visits + old
    if gone:
        held = len(store.outdated(tx, until.contact, held=True))
        record(tx, system, events.RetentionKept(new_id(), len(records), numbers, pictures, notes, held, visits))
    return gone


def _forget_facts(tx: Tx, before: datetime) -> tuple[int, int]:
    """Delete visits that ended before then, and other records from before; how many of each. The journal stays."""
    visits = facts_store.remove(tx, [row.visit_id for row in facts_store.ended(tx, before)])
    return visits, facts_store.remove_cases(tx, before) + facts_store.remove_certificates(tx, before)


def destroy(
    tx: Tx, actor: Actor, records: Collection[str], visit_id: str, reason: str, *, everywhere: bool = False
) -> None:
    """Destroy what is known under these records of one visitor, and certify it for each; `everywhere` also what is
    said of them in texts about others. Raises `PolicyRefused` while a visit is not over."""
    states = store.visits_of(tx, records)
    enforce(rules.every_visit_is_over(sum(State(state) not in OVER for state in states.values())))
    said = _said_of(tx, records) if everywhere else ()
    idempotency.forget_mentions(tx, BASE.keys, [*states, *store.scans_of(tx, states), *said])
    store.overwrite(tx, records, states)
    notes_store.overwrite_of(tx, records, states)
    values = {"by": actor.id, "reason": reason, "fields": list(rules.FIELDS), "visits": len(states)}
    values["badges_out"] = facts_store.badges_out(tx, states)
    for record_id in records:
        tx.vault.erase(tx, record_id)
        store.certify(tx, {"visitor_id": record_id, "visit_id": visit_id, **values})
    notes_store.take_out(tx, said)
    record(tx, actor, events.VisitorErased(visit_id, rules.FIELDS, len(states)))


def _said_of(tx: Tx, records: Collection[str]) -> set[str]:
    """By what texts may speak of a visitor: name, phone, e-mail; nothing so short that it is in every text."""
    guests = [guest for guest in (visits_store.visitor(tx, one) for one in records) if guest is not None]
    sealed = (personal.known(tx, guest, field) for guest in guests for field in ("phone", "email"))
    return {value for value in (*(guest.name for guest in guests), *sealed) if len(value) > 1}
