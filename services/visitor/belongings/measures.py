"""How 2.7c stands at the door: listed media stay outside."""

from __future__ import annotations

from datetime import timedelta

from chassis.db import Tx
from chassis.measures import Measured, Standing, measure
from services.visitor.belongings import store

MONTH = timedelta(days=30)


@measure("2.7c")
def listed_media_stay_outside(tx: Tx) -> Measured:
    """Of the listed media visitors declared within 30 days: how many were left outside."""
    kept, total = store.media_since(tx, tx.now - MONTH)
    return Measured(
        Standing.KEPT if kept == total else Standing.AT_RISK,
        zh=f"近 30 天访客申报介质 {total} 件，已寄存 {kept}",
        en=f"{total} media declared by visitors in 30 days, {kept} left outside",
        kept_count=kept,
        total_count=total,
        evidence="/visits",
        owner="guard",
    )
