"""Reading a visitor's values whole, and keeping that they were read."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import SecondCheckNeeded
from chassis.rules import enforce
from services.visitor import events
from services.visitor.unmaskings import schemas, views
from services.visitor.unmaskings.rules import Field
from services.visitor.visits import personal
from services.visitor.visits import views as visits

COLUMNS = {
    Field.NAME: ("name",),
    Field.PHONE: ("phone",),
    Field.EMAIL: ("email",),
    Field.ID_NUMBER: ("id_number", "id_last4"),
}
"""What each value is kept in."""
ALL = tuple(column for columns in COLUMNS.values() for column in columns)


def unmask(tx: Tx, actor: Actor, visit_id: str, asked: schemas.UnmaskingAsked) -> dict[str, Any]:
    """The whole values that were asked for, as `schemas.Unmasked`. The journal keeps which and why, and no value.

    Raises `NotFound`, `PolicyRefused`, `SecondCheckNeeded`.
    """
    visit = visits.visit_or_404(tx, actor, visit_id)
    guest = views.guest_of(tx, visit)
    fields = sorted(set(asked.fields), key=list(Field).index)
    enforce(*views.checks(actor, visit, guest, fields))
    if not actor.checked_lately(int(tx.now.timestamp())):
        raise SecondCheckNeeded()
    asked_for = {column for field in fields for column in COLUMNS[field]}
    values = {column: _whole(tx, guest, column) if column in asked_for else None for column in ALL}
    record(tx, actor, events.VisitorUnmasked(visit_id, tuple(fields), asked.reason))
    return {"visit_id": visit_id, "at": tx.now, "reason": asked.reason, **values}


def _whole(tx: Tx, guest: Row[Any], column: str) -> str | None:
    return guest.name if column == "name" else personal.known(tx, guest, column) or None
