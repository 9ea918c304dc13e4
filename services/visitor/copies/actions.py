"""Making a copy of all that is kept of a visitor, and keeping that it was made."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import SecondCheckNeeded
from chassis.rules import enforce
from services.visitor import events
from services.visitor.base import DIRECTORY
from services.visitor.copies import rules, schemas
from services.visitor.copies.gathering import Kept
from services.visitor.erasures import store as erasures
from services.visitor.register.fields import FIELDS
from services.visitor.register.views import shown
from services.visitor.visits import store
from services.visitor.visits import views as visits


def copy(tx: Tx, actor: Actor, visit_id: str, asked: schemas.CopyAsked) -> dict[str, Any]:
    """Everything kept of this visit's visitor, over the records an erasure reaches, as `schemas.Copy`.

    The journal keeps for whom, and no value. Raises `NotFound`, `PolicyRefused`, `SecondCheckNeeded`.
    """
    visit = visits.visit_or_404(tx, actor, visit_id)
    guest = store.visitor(tx, visit.visitor_id)
    assert guest is not None
    enforce(
        rules.copies_by_right(actor.roles),
        rules.asker_is_known(asked.identity_checked),
        rules.something_is_kept(guest.erased_at is not None),
    )
    if not actor.checked_lately(int(tx.now.timestamp())):
        raise SecondCheckNeeded()
    kept = Kept.of(tx, erasures.records_of(tx, guest.id))
    record(tx, actor, events.VisitorCopied(visit_id, asked.made_for, len(kept.visits)))
    values, site = kept.values(), DIRECTORY.site(tx, visit.site_id)
    named = {one["field"] for one in values}
    return {
        "visit_id": visit_id,
        "made_at": tx.now,
        "made_by": DIRECTORY.names(tx, [actor.id]).get(actor.id),
        "made_for": asked.made_for,
        "zone": site.zone if site is not None else "UTC",
        "visits": [{"visit_id": one.id, "starts_at": one.starts_at, "ends_at": one.ends_at} for one in kept.visits],
        "fields": [shown(entry) for entry in FIELDS if entry.field in named],
        "values": values,
    }
