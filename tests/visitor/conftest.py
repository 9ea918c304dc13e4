"""A visitor service that has followed the stage: real databases, real tokens, no loops but those a test runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from chassis import clock
from chassis.db import Database
from services.access.app import PARTS as ACCESS
from services.access.base import BASE as ACCESS_BASE
from services.visitor.app import PARTS
from services.visitor.base import BASE
from services.visitor.follows import FOLLOWS_ACCESS
from tests.builders import follow_all, make_database
from tests.calls import Caller, Said, serving
from tests.conftest import OpenDb
from tests.people import Ids, actor_of, tablet
from tests.scenes import Scene, head_office, played

__all__ = ["make_database"]
WHEN = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai: no step of the night is needed, whenever the test runs."""


@dataclass
class Floor:
    """Everything a test of the door needs."""

    app: FastAPI
    db: Database
    access: Database
    ids: Ids

    def as_(self, name: str, language: str = "zh") -> Caller:
        """One of the cast."""
        return Caller(self.app, "visitor", actor_of(name, self.ids), language)

    def at(self, door: str = "MAIN", device_id: str = "") -> Caller:
        """The tablet at a door."""
        return Caller(self.app, "visitor", tablet(self.ids, door, device_id or f"tablet-{door}"))

    def follow(self) -> None:
        """Let the visitor service hear all that access recorded."""
        follow_all(self.access, dict(ACCESS.states), self.db, FOLLOWS_ACCESS, BASE)

    def invitation(self, *areas: str, **changes: Any) -> dict[str, Any]:
        """An invitation for now, to the lounge unless areas are named."""
        now = clock.now()
        asked = {
            "visitors": [{"name": "王小明", "company": "华信科技", "phone": "13800000427"}],
            "kind": "maintenance",
            "purpose": "空调检修",
            "host_no": "E001",
            "areas": [self.ids.areas[area] for area in areas or ("LOUNGE",)],
            "starts_at": _text(now - timedelta(minutes=5)),
            "ends_at": _text(now + timedelta(hours=2)),
        }
        return {**asked, **changes}

    async def designate(self, employee_no: str = "S001", kind: str = "work", **changes: Any) -> Said:
        """The centre manager designates an escort for the floor, for a day."""
        now = clock.now()
        asked = {
            "site_id": self.ids.site,
            "employee_no": employee_no,
            "kind": kind,
            "area_ids": [self.ids.areas["FLOOR"]],
            "starts_at": _text(now - timedelta(hours=1)),
            "ends_at": _text(now + timedelta(hours=23)),
        }
        return await self.as_("manager").post("/escorts", {**asked, **changes})

    async def invite(self, *areas: str, by: str = "host", **changes: Any) -> dict[str, Any]:
        """Invite and return the visit."""
        said = await self.as_(by).post("/visits", self.invitation(*areas, **changes))
        assert said.status == 201, said.body
        visit: dict[str, Any] = said.body["visits"][0]
        return visit

    async def approve(self, visit_id: str, *names: str) -> dict[str, Any]:
        """Each of these approves their step; the visit as the last saw it."""
        said = None
        for name in names:
            said = await self.as_(name).post(f"/visits/{visit_id}:decide", {"decision": "approve"})
            assert said.status == 200, (name, said.body)
        return said.body if said else {}

    async def permitted(self, *areas: str, **changes: Any) -> dict[str, Any]:
        """A visit of the host's own with every step approved, whatever the hour the test runs at."""
        visit = await self.invite(*areas, **changes)
        if any(step["reason"] == "after_hours" for step in visit["steps"]):
            visit = await self.approve(visit["id"], "duty_manager")
        assert visit["state"] == "approved", visit
        return visit

    async def permitted_for_floor(self) -> dict[str, Any]:
        """A working visit to the floor with every step approved, whatever the hour the test runs at."""
        await self.designate()
        visit = await self.invite("FLOOR", escort_no="S001")
        for reason, name in (("floor", "manager"), ("after_hours", "duty_manager")):
            if any(step["reason"] == reason for step in visit["steps"]):
                visit = await self.approve(visit["id"], name)
        assert visit["state"] == "approved", visit
        return visit

    async def arrive(self, visit_id: str, belongings: list[dict[str, Any]] | None = None) -> Said:
        """The visitor accepts both notices at the main door's tablet."""
        body = {**WHEN, "belongings": belongings or []}
        return await self.at().post(f"/arrivals/{visit_id}:arrive", body)

    async def clear(self, visit_id: str, badge_no: str) -> Said:
        """The guard checks the ID and hands out a badge."""
        guard = self.as_("guard")
        seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True, "last4": "123X"}
        checked = await guard.post(f"/visits/{visit_id}:check-id", seen)
        assert checked.status == 200, checked.body
        return await guard.post(f"/visits/{visit_id}:hand-badge", {"badge_no": badge_no})

    async def enter(self, visitor_badge: str, escort_badge: str) -> Said:
        """Two badges at the floor door."""
        door = self.at("FLOOR")
        first = await door.post("/entries", {"badge_no": visitor_badge})
        if first.status != 201:
            return first
        return await door.post(f"/entries/{first.body['scan_id']}:escort", {"badge_no": escort_badge})


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def monday() -> Scene:
    """The scene as it is set on that Monday."""
    with clock.reading(lambda: MONDAY):
        return played()


@pytest.fixture
async def floor(open_db: OpenDb) -> AsyncIterator[Floor]:
    """The head office with its cast, its badges, and nobody inside."""
    async with staged(open_db, head_office()) as stage:
        yield stage


@pytest.fixture
async def floor_on_monday(open_db: OpenDb, monday: Scene) -> AsyncIterator[Floor]:
    """The same, where the clock stands still on that Monday: for tests of nights and other days."""
    with clock.reading(lambda: MONDAY):
        async with staged(open_db, monday) as stage:
            yield stage


@asynccontextmanager
async def staged(open_db: OpenDb, scene: Scene) -> AsyncIterator[Floor]:
    """A scene on databases that `open_db` makes."""
    access = open_db(ACCESS_BASE, scene.fillings["access"])
    db = open_db(BASE, scene.fillings["visitor"])
    async with serving(PARTS, db) as app:
        stage = Floor(app, db, access, scene.ids)
        db.write_now(lambda tx: tx.change(BASE.cursors.update().values(checked_at=tx.now)))
        yield stage
