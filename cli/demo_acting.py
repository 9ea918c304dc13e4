"""How the demonstration's people act: each step is the product's own action, at the clock of its own day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.catching_up import catch_up
from chassis.db import Database
from cli.demo_people import Stage
from services.access.app import PARTS as ACCESS
from services.visitor.arrivals import actions as arrivals
from services.visitor.arrivals.schemas import Arrival, BadgeHanded, IdCheck
from services.visitor.badges import store as badges
from services.visitor.badges.rules import BadgeKind
from services.visitor.base import BASE as VISITOR
from services.visitor.entries import actions as entries
from services.visitor.entries.schemas import BadgeScan
from services.visitor.follows import FOLLOWS_ACCESS
from services.visitor.visits import actions as visits
from services.visitor.visits import decisions
from services.visitor.visits.rules import Decision
from services.visitor.visits.schemas import DecisionAsked, Invitation

T = TypeVar("T")
VERSION = "2026-11"


class At:
    """Runs actions as if it were another time."""

    def __init__(self, db: Database, moment: datetime) -> None:
        self._db = db
        self.moment = moment

    def look(self, query: Callable[..., T], *args: Any) -> T:
        """Ask something at the present moment of the story."""
        with clock.reading(lambda: self.moment):
            return self._db.read_now(query, *args)

    def do(self, action: Callable[..., T], *args: Any, minutes: float = 1) -> T:
        """Run an action some minutes after the one before."""
        self.moment += timedelta(minutes=minutes)
        with clock.reading(lambda: self.moment):
            return self._db.write_now(action, *args)


@dataclass(frozen=True)
class House:
    """The demonstration's databases and the ids of what stands on its stage."""

    access: Database
    visitor: Database
    stage: Stage

    def at(self, moment: datetime) -> At:
        """The visitor service at a moment."""
        return At(self.visitor, moment)

    def person(self, employee_no: str, *roles: str) -> Actor:
        """One of the cast at their own desk."""
        scopes = frozenset({STAFF_SCOPE})
        return Actor(ActorKind.PERSON, self.stage.people[employee_no], frozenset(roles), scopes, strength="password")

    def guard(self) -> Actor:
        """The guard of the site."""
        return self.person("G001", f"guard@site:{self.stage.site}")

    def centre_manager(self) -> Actor:
        """The centre manager of the site."""
        return self.person("M001", f"centre_manager@site:{self.stage.site}")

    def tablet(self, door: str) -> Actor:
        """The tablet at a door."""
        name, scopes = f"demo-{door.lower()}", frozenset({"kiosk", "strangers:write"})
        site, led_to = self.stage.site, self.stage.doors[door]
        return Actor(ActorKind.DEVICE, name, scopes=scopes, device=name, site=site, door=led_to)

    def catch_up(self, moment: datetime) -> None:
        """Let the visitor service hear what access recorded, as of a moment: entries refuse an old copy."""
        with clock.reading(lambda: moment):
            catch_up(self.access, ACCESS.states, self.visitor, VISITOR.cursors, FOLLOWS_ACCESS)

    def invite(self, at: At, guest: tuple[str, str], begin: datetime, **told: Any) -> str:
        """A host asks for a visit of two hours, to the lounge unless `floor`; its id."""
        floor = told.pop("floor", False)
        host_no = told.pop("host_no", "E001")
        asked = {
            "visitors": [{"name": guest[0], "company": guest[1], "phone": told.pop("phone", "")}],
            "kind": "maintenance" if floor else "guest",
            "purpose": "季度业务回访",
            "areas": [self.stage.areas["FLOOR" if floor else "LOUNGE"]],
            "starts_at": begin,
            "ends_at": begin + timedelta(hours=2),
            "escort_no": "S001" if floor else None,
        }
        made = at.do(visits.invite, self.person(host_no), Invitation.model_validate({**asked, **told}))
        visit_id: str = made["visits"][0]["id"]
        return visit_id

    def permit(self, at: At, visit_id: str) -> None:
        """Whoever is asked says yes: the centre manager for the floor, the duty manager after hours."""
        yes = DecisionAsked(decision=Decision.APPROVE)
        deciders = {"floor": self.centre_manager(), "after_hours": self.person("D001", "duty_manager")}
        for reason in at.look(visits.open_steps, visit_id):
            at.do(decisions.decide, deciders[reason], visit_id, yes, None, minutes=10)

    def arrive(self, at: At, visit_id: str, *things: str) -> None:
        """The visitor accepts the notices at the front door, and says what they carry."""
        told = {"privacy_version": VERSION, "rules_version": VERSION, "belongings": [{"kind": kind} for kind in things]}
        at.do(arrivals.arrive, self.tablet("MAIN"), visit_id, Arrival.model_validate(told))

    def check_id(self, at: At, visit_id: str) -> None:
        """The guard looks at the ID."""
        seen = IdCheck.model_validate({"id_kind": "resident", "name_matches": True, "photo_matches": True})
        at.do(arrivals.check_id, self.guard(), visit_id, seen, minutes=2)

    def hand_badge(self, at: At, visit_id: str, *, floor: bool) -> str:
        """The guard hands out the next free badge; its number."""
        kind = BadgeKind.FLOOR if floor else BadgeKind.LOUNGE
        badge_no = self.visitor.read_now(badges.free, self.stage.site, kind, 1)[0]
        at.do(arrivals.hand_badge, self.guard(), visit_id, BadgeHanded(badge_no=badge_no))
        return badge_no

    def go_in(self, at: At, badge_no: str) -> None:
        """Two badges at the floor door: the visitor's and Li Jing's."""
        self.catch_up(at.moment)
        door = self.tablet("FLOOR")
        scan = at.do(entries.scan_visitor, door, BadgeScan(badge_no=badge_no), minutes=0)
        at.do(entries.enter, door, scan["scan_id"], BadgeScan(badge_no="B-S001"), minutes=0)
