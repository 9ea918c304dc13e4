"""The product with something in every list, and an administrator who holds every role that can be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from chassis import clock
from chassis.db import Database, Tx
from chassis.roles import Role
from services.access.people import decisions
from services.access.roles.schemas import RoleAsked
from tests.gateway.identity.browser import Browser
from tests.people import CAST, Ids
from tests.stage import SYSTEM, set_stage
from tests.whole import Whole, text_of

API = "/api/visitor/v1"
ADMIN = CAST["admin"].employee_no
READ = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}
Known = Mapping[str, list[Any]]
"""Values by the name of the field or parameter that takes them."""


def stage(access: Database) -> Ids:
    """The head office, whose administrator may do everything there."""
    ids = set_stage(access)
    access.write_now(_every_role, ids.site)
    return ids


def _every_role(tx: Tx, site_id: str) -> None:
    for role in Role:
        if not role.is_duty:
            decisions.give_role(tx, SYSTEM, ADMIN, RoleAsked(role=role))


@dataclass(frozen=True)
class Story:
    """Plays what has happened before anybody calls, through the API itself."""

    whole: Whole

    async def played(self) -> Known:
        """Four visits between invited and inside, a stranger, an alarm, an escort, things; and what names them all."""
        await self.whole.designate()
        main, floor = await self.whole.tablet(), await self.whole.tablet("FLOOR")
        waiting, party = await self._invited("FLOOR", visitors=2), await self._invited("LOUNGE", visitors=2)
        at_desk, inside = await self._invited("LOUNGE"), await self._invited("FLOOR")
        for visit in (*party, *at_desk, *inside):
            await self._permitted(visit["id"])
        for visit in (*at_desk, *inside):
            arrival = {**READ, "belongings": [{"kind": "laptop"}]}
            await self._post(main, f"{API}/arrivals/{visit['id']}:arrive", arrival)
        scan = await self._in(floor, inside[0]["id"])
        walk_in = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
        came = await self._post(main, f"{API}/walk-ins", walk_in)
        host = await self.whole.as_("host")
        stranger = await self._post(host, f"{API}/strangers", {"site_id": self.whole.ids.site})
        leave = {"employee_no": "F001", "starts_at": _in_hours(24), "ends_at": _in_hours(48)}
        away = await self._post(await self.whole.as_("admin"), "/api/access/v1/roster/leaves", leave)
        visits = [one["id"] for one in (*waiting, *party, *at_desk, *inside)]
        found = {"visit_id": [*visits, came["visit_id"]], "party_id": [one[0]["party_id"] for one in (waiting, party)]}
        found |= {"stranger_id": [stranger["id"]], "leave_id": [away["id"]], "scan_id": [scan]}
        return {**self._places(), **found, **await self._listed(visits)}

    async def _invited(self, area: str, visitors: int = 1) -> list[Any]:
        asked = {
            "visitors": [{"name": f"王小明{n}", "phone": "13800000427"} for n in range(visitors)],
            "kind": "maintenance",
            "purpose": "空调检修",
            "areas": [self.whole.ids.areas[area]],
            "escort_no": "S001",
            "starts_at": _in_hours(-0.1),
            "ends_at": _in_hours(2),
        }
        made: list[Any] = (await self._post(await self.whole.as_("host"), f"{API}/visits", asked))["visits"]
        return made

    async def _permitted(self, visit_id: str) -> None:
        """Every step that is open at this hour is decided by the one it waits for."""
        for name in ("manager", "duty_manager"):
            decider = await self.whole.as_(name)
            if (await decider.get(f"{API}/visits/{visit_id}")).json["state"] != "approved":
                await decider.post(f"{API}/visits/{visit_id}:decide", {"decision": "approve"})
        seen = await (await self.whole.as_("guard")).get(f"{API}/visits/{visit_id}")
        assert seen.json["state"] == "approved", seen.text

    async def _in(self, door: Browser, visit_id: str) -> str:
        """The guard hands out a badge, and two badges open the floor; the scan that did."""
        guard = await self.whole.as_("guard")
        seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True, "last4": "123X"}
        await self._post(guard, f"{API}/visits/{visit_id}:check-id", seen)
        await self._post(guard, f"{API}/visits/{visit_id}:hand-badge", {"badge_no": "F001"})
        scan: str = (await self._post(door, f"{API}/entries", {"badge_no": "F001"}))["scan_id"]
        await self._post(door, f"{API}/entries/{scan}:escort", {"badge_no": "B-S001"})
        return scan

    def _places(self) -> Known:
        ids = self.whole.ids
        lists = {"areas": [[ids.areas["LOUNGE"]], [ids.areas["FLOOR"]]], "area_ids": [[ids.areas["FLOOR"]]]}
        times = {"starts_at": [_in_hours(1)], "ends_at": [_in_hours(3)], "begin": [_in_hours(0)], "end": [_in_hours(9)]}
        people = {"employee_no": ["E010", "S001"], "host_no": ["E001"], "escort_no": ["S001"], "deputy_no": ["E002"]}
        codes = {
            "site": ["HQ"],
            "area": ["LOUNGE", "FLOOR"],
            "door": ["MAIN"],
            "department": ["OUT1"],
            "code": ["OUT1"],
        }
        badges = {"badge_no": ["F001", "L002"], "no": ["L002"], "to_no": ["S001"], "stand_in_no": ["E002"]}
        own = {"site_id": [ids.site], "area_id": [ids.areas["FLOOR"]], "door_id": [ids.doors["MAIN"]]}
        person = {"person_id": [ids.people["agent"], ids.people["host"]]}
        return {**lists, **times, **people, **codes, **badges, **own, **person, "privacy_version": ["2026-11"]}

    async def _listed(self, visits: list[str]) -> dict[str, list[Any]]:
        """What the lists of the API name."""
        admin, site = await self.whole.as_("admin"), self.whole.ids.site
        channel = {"name": "值班群", "url": "wecombot://botkey", "site_id": site}
        made = await self._post(admin, "/api/gateway/v1/channels", channel)
        things = [(await admin.get(f"{API}/visits/{one}/belongings")).json["items"] for one in visits]
        named = {
            "alarm_id": f"{API}/alarms?site_id={site}",
            "designation_id": f"{API}/escorts?site_id={site}",
            "device_id": "/api/gateway/v1/devices",
            "duty_id": f"/api/access/v1/roster?site_id={site}&begin={_in_hours(-9)}&end={_in_hours(9)}",
        }
        found = {name: [one["id"] for one in (await admin.get(path)).json["items"]] for name, path in named.items()}
        return {**found, "channel_id": [made["id"]], "belonging_id": [one["id"] for some in things for one in some]}

    async def _post(self, browser: Browser, path: str, body: Any) -> Any:
        headers = {"content-type": "application/json", "idempotency-key": uuid4().hex}
        said = await browser.post(path, body, headers=headers)
        assert said.status in (200, 201), (path, said.status, said.text)
        return said.json


def _in_hours(hours: float) -> str:
    return text_of(clock.now() + timedelta(hours=hours))
