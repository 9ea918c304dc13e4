"""What a decider should see before deciding: how often this person comes, when, where and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from chassis.db import Tx
from services.visitor.base import DIRECTORY
from services.visitor.visits import related_store


def risk_of(tx: Tx, visit: Row[Any], guest: Row[Any], areas: Sequence[Row[Any]]) -> dict[str, Any]:
    """A visit's risk line as `schemas.Risk`."""
    return {
        "visits_this_month": visits_this_month(tx, visit, guest),
        "after_hours": not DIRECTORY.in_office_hours(tx, visit.site_id, visit.starts_at, visit.ends_at),
        "privileged": any(area.privileged for area in areas),
        "escort_named": visit.escort_id is not None,
    }


def visits_this_month(tx: Tx, visit: Row[Any], guest: Row[Any]) -> int:
    """How many visits, this one among them, the same person makes in its local month."""
    site = DIRECTORY.site(tx, visit.site_id)
    local = visit.starts_at.astimezone(ZoneInfo(site.zone if site else "UTC"))
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    next_first = (first + timedelta(days=32)).replace(day=1)
    return related_store.visits_of_person(tx, guest, first, next_first)
