"""Fixtures of identity: a gateway on a real database of either engine, with a small cast that can sign in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.types import ASGIApp

from chassis import clock
from chassis.actor import Actor
from chassis.db import Database
from chassis.feed import feed_router
from chassis.ids import new_id
from chassis.routing import add_routes
from chassis.settings import Settings
from gateway.errors import handle_errors
from gateway.identity import accounts, api, oauth, place_store
from gateway.identity.keeper import Keeper
from gateway.identity.tables import BASE
from gateway.limits import Limits
from gateway.pages import login, login_oidc, me, settings_devices
from gateway.render import Deployment, Renderer
from gateway.security import Guard, Guarded
from tests.conftest import OpenDb
from tests.gateway.identity.browser import Browser

PASSWORD = "correct horse battery"
OPERATOR = Actor.operator("test")
SITE, OTHER_SITE, DOOR = new_id(), new_id(), new_id()
CAST = {
    "admin": ("A001", "管理员", ("platform_admin", "security_admin")),
    "guard": ("G001", "吴保安", (f"guard@site:{SITE}",)),
    "far_guard": ("G002", "远方", (f"guard@site:{OTHER_SITE}",)),
    "agent": ("E010", "蒋坐席", ("agent",)),
    "auditor": ("U001", "卫审计", ("auditor",)),
}
SERVICE_SECRET = "a secret that the services share"


@dataclass
class House:
    """A gateway at work, and the cast's ids."""

    db: Database
    keeper: Keeper
    app: ASGIApp
    settings: Settings
    people: dict[str, str] = field(default_factory=dict)

    def browser(self, **options: Any) -> Browser:
        """A fresh browser."""
        return Browser(self.app, **options)

    async def copy(self, name: str, **changes: Any) -> str:
        """Take a person over as the access service's journal brings them; their id."""
        number, full_name, roles = CAST[name]
        person_id = self.people.setdefault(name, new_id())
        state = {
            "id": person_id,
            "employee_no": number,
            "name": full_name,
            "badge_no": f"B-{number}",
            "site_id": SITE,
            "department_id": None,
            "roles": [{"role": role, "starts_at": "2026-01-01T00:00:00.000000Z", "ends_at": None} for role in roles],
            "active": True,
            "leaves_at": None,
            "language": "zh",
        }
        await self.db.write(accounts.copy_person, person_id, state | changes)
        return person_id

    async def with_password(self, name: str, password: str = PASSWORD) -> str:
        """A person who has set a password by a one-time link; their id."""
        person_id = await self.copy(name)
        link = await self.db.write(accounts.issue_link, OPERATOR, person_id)
        said = await self.browser().post("/api/gateway/v1/passwords", {"link": link, "password": password})
        assert said.status == 204, said.text
        return person_id

    async def signed_in(self, name: str, **options: Any) -> Browser:
        """A browser in which the person has just signed in."""
        if name not in self.people:
            await self.with_password(name)
        browser = self.browser(**options)
        body = {"employee_no": CAST[name][0], "password": PASSWORD}
        said = await browser.post("/api/gateway/v1/sessions", body)
        assert said.status == 201, said.text
        return browser

    async def tablet(self) -> Browser:
        """A browser that was paired to the door."""
        guard = await self.signed_in("guard")
        code = (await guard.post("/api/gateway/v1/pairings", {"door_id": DOOR})).json["code"]
        tablet = self.browser(address="192.0.2.77")
        said = await tablet.post("/api/gateway/v1/devices", {"code": code})
        assert said.status == 201, said.text
        return tablet


@pytest.fixture
async def house(open_db: OpenDb, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway with one site and one door."""
    db = open_db(BASE)
    settings = Settings(
        data=tmp_path, public_url="https://gate.example.com", service_secret=SecretStr(SERVICE_SECRET), log="off"
    )
    keeper = Keeper(db, settings)
    await keeper.start()
    app = build(keeper)
    await db.write(place_store.keep, place_store.SITE, SITE, {"name": "总部", "name_en": "Head office"})
    await db.write(place_store.keep, place_store.DOOR, DOOR, {"site_id": SITE, "name": "正门", "name_en": "Main door"})
    yield House(db, keeper, guarded(app), settings)
    await keeper.stop()


def build(keeper: Keeper) -> FastAPI:
    """The gateway's own routes and pages of identity, behind what stands in front of them in the product."""
    app = FastAPI()
    app.state.keeper, app.state.db, app.state.settings = keeper, keeper.db, keeper.settings
    app.state.verifier, app.state.keys = keeper.verifier, BASE.keys
    app.state.render = Renderer(Deployment())
    handle_errors(app)
    pages = (login.router, login_oidc.router, me.router, settings_devices.router)
    add_routes(app, *api.routers, oauth.router, *pages, feed_router(BASE.journal, {}))
    app.add_api_route("/static/{path:path}", app.state.render.assets.serve)
    return app


def guarded(app: FastAPI) -> Guarded:
    """The routes behind the gateway's own guard, which counts no calls."""
    return Guarded(app, app, Guard(["gate.example.com", "gate.local"], Limits(0)))


class Later:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self._real = clock.now
        self._ahead = timedelta(0)
        self._base = clock.now()

    def __call__(self) -> Any:
        return self._base + self._ahead

    def go(self, **delta: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**delta)
