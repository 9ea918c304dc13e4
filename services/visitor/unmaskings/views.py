"""What of a visitor a reader may read whole, judged by the rules that would refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.rules import Check, allowed
from services.visitor.unmaskings import rules
from services.visitor.unmaskings.rules import Field
from services.visitor.visits import store
from services.visitor.visits import views as visits
from services.visitor.visits.rules import ON_PREMISES, ON_ROLL_CALL, State

KEPT_IN = {Field.NAME: "name", Field.PHONE: "phone", Field.EMAIL: "email", Field.ID_NUMBER: "id_last4"}
"""The column that tells whether a value is kept; of an ID the last four are, wherever anything is."""


def readable(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """What the reader may read whole of this visit's visitor, as `schemas.Unmaskable`. Raises `NotFound`."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    guest = guest_of(tx, visit)
    kept = [field for field in Field if getattr(guest, KEPT_IN[field])]
    return {"fields": [field for field in kept if allowed(*checks(actor, visit, guest, [field]))]}


def guest_of(tx: Tx, visit: Row[Any]) -> Row[Any]:
    """The visitor of a visit."""
    guest = store.visitor(tx, visit.visitor_id)
    assert guest is not None
    return guest


def checks(actor: Actor, visit: Row[Any], guest: Row[Any], fields: Sequence[Field]) -> list[Check]:
    """Every rule on this reader reading these values whole."""
    here = State(visit.state) in ON_PREMISES | ON_ROLL_CALL
    return [
        rules.unmasks_by_right(actor.roles, visit.site_id, fields),
        rules.guard_reaches_who_is_here(actor.roles, here),
        rules.visitor_is_not_erased(guest.erased_at is not None),
    ]
