"""How 2.3 stands: strangers are shown out, soon."""

from __future__ import annotations

from datetime import timedelta

from chassis.db import Tx
from chassis.measures import Measured, Standing, measure
from services.visitor.strangers import store

MONTH = timedelta(days=30)
SOON = timedelta(minutes=10)


@measure("2.3")
def strangers_are_shown_out(tx: Tx) -> Measured:
    """Of the strangers seen within 30 days: how many were out within ten minutes."""
    in_time, total, still_in = store.shown_out_in_time(tx, tx.now - MONTH, SOON)
    standing = Standing.BROKEN if still_in else Standing.AT_RISK if in_time < total else Standing.KEPT
    return Measured(
        standing,
        zh=f"近 30 天陌生人 {total} 起，10 分钟内请离 {in_time} 起，尚未请离 {still_in} 起",
        en=f"{total} strangers in 30 days, {in_time} out within 10 minutes, {still_in} not out yet",
        kept_count=in_time,
        total_count=total,
        evidence="/strangers",
        owner="guard",
    )
