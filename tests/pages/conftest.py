"""The whole product in one process, without sockets: its pages as the cast sees them, on either engine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from chassis.db import Database
from chassis.settings import Settings
from gateway.embedded import build
from gateway.identity import account_store, sessions
from gateway.identity.rules import SessionKind
from tests.conftest import ready_urls
from tests.gateway.identity.browser import Browser, Said
from tests.people import Ids
from tests.scenes import head_office
from tests.whole import Whole, whole_product

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="([^"]+)"')


@dataclass
class Desk:
    """Somebody at their browser, signed in."""

    browser: Browser

    async def open(self, path: str) -> Said:
        """Open a page."""
        return await self.browser.get(path)

    async def send(self, form_page: str, action: str, **fields: str) -> Said:
        """Fill in the form of a page and send it, with its token and the version it showed."""
        shown = (await self.open(form_page)).text
        hidden = {"form_token": TOKEN.findall(shown)[-1]} if TOKEN.search(shown) else {}
        if "version" not in fields and VERSION.search(shown):
            hidden["version"] = VERSION.findall(shown)[-1]
        return await self.browser.submit(action, **hidden, **fields)


@dataclass
class House:
    """The product at work, and the ids of its cast and places."""

    app: ASGIApp
    gateway: Database
    settings: Settings
    ids: Ids

    async def desk(self, name: str, language: str = "zh", *, ago: int = 0) -> Desk:
        """One of the cast at a desk, who proved who they are some seconds `ago`."""
        browser = Browser(self.app, language=language)
        opened = await self.gateway.write(_signed_in, self.ids.people[name], ago)
        browser.cookies |= {"__Host-sid": opened.sid, "__Host-wr": opened.wr}
        return Desk(browser)


def _signed_in(tx, person_id: str, ago: int) -> sessions.Opened:  # type: ignore[no-untyped-def]
    account = account_store.account(tx, person_id)
    assert account is not None
    now = int(tx.now.timestamp())
    return sessions.open_session(tx, account, SessionKind.DESK, "password", "test", auth_time=now - ago)


@pytest.fixture
async def house(engine: str, tmp_path: Path) -> AsyncIterator[House]:
    """The head office with its cast, everything served as `gatehouse serve` does."""
    scene = head_office()
    with ready_urls(engine, tmp_path) as urls:
        databases: dict[str, Any] = await scene.lay(urls)
        settings = Settings(
            data=tmp_path, public_url="https://gate.example.com", log="off", calls_per_second=0, **databases
        )
        app, served = build(settings)
        async with app.router.lifespan_context(app):
            yield House(served, app.state.db, settings, scene.ids)


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    """The product on SQLite with badges at its door and nobody inside: for pages of the door."""
    async with whole_product(tmp_path) as product:
        yield product


async def settled(ask, seconds: float = 5) -> None:  # type: ignore[no-untyped-def]
    """Wait until `ask()` says yes: followers hear of a change a moment later."""
    until = asyncio.get_running_loop().time() + seconds
    while not await ask():
        assert asyncio.get_running_loop().time() < until, "not in time"
        await asyncio.sleep(0.02)
