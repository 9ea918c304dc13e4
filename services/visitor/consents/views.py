"""Reading what a visitor agreed to: the picture itself for who needs it, and what a visit's page says of it."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import NotFound
from chassis.rules import enforce
from chassis.vault import Erased
from services.visitor.consents import rules, store
from services.visitor.consents.rules import Consent
from services.visitor.visits import views as visits


def picture(tx: Tx, actor: Actor, visit_id: str, what: Consent) -> tuple[bytes, str]:
    """The picture and its media type. Raises `NotFound`, `PolicyRefused` for who has no need."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    enforce(rules.needs_the_picture(visits.helps(actor, visit)))
    row = store.one(tx, visit_id, what)
    if row is None or row.withdrawn_at is not None or row.sealed is None or row.media_type is None:
        raise NotFound("没有保存", "None is kept")
    try:
        return tx.vault.open_(tx, row.visitor_id, what, row.sealed), row.media_type
    except Erased as error:
        raise NotFound("已删除", "It was erased") from error


def of_visit(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """What was agreed to for a visit, as `schemas.Consents`; a typed signature for who needs it."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    needs = visits.helps(actor, visit)
    items = []
    for row in store.of_visit(tx, visit_id):
        given = row.withdrawn_at is None
        typed = needs and given and row.media_type is None
        items.append(
            {
                **{name: getattr(row, name) for name in ("what", "agreed_at", "withdrawn_at")},
                "has_picture": given and row.media_type is not None,
                "text": tx.vault.text(tx, row.visitor_id, row.what, row.sealed) if typed else None,
            }
        )
    return {"items": items, "can": ["see", "withdraw"] if needs else []}
