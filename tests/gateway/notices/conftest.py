"""A gateway that was told things: people with work mail, a chat service and a mail server that listen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.db import Database
from chassis.ids import new_id
from chassis.peers import Entry
from chassis.settings import Settings
from gateway.identity import accounts, place_store
from gateway.identity.tables import BASE
from gateway.notices import channels, safe_http, schemas, store
from gateway.notices.follows import follows_visitor
from gateway.notices.outbox import Outbox
from tests.conftest import OpenDb
from tests.gateway.notices.servers import Chat, Post, chat_server, mail_server

SITE, OTHER_SITE = new_id(), new_id()
NOON = datetime.fromisoformat("2026-11-24T12:00:00+08:00")
PEOPLE = {
    "manager": ("M001", "赵敏", [f"centre_manager@site:{SITE}"], "zh"),
    "duty": ("D001", "孙磊", ["duty_manager"], "en"),
    "host": ("E001", "李娜", [], "zh"),
    "admin": ("A001", "何平", ["platform_admin", "security_admin"], "zh"),
}


@dataclass
class Office:
    """Everything a test of notices needs. Time stands still unless a test moves it."""

    db: Database
    settings: Settings
    outbox: Outbox
    chat: Chat
    post: Post
    people: dict[str, str] = field(default_factory=dict)
    now: datetime = NOON

    def go(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)

    def as_(self, name: str) -> Actor:
        """One of the people, signed in."""
        roles = frozenset(PEOPLE[name][2])
        return Actor(ActorKind.PERSON, self.people[name], roles, frozenset({STAFF_SCOPE}))

    async def told(self, kind: str, *names: str, subject: str = "visit:1", by: str = "person:x", **how: Any) -> str:
        """The visitor service asked that these are told; the notice's id."""
        notice_id = new_id()
        state = {"id": notice_id, "kind": kind, "page": "/visits/1", "subject": subject, "by": by}
        state |= {"recipients": [self.people[name] for name in names], "at": self.now.isoformat()}
        state |= {"urgency": "usual", "asks": False, "settles": False, **how}
        entry = Entry(0, self.now, "NoticeAsked", notice_id, by, {}, state)
        follows = follows_visitor(mail=True)
        await self.db.write(follows.by_subject["notice"], entry)
        return notice_id

    async def add_channel(self, **changes: Any) -> str:
        """A channel to the chat service; its id."""
        asked = schemas.ChannelAsked.model_validate({"name": "值班群", "url": self.chat.url, **changes})
        made = await self.db.write(channels.add, self.as_("admin"), asked, private=True)
        channel_id: str = made["id"]
        return channel_id

    async def waiting(self, name: str) -> int:
        """How much waits for somebody."""
        return await self.db.read(store.waiting_count, self.people[name])

    def mail_of(self, name: str) -> list[str]:
        """The subjects of the mails somebody got."""
        address = f"{PEOPLE[name][0].lower()}@example.com"
        return [str(letter["Subject"]) for to, letter in self.post.letters if to == [address]]


@contextmanager
def guarded() -> Iterator[None]:
    """Calls may reach this machine, as tests need; afterwards `requests` is as it was."""
    before = requests.Session
    safe_http.guard(private=True)
    yield
    requests.Session = requests.sessions.Session = before  # type: ignore[misc]


@pytest.fixture
async def office(open_db: OpenDb, tmp_path: Path) -> AsyncIterator[Office]:
    """Four people at one site, at noon."""
    db = open_db(BASE)
    with chat_server() as chat, mail_server() as post, guarded():
        settings = Settings(
            data=tmp_path,
            public_url="https://gate.example.com",
            smtp_host="127.0.0.1",
            smtp_port=post.port,
            smtp_tls="none",
            smtp_from="门岗 <gate@example.com>",
            private_channels=True,
        )
        made = Office(db, settings, Outbox(db, settings), chat, post)
        with clock.reading(lambda: made.now):
            await _people(made)
            yield made


async def _people(office: Office) -> None:
    for site, zone in ((SITE, "Asia/Shanghai"), (OTHER_SITE, "Europe/Berlin")):
        values = {"name": "总部", "name_en": "Head office", "zone": zone}
        await office.db.write(place_store.keep, place_store.SITE, site, values)
    for name, (number, full_name, roles, language) in PEOPLE.items():
        office.people[name] = new_id()
        held = [{"role": role, "starts_at": "2026-01-01T00:00:00Z", "ends_at": None} for role in roles]
        state = {"employee_no": number, "name": full_name, "site_id": SITE, "department_id": None, "roles": held}
        state |= {"active": True, "leaves_at": None, "language": language, "badge_no": None}
        state |= {"work_email": f"{number.lower()}@example.com"}
        await office.db.write(accounts.copy_person, office.people[name], state)
