"""Who works at the site, and what they do together in more than one journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.journeys.client import Client, Said
from tests.journeys.house import House, Person, eventually, good

READ = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}
SHOWN = {"id_kind": "resident", "name_matches": True, "photo_matches": True, "last4": "123X"}
BADGES = (("L", "lounge"), ("F", "floor"))


@dataclass
class Cast:
    """The people and the two tablets; badges are taken from a stock that no other test uses."""

    house: House
    manager: Person
    guard: Person
    host: Person
    escort: Person
    second_escort: Person
    agent: Person
    front: Client
    floor: Client

    def invite(self, *areas: str, **changes: Any) -> list[dict[str, Any]]:
        """The host invites; the visits as made."""
        asked = self.house.invitation(*areas, **changes)
        said = eventually(lambda: self.host.browser.post("/api/visitor/v1/visits", asked), 201)
        made: list[dict[str, Any]] = said.body["visits"]
        return made

    def decide(self, person: Person, visit_id: str, decision: str = "approve") -> Said:
        """A person decides the step that waits for them."""
        return person.browser.post(f"/api/visitor/v1/visits/{visit_id}:decide", {"decision": decision})

    def permitted(self, **changes: Any) -> dict[str, Any]:
        """A working visit to the floor, permitted by the centre manager."""
        visit = self.invite("FLOOR", escort_no=self.escort.no, **changes)[0]
        decided: dict[str, Any] = good(self.decide(self.manager, visit["id"]), 200).body
        assert decided["state"] == "approved", decided
        return decided

    def arrive(self, visit_id: str) -> dict[str, Any]:
        """The visitor types the code at the front door's tablet, reads both notices and comes in."""
        code = good(self.host.browser.get(f"/api/visitor/v1/visits/{visit_id}/pass"), 200).body["code"]
        found = good(self.front.post("/api/visitor/v1/arrivals:find", {"code": code}), 200).body
        assert found["visit_id"] == visit_id
        arrived = good(self.front.post(f"/api/visitor/v1/arrivals/{visit_id}:arrive", READ), 200).body
        assert arrived["state"] == "arrived"
        return dict(found)

    def let_in(self, visit_id: str, kind: str) -> str:
        """The guard checks the ID and hands out the next badge of a kind; its number."""
        guard = self.guard.browser
        good(guard.post(f"/api/visitor/v1/visits/{visit_id}:check-id", SHOWN), 200)
        stock = good(guard.get("/api/visitor/v1/badges", site_id=self.house.site_id), 200).body
        badge: str = stock[f"free_{kind}"][0]
        good(guard.post(f"/api/visitor/v1/visits/{visit_id}:hand-badge", {"badge_no": badge}), 200)
        return badge

    def scan(self, badge_no: str) -> str:
        """The visitor's badge at the floor door; what the escort's badge must follow."""
        scanned = good(self.floor.post("/api/visitor/v1/entries", {"badge_no": badge_no}), 201)
        scan_id: str = scanned.body["scan_id"]
        return scan_id

    def follow(self, scan_id: str, badge_no: str) -> Said:
        """The second badge at the floor door."""
        return self.floor.post(f"/api/visitor/v1/entries/{scan_id}:escort", {"badge_no": badge_no})


def hire_all(house: House) -> Cast:
    """Hire the cast, pair the tablets, put badges into stock, designate both escorts for the floor."""
    here = f"site:{house.site_id}"
    manager = house.hire("赵经理", f"centre_manager@{here}", management=True)
    guard = house.hire("吴保安", f"guard@{here}")
    host, agent = house.hire("李娜", extension=f"x{house.code}"), house.hire("蒋坐席")
    first, second = house.hire("李主管"), house.hire("孙主管")
    for prefix, kind in BADGES:
        stock = {"site_id": house.site_id, "prefix": prefix, "first": 1, "last": 20, "kind": kind}
        eventually(lambda stock=stock: guard.browser.post("/api/visitor/v1/badges", stock), 201)  # type: ignore[misc]
    made = Cast(house, manager, guard, host, first, second, agent, house.tablet(), house.tablet("FLOOR"))
    for escort in (first, second):
        eventually(lambda escort=escort: _designate(made, escort), 201)  # type: ignore[misc]
    return made


def _designate(cast: Cast, escort: Person) -> Said:
    now = datetime.now(UTC)
    asked = {
        "site_id": cast.house.site_id,
        "employee_no": escort.no,
        "kind": "work",
        "area_ids": [cast.house.places["area:FLOOR"]],
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=12)).isoformat(),
    }
    return cast.manager.browser.post("/api/visitor/v1/escorts", asked)
