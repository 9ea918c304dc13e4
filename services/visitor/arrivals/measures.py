"""How 1.5a stands at the door: every visitor is told the rules of the premises."""

from __future__ import annotations

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.entries import store


@measure("1.5a")
def visitors_are_told_the_rules(tx: Tx, scope: Scope) -> Measured:
    """Of the visitors let in within 30 days: how many accepted the visitors' notice (no food, fire or smoking)."""
    kept, total = store.told_the_rules(tx, scope)
    return Measured(
        Standing.KEPT if kept == total else Standing.BROKEN,
        zh=f"近 30 天入内 {total} 人次，已接受《访客须知》{kept}",
        en=f"{total} entries in 30 days, {kept} accepted the visitors' notice",
        kept_count=kept,
        total_count=total,
        evidence="/visits",
    )
