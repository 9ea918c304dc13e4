"""The lobby board: who waits, who is inside and in whose company, what is missing; and what the reader may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.roles import Role
from chassis.rules import allowed
from services.visitor.badges import store as badges
from services.visitor.badges.rules import BadgeKind, day_after, day_of
from services.visitor.base import DIRECTORY
from services.visitor.entries import rules as entry_rules
from services.visitor.entries import store as entries
from services.visitor.entries.views import CERTAINTIES, enforce_watcher
from services.visitor.lobby import store
from services.visitor.visits import rules, views
from services.visitor.visits.rules import Act, State

WALK_INS_OF = timedelta(days=1)
STRANGERS_OF = timedelta(days=1)
NEXT = 8
INSIDE = frozenset({State.CLEARED, State.IN_LOUNGE, State.INSIDE})
SEEN = ("id", "place", "place_en", "state", "guard_needed", "seen_at", "out_at")


def board(tx: Tx, actor: Actor, site_id: str) -> dict[str, Any]:
    """The board of a site, as `schemas.Lobby`."""
    enforce_watcher(actor, site_id)
    here = entries.people_here(tx, site_id)
    walk_ins = store.walk_ins(tx, site_id, tx.now - WALK_INS_OF)
    coming = store.expected(tx, site_id, *rest_of_today(tx, site_id), NEXT)
    missing = store.badges_missing(tx, site_id)
    shown = Guests(tx, actor, site_id, [*here, *walk_ins, *coming, *missing])
    shown.suggest(row for row in here if shown.waits_for_a_badge(row))
    return {
        "site_id": site_id,
        "as_of": tx.now,
        "seen": store.journal_size(tx),
        "strangers": [
            {name: row[name] for name in SEEN} for row in store.strangers(tx, site_id, tx.now - STRANGERS_OF)
        ],
        "walk_ins": [shown.guest(row) for row in walk_ins],
        "at_desk": [shown.guest(row) for row in here if row["state"] == State.ARRIVED],
        "inside": _urgent_first(shown.guest(row) for row in here if row["state"] in INSIDE),
        "to_confirm": [shown.guest(row) for row in here if row["state"] == State.LEFT_UNCONFIRMED],
        "badges": [shown.missing_badge(row) for row in missing],
        "expected": [shown.guest(row) for row in coming],
    }


def rest_of_today(tx: Tx, site_id: str) -> tuple[datetime, datetime]:
    """From when a visitor may still come to a visit of today, until the site's local day ends."""
    site = DIRECTORY.site(tx, site_id)
    zone = site.zone if site is not None else "UTC"
    return day_of(tx.now, zone), day_after(tx.now, zone)


def _urgent_first(guests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(guests, key=lambda guest: (not guest["escort_lost"], not guest["overstay"], guest["ends_at"]))


@dataclass
class Guests:
    """Turns rows of visits into guests of the board: names of staff and areas are looked up once for all."""

    tx: Tx
    actor: Actor
    site_id: str
    rows: list[dict[str, Any]]
    suggested: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = ("host_id", "escort_id", "custody_of")
        self._people = DIRECTORY.names(self.tx, {row[name] for row in self.rows for name in named if row.get(name)})
        self._areas = {area.id: area for area in DIRECTORY.areas_of(self.tx, self.site_id)}
        self._guard = self.actor.is_person and self.actor.has(Role.GUARD, site=self.site_id)
        self._confirms = self.actor.is_person and allowed(entry_rules.confirms_exits(self.actor.roles, self.site_id))

    def guest(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as `schemas.Guest`."""
        state = State(row["state"])
        here = state in rules.ON_PREMISES
        late = here and views.is_late(self.tx, self.site_id, row["ends_at"])
        custody = row.get("custody_of")
        return {
            **{name: row[name] for name in ("company", "kind", "state", "walk_in", "starts_at", "ends_at")},
            "visit_id": row["id"],
            "name": views.name_for(self.actor, row),
            "areas": [
                {"code": area.code, "name": area.name, "name_en": area.name_en}
                for area in (self._areas.get(area_id) for area_id in row["area_ids"])
                if area is not None
            ],
            "host": self._people.get(row["host_id"]),
            "escort": self._people.get(custody or row["escort_id"] or ""),
            "with_escort": custody is not None,
            "escort_lost": row.get("lost_at") is not None,
            "badge_no": row.get("badge_no"),
            "id_checked": row.get("id_checked_at") is not None,
            "told": row["host_told"],
            "host_is_asked": bool(row.get("host_is_asked")),
            "loose": row.get("loose") or 0,
            "in_locker": row.get("in_locker") or 0,
            "overstay": late,
            "certainty": self._certainty(state, late=late),
            "since": self._since(row),
            "suggested": self.suggested.get(row["id"]),
            "can": list(self._can(row, state)),
        }

    def missing_badge(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as `schemas.MissingBadge`."""
        kept = {name: row[name] for name in ("badge_no", "handed_at", "due_at", "state")}
        named = {"name": views.name_for(self.actor, row), "host": self._people.get(row["host_id"])}
        return {**kept, "visit_id": row["id"], **named}

    def waits_for_a_badge(self, row: Mapping[str, Any]) -> bool:
        """Whether the visitor stands at the desk with everything but the badge, and the reader could hand it out."""
        return self._guard and row["state"] == State.ARRIVED and row["id_checked_at"] is not None

    def suggest(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Give each of these visitors a free badge of the right kind, each another, for the form to begin with."""
        waiting = list(rows)
        free = {kind: iter(badges.free(self.tx, self.site_id, kind, len(waiting))) for kind in BadgeKind if waiting}
        for row in waiting:
            no = next(free[self._badge_kind(row)], None)
            if no is not None:
                self.suggested[row["id"]] = no

    def _badge_kind(self, row: Mapping[str, Any]) -> BadgeKind:
        kinds = {self._areas[area_id].kind for area_id in row["area_ids"] if area_id in self._areas}
        return BadgeKind.FLOOR if rules.needs_an_escort(kinds) else BadgeKind.LOUNGE

    def _certainty(self, state: State, *, late: bool) -> str | None:
        if state is State.LEFT_UNCONFIRMED:
            return CERTAINTIES[2]
        if state not in rules.ON_PREMISES:
            return None
        return CERTAINTIES[1] if late else CERTAINTIES[0]

    def _since(self, row: Mapping[str, Any]) -> datetime:
        """Since when the visitor stands where the board shows them."""
        names = ("left_at", "entered_at", "cleared_at", "arrived_at", "created_at")
        times = [row[name] for name in names if row.get(name) is not None]
        at: datetime = times[0]
        return at

    def _can(self, row: Mapping[str, Any], state: State) -> Iterator[str]:
        """What the reader may do to the visit from the board."""
        if self._guard and row.get("host_is_asked") and state in rules.WAITING:
            yield "say_by_phone"
        if self._guard and state is State.ARRIVED:
            yield (Act.HAND_BADGE if row["id_checked_at"] is not None else Act.CHECK_ID).value
        if self._guard and allowed(rules.act_fits_state(Act.LEAVE, state)):
            yield Act.LEAVE.value
        if self._confirms and allowed(rules.act_fits_state(Act.CONFIRM_LEFT, state)):
            yield Act.CONFIRM_LEFT.value
