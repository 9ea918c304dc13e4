"""The day as a desk shows it: each figure with the item that most needs somebody, and thirty days of visitors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from chassis.actor import Actor
from chassis.db import Tx
from services.visitor.badges.rules import day_of
from services.visitor.base import DIRECTORY
from services.visitor.entries import store as entries
from services.visitor.entries.views import enforce_watcher
from services.visitor.lobby import store
from services.visitor.lobby.views import NEXT, STRANGERS_OF, WALK_INS_OF, Guests, rest_of_today
from services.visitor.strangers.rules import StrangerState
from services.visitor.visits import rules, views
from services.visitor.visits.rules import State

DAYS = 30


def today(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """A site today, as `schemas.Desk`."""
    enforce_watcher(actor, site_id)
    coming = store.expected(tx, site_id, *rest_of_today(tx, site_id), NEXT)
    shown = Guests(tx, actor, site_id, coming)
    return {
        "site_id": site_id,
        "as_of": tx.now,
        "figures": [*_people(tx, actor, site_id), *_waiting(tx, actor, site_id), *_things(tx, actor, site_id)],
        "expected": [shown.guest(row) for row in coming],
        "days": _days(tx, site_id),
    }


def _people(tx: Tx, actor: Actor, site_id: str) -> list[dict[str, Any]]:
    """Those on the premises, those at the desk, those here too long, those nobody saw leaving."""
    here = entries.people_here(tx, site_id)
    on_site = [row for row in here if row["state"] in rules.ON_PREMISES]
    at_desk = [row for row in on_site if row["state"] == State.ARRIVED]
    late = [row for row in on_site if views.is_late(tx, site_id, row["ends_at"])]
    alone = [row for row in on_site if row["lost_at"] is not None]
    gone = [row for row in here if row["state"] == State.LEFT_UNCONFIRMED]
    return [
        _figure("on_site", len(on_site)),
        _figure("at_desk", len(at_desk), _worst(actor, at_desk, "arrived_at")),
        _figure("overstay", len(late), _worst(actor, late, "ends_at")),
        _figure("escort_lost", len(alone), _worst(actor, alone, "lost_at")),
        _figure("to_confirm", len(gone), _worst(actor, gone, "left_at")),
    ]


def _waiting(tx: Tx, actor: Actor, site_id: str) -> list[dict[str, Any]]:
    """Visits that wait for a decision, walk-ins that wait at the desk for theirs, and visits still expected."""
    waiting, first = store.waiting(tx, site_id)
    asking = [row for row in store.walk_ins(tx, site_id, tx.now - WALK_INS_OF) if row["state"] in rules.WAITING]
    begin, end = rest_of_today(tx, site_id)
    return [
        _figure("waiting", waiting, _worst(actor, [first] if first else [], "created_at")),
        _figure("walk_ins", len(asking), _worst(actor, asking, "created_at")),
        _figure("expected", store.expected_count(tx, site_id, begin, end)),
    ]


def _things(tx: Tx, actor: Actor, site_id: str) -> list[dict[str, Any]]:
    """Strangers still in, badges out, and those of them that should be back."""
    seen = store.strangers(tx, site_id, tx.now - STRANGERS_OF)
    still_in = [row for row in seen if row["state"] == StrangerState.SEEN]
    missing = store.badges_missing(tx, site_id)
    first = min(still_in, key=lambda row: row["seen_at"], default=None)
    stranger = None
    if first is not None:
        where = {"name": first["place"], "name_en": first["place_en"]}
        stranger = {"page": f"/strangers/{first['id']}", **where, "since": first["seen_at"]}
    return [
        _figure("strangers", len(still_in), stranger),
        _figure("badges_out", store.badges_out(tx, site_id)),
        _figure("badges_missing", len(missing), _worst(actor, missing, "due_at")),
    ]


def _figure(key: str, n: int, worst: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"key": key, "n": min(n, store.COUNTED_TO), "more": n > store.COUNTED_TO, "worst": worst}


def _worst(actor: Actor, rows: Iterable[Mapping[str, Any]], since: str) -> dict[str, Any] | None:
    """The visit that has stood so the longest."""
    row = min(rows, key=lambda row: row[since], default=None)
    if row is None:
        return None
    name = views.name_for(actor, row)
    return {"page": f"/visits/{row['id']}", "name": name, "name_en": name, "since": row[since]}


def _days(tx: Tx, site_id: str) -> list[dict[str, Any]]:
    """Visitors let in on each of the last thirty local days, today the last."""
    site = DIRECTORY.site(tx, site_id)
    zone = ZoneInfo(site.zone if site is not None else "UTC")
    midnights = [_midnight(tx.now, zone, DAYS - 1 - n) for n in range(DAYS + 1)]
    counted = store.let_in_by_day(tx, site_id, list(pairwise(midnights)))
    return [{"day": begin.astimezone(zone).date(), "visitors": n} for begin, n in zip(midnights, counted, strict=False)]


def _midnight(now: datetime, zone: ZoneInfo, days_ago: int) -> datetime:
    """When the local day began that lies so many days back; negative ones lie ahead."""
    local = now.astimezone(zone)
    return day_of((local.replace(hour=12, minute=0) - timedelta(days=days_ago)), zone.key)
