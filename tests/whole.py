"""The whole product in this process, without a socket: for tests of pages and of the API that ask the services."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from chassis import clock
from chassis.db import Database, Tx
from chassis.settings import Settings
from gateway import embedded
from gateway.identity import account_store, sessions
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened
from tests.conftest import ready_urls
from tests.gateway.identity.browser import DESKTOP, Browser, Said
from tests.people import Ids
from tests.scenes import Scene, head_office

TOKEN = re.compile(r'name="(form_token|version)" value="([^"]*)"')


@dataclass
class Whole:
    """The product at work with the cast at the head office, its badges, and nobody inside."""

    app: Any
    ids: Ids
    gateway: Database
    settings: Settings

    def browser(self, **options: Any) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self.app, host="localhost", scheme="http", **options)

    async def as_(self, name: str, language: str = "zh") -> Browser:
        """A desk browser in which one of the cast has just signed in."""
        opened: Opened = await self.gateway.write(_signed_in, self.ids.people[name])
        return self.browser(language=language, cookies={"sid": opened.sid, "wr": opened.wr})

    async def tablet(self, door: str = "MAIN", language: str = "zh") -> Browser:
        """A browser that was paired to a door."""
        guard = await self.as_("guard")
        code = (await guard.post("/api/gateway/v1/pairings", {"door_id": self.ids.doors[door]})).json["code"]
        tablet = self.browser(language=language, address="192.0.2.77")
        said = await tablet.post("/api/gateway/v1/devices", {"code": code})
        assert said.status == 201, said.text
        return tablet

    async def designate(self, name: str = "S001", kind: str = "work") -> None:
        """The centre manager designates an escort for the floor, for a day."""
        now = clock.now()
        asked = {"site_id": self.ids.site, "employee_no": name, "kind": kind, "area_ids": [self.ids.areas["FLOOR"]]}
        times = {"starts_at": text_of(now - timedelta(hours=1)), "ends_at": text_of(now + timedelta(hours=23))}
        said = await (await self.as_("manager")).post("/api/visitor/v1/escorts", {**asked, **times})
        assert said.status == 201, said.text


async def fill_in(browser: Browser, page: str, target: str, **fields: Any) -> Said:
    """Open `page`, send its form at `target` with its own hidden fields and these."""
    shown = await browser.get(page)
    assert shown.status == 200, (page, shown.status, shown.text[-400:])
    form = shown.text.partition(f'action="{target}"')[2].partition("</form>")[0]
    assert form, f"{page} has no form for {target}"
    return await browser.submit(target, **{**dict(TOKEN.findall(form)), **fields})


def text_of(at: Any) -> str:
    """An instant as the API takes it."""
    return str(at.isoformat().replace("+00:00", "Z"))


def _signed_in(tx: Tx, person_id: str) -> Opened:
    account = account_store.account(tx, person_id)
    assert account is not None
    return sessions.open_session(tx, account, SessionKind.DESK, "password", DESKTOP)


@asynccontextmanager
async def whole_product(folder: Path, scene: Scene | None = None, engine: str = "sqlite") -> AsyncIterator[Whole]:
    """The product with data of its own, in `folder` or on the shared server, at the start of a scene."""
    scene = scene or head_office()
    with ready_urls(engine, folder) as urls:
        databases: dict[str, Any] = await scene.lay(urls)
        settings = Settings(data=folder, log="off", calls_per_second=0, **databases)
        app, served = embedded.build(settings)
        async with app.router.lifespan_context(app):
            yield Whole(served, scene.ids, app.state.db, settings)
