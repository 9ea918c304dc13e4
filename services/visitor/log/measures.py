"""How 2.12.2 stands in the log of visits: files that leave it are known by who took them."""

from __future__ import annotations

from chassis.db import Tx
from chassis.measures import Measured, Scope, Standing, measure
from services.visitor.log import store


@measure("2.12.2")
def files_are_with_people_who_work_here(tx: Tx, scope: Scope) -> Measured:
    """Of the files of the log taken within 30 days, at any site: how many by people who still work here.

    Each carries its reader and time; one with somebody who has left is to be asked back.
    """
    total, with_leavers = store.exports_since(tx, scope)
    gone = len(with_leavers)
    return Measured(
        Standing.AT_RISK if gone else Standing.KEPT,
        zh=f"近 30 天导出来访记录 {total} 次，均带水印；其中导出人已离职 {gone}",
        en=f"{total} files of the visit log in 30 days, each watermarked; {gone} with people who left",
        kept_count=total - gone,
        total_count=total,
        evidence="/visits/exports",
        since=min((row.at for row in with_leavers), default=None),
    )
