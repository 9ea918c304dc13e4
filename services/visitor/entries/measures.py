"""How the controls of visits stand: permission before entry (2.1) and areas by kind (2.6)."""

from __future__ import annotations

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.entries import store


@measure("2.1")
def visitors_are_permitted(tx: Tx, scope: Scope) -> Measured:
    """Of the visitors let in within 30 days: how many with a complete permission and a checked ID."""
    kept, total = store.let_in_rightly(tx, scope)
    late = store.overstaying(tx, scope)
    unconfirmed = store.unconfirmed(tx, scope)
    broken = kept < total
    standing = Standing.BROKEN if broken else Standing.AT_RISK if late or unconfirmed else Standing.KEPT
    return Measured(
        standing,
        zh=f"近 30 天入内 {total} 人次，许可与查验齐全 {kept}；超时未离开 {late}，离场待确认 {unconfirmed}",
        en=f"{total} entries in 30 days, {kept} with permission and ID; {late} overstay, {unconfirmed} unconfirmed",
        kept_count=kept,
        total_count=total,
        evidence="/visits",
    )


@measure("2.6")
def lounge_visits_stay_in_the_lounge(tx: Tx, scope: Scope) -> Measured:
    """Visits for the lounge within 30 days: none of them went beyond it."""
    kept, total = store.lounge_visits_kept(tx, scope)
    return Measured(
        Standing.KEPT if kept == total else Standing.BROKEN,
        zh=f"近 30 天休息室接待 {total} 人次，未经许可进入其他区域 {total - kept}",
        en=f"{total} lounge visits in 30 days, {total - kept} went beyond without permission",
        kept_count=kept,
        total_count=total,
        evidence="/visits?state=in_lounge",
    )
