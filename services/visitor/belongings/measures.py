"""How 2.7c stands at the door: listed media stay outside."""

from __future__ import annotations

from datetime import timedelta

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.badges import store as badges
from services.visitor.belongings import store

SETTLING = timedelta(minutes=10)
"""What a visitor with a badge shows at the desk is in a locker within this."""
UNCOLLECTED = timedelta(days=1)


@measure("2.7c")
def listed_media_stay_outside(tx: Tx, scope: Scope) -> Measured:
    """Of the listed media of visitors who got a badge within 30 days: how many were left outside.

    One that its owner took along past the badge breaks the control; one left longer than a day puts it at risk.
    """
    left = store.media_left_outside(tx, scope)
    loose = store.visits_with_loose_media(tx, scope, tx.now - SETTLING)
    with_badge = badges.visits_with_badge(tx, loose)
    inside = sum(1 for visit_id in loose if visit_id in with_badge)
    forgotten = store.in_locker_since(tx, scope, tx.now - UNCOLLECTED)
    standing = Standing.BROKEN if inside else Standing.AT_RISK if forgotten else Standing.KEPT
    return Measured(
        standing,
        zh=f"近 30 天访客所列介质 {left + inside} 件，已寄存 {left}；寄存超过一天未领 {forgotten}",
        en=f"{left + inside} listed media in 30 days, {left} left outside; {forgotten} not collected for a day",
        kept_count=left,
        total_count=left + inside,
        evidence="/visits",
    )
