"""Whether somebody is on duty in the week to come."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from chassis.db import Tx
from chassis.office_hours import Span
from chassis.readiness import Ready, readiness
from chassis.roles import Role
from services.access.roster import views
from services.access.sites import store as sites

AHEAD = timedelta(days=7)


@readiness("roster", zh="值班表", en="Duty roster", page="/roster")
def a_week_is_covered(tx: Tx) -> Ready:
    """No hour of the next seven days that somebody must cover is left open."""
    found: list[tuple[str, str]] = []
    for site in sites.all_of(tx, "site"):
        if not site["active"]:
            continue
        row = views.site_or_404(tx, site["id"])
        gaps = views.gaps(tx, row, Span(tx.now, tx.now + AHEAD))
        if gaps:
            kind, span = gaps[0]
            first, title = span.begin.astimezone(ZoneInfo(row.zone)), Role(kind.value)
            hours = sum((gap.end - gap.begin for _, gap in gaps), timedelta()) // timedelta(hours=1)
            found.append((
                f"{row.name}今后 7 天有 {hours} 小时没有人，最早 {first:%m-%d %H:%M} 缺{title.zh}",
                f"{row.name_en}: {hours} hours of the next 7 days are open, first on {first:%m-%d %H:%M} ({title.en})",
            ))  # fmt: skip
    if not found:
        return Ready(True, "今后 7 天都有人值班", "Somebody is on duty throughout the next 7 days")
    return Ready(False, "；".join(zh for zh, _ in found), "; ".join(en for _, en in found))
