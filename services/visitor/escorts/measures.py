"""How 2.4 stands: visitors inside are in a designated escort's company."""

from __future__ import annotations

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.escorts import store


@measure("2.4")
def visitors_are_escorted(tx: Tx, scope: Scope) -> Measured:
    """Of the stretches of company begun within 30 days: how many never lost their escort.

    A visitor who is without an entitled escort now breaks the control; nobody designated, or a loss that was mended,
    puts it at risk.
    """
    total, lost, since = store.counts_since(tx, scope)
    designated = store.count_designated(tx, scope)
    at_risk = lost or not designated
    standing = Standing.BROKEN if since is not None else Standing.AT_RISK if at_risk else Standing.KEPT
    return Measured(
        standing,
        zh=f"近 30 天陪同 {total} 次，途中失去陪同资格 {lost} 次；现有指定陪同人员 {designated} 人",
        en=f"{total} escorted stretches in 30 days, {lost} lost their escort; {designated} people designated now",
        kept_count=total - lost,
        total_count=total,
        evidence="/settings/escorts",
        since=since,
        next_due_at=store.next_end(tx, scope),
    )
