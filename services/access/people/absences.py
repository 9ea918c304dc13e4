"""Being away for a time: who enters it, and who stands in meanwhile."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict
from chassis.rules import enforce
from services.access import events
from services.access.people import rules, schemas, store, views
from services.access.people.decisions import TRUSTED


def keep(tx: Tx, actor: Actor, employee_no: str, asked: schemas.AbsenceKept) -> dict[str, Any]:
    """The person is away between the instants; what waits for them goes to the stand-in too. Raises `NotFound`."""
    person = views.person_or_404(tx, employee_no, lock=True)
    deputy = store.person_by_no(tx, asked.deputy_no)
    works_here = deputy is not None and deputy.active and not rules.has_left(deputy.leaves_at, tx.now)
    _enforce_may(actor, person)
    enforce(
        rules.absence_is_ahead(asked.starts_at, asked.ends_at, tx.now),
        rules.stand_in_works_here(works_here),
        rules.deputy_is_another(employee_no, asked.deputy_no),
    )
    values = {"away_from": asked.starts_at, "away_until": asked.ends_at, "away_deputy_no": asked.deputy_no}
    return _changed(tx, actor, person, values)


def end(tx: Tx, actor: Actor, employee_no: str) -> dict[str, Any]:
    """The person is back; without an absence nothing changes. Raises `NotFound`."""
    person = views.person_or_404(tx, employee_no, lock=True)
    _enforce_may(actor, person)
    return _changed(tx, actor, person, {"away_from": None, "away_until": None, "away_deputy_no": None})


def _enforce_may(actor: Actor, person: Row[Any]) -> None:
    if actor.kind not in (*TRUSTED, ActorKind.CLIENT):
        enforce(rules.enters_absence(actor.roles, actor.id, person.id))


def _changed(tx: Tx, actor: Actor, person: Row[Any], values: dict[str, Any]) -> dict[str, Any]:
    if any(getattr(person, name) != value for name, value in values.items()):
        if not store.change_person(tx, person, values):
            raise Conflict()
        record(tx, actor, events.PersonAway(person.id, values["away_from"], values["away_until"]))
    return views.show(tx, actor, person.employee_no)
