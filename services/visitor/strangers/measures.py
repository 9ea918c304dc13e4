"""How 2.3 stands: strangers are shown out, soon."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.strangers import store
from services.visitor.strangers.rules import StrangerState

SOON = timedelta(minutes=10)


@measure("2.3")
def strangers_are_shown_out(tx: Tx, scope: Scope) -> Measured:
    """Of the strangers seen within 30 days: how many were out within ten minutes; time to exit is the median.

    One who is still on the floor after that breaks the control; before that, or where it took longer, it is at risk.
    """
    rows = store.times_since(tx, scope)
    still_in = [row for row in rows if row.state == StrangerState.SEEN]
    overdue = [row.seen_at for row in still_in if tx.now - row.seen_at > SOON]
    took = [time_to_exit(row) for row in rows if row.state != StrangerState.SEEN]
    in_time = sum(1 for one in took if one <= SOON)
    standing = Standing.BROKEN if overdue else Standing.AT_RISK if in_time < len(rows) else Standing.KEPT
    minutes = round(median(one.total_seconds() for one in took) / 60) if took else None
    shown = "—" if minutes is None else str(minutes)
    return Measured(
        standing,
        zh=f"近 30 天陌生人 {len(rows)} 起，10 分钟内请离 {in_time} 起，中位用时 {shown} 分钟，"
        f"尚未请离 {len(still_in)} 起",
        en=f"{len(rows)} strangers in 30 days, {in_time} out within 10 minutes (median {shown}), "
        f"{len(still_in)} not out yet",
        kept_count=in_time,
        total_count=len(rows),
        evidence="/strangers",
        since=min(overdue, default=None),
    )


def time_to_exit(row: Row[Any]) -> timedelta:
    """From being seen until out; for one who left unasked, until the case was closed."""
    gone: timedelta = (row.out_at or row.closed_at) - row.seen_at
    return gone
