"""Reading the certificate of an erasure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.paging import MOST
from chassis.problems import NotFound
from chassis.rules import enforce
from services.visitor.base import DIRECTORY
from services.visitor.erasures import facts_store, rules, store
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS, years_after
from services.visitor.visits import views as visits

WEEK, CONTACT = timedelta(days=7), timedelta(days=DAYS["contact"])


def certificate(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The certificate for the visitor of this visit, as `schemas.Certificate`. Raises `NotFound`."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    row = store.certificate(tx, visit.visitor_id)
    if row is None:
        raise NotFound("没有删除记录", "Nothing was erased")
    return shown(tx, row)


def retention(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Who goes within a week, the soonest first, as `schemas.Retention`. Raises `PolicyRefused`."""
    enforce(rules.sees_retention(actor.roles))
    within = rules.kept_until(tx.now + WEEK)
    goes = {
        name: [{"visit_id": row.visit_id, "ended_at": row.ended_at, "goes_at": row.ended_at + CONTACT} for row in found]
        for name, found in (
            ("items", store.outdated(tx, within.contact, MOST)),
            ("held", store.outdated(tx, within.contact, MOST, held=True)),
        )
    }
    facts = {name: facts_store.ended(tx, within.facts, MOST, out=name == "out") for name in ("facts", "out")}
    goes |= {name: [_facts(row) for row in found] for name, found in facts.items()}
    periods = {"sealed_days": DAYS["photo"], "contact_days": DAYS["contact"], "facts_years": YEARS_OF_FACTS}
    return {**periods, **goes}


def _facts(row: Row[Any]) -> dict[str, Any]:
    goes_at = years_after(row.ended_at, YEARS_OF_FACTS)
    return {"visit_id": row.visit_id, "ended_at": row.ended_at, "goes_at": goes_at}


def shown(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """A certificate's row as `schemas.Certificate`."""
    plain = {name: getattr(row, name) for name in ("id", "visit_id", "at", "reason", "visits")}
    lists = {"fields": list(row.fields), "badges_out": list(row.badges_out)}
    return {**plain, **lists, "by": DIRECTORY.names(tx, [row.by]).get(row.by)}
