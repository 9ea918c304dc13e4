"""The gateway's own REST on a database that keeps nothing, with everybody's cookie, code, link and passkey at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from argon2 import PasswordHasher
from starlette.types import ASGIApp

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.catching_up import catch_up
from chassis.db import Database, Tx
from chassis.settings import Settings
from gateway.app import build, served
from gateway.identity import account_store, accounts, clients, devices, sessions
from gateway.identity.base import BASE
from gateway.identity.follows import FOLLOWS
from gateway.identity.keeper import Keeper
from gateway.identity.rules import SessionKind
from gateway.notices import channels
from gateway.notices.schemas import ChannelAsked
from services.access.app import PARTS as ACCESS
from tests.calls import Said
from tests.gateway.identity.authenticator import Authenticator
from tests.gateway.identity.browser import DESKTOP, Browser
from tests.ladder import HELD, STAFF, Row, World
from tests.ladder_stage import Unkept, add_others
from tests.stage import set_stage

API = "/api/gateway/v1"
HOST = "gate.example.com"
PASSWORD, PIN = "correct horse battery", "739204"
OPERATOR = Actor.operator("test")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a hash costs is no matter here."""


@dataclass
class GatewayWorld(World):
    """Callers hold cookies and bearer tokens as a browser, a tablet and a program do."""

    served: ASGIApp = None  # type: ignore[assignment]
    keeper: Keeper = None  # type: ignore[assignment]
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    ceremonies: dict[str, str] = field(default_factory=dict)
    """The cookie of a passkey ceremony that has begun, by the path that finishes it."""
    things: dict[str, Any] = field(default_factory=dict)
    """What fills a hole that is a whole value: the answer of an authenticator."""

    def fill(self, value: Any) -> Any:
        """A path or body with its holes filled."""
        return self.things[value] if isinstance(value, str) and value in self.things else super().fill(value)

    async def send(self, who: str, one: Row, **changes: Any) -> Said:
        """The row's call as one of the cast; `changes` replace parts of it."""
        asked = {"path": self.fill(one.path), "body": self.fill(one.body), **changes}
        sent = b"" if asked["body"] is None else orjson.dumps(asked["body"])
        cookies = dict(self.cookies.get(who, {}))
        if one.path in self.ceremonies:
            cookies["__Host-ceremony"] = self.ceremonies[one.path]
        bearer = {"authorization": f"Bearer {self._token(who, one.scope)}"} if who in self.programs else {}
        browser = Browser(self.served, cookies=cookies)
        path = asked["path"] if one.path.startswith("/internal") else API + asked["path"]
        said = await browser.send(one.method, path, sent, headers=bearer | changes.get("headers", {}))
        is_json = said.body and "json" in said.headers.get("content-type", "")
        return Said(said.status, orjson.loads(said.body) if is_json else None, said.headers)

    async def takes_any_token(self, one: Row) -> bool:
        """Whether the route, where it asks who calls, believes a token that was minted for a service."""
        if "nobody" in one.may:
            return False
        scopes = frozenset({"staff", one.scope} - {""})
        program = Actor(ActorKind.CLIENT, self.programs["client"], scopes=scopes)
        token = self.keeper.signer.mint(program, "visitor", clock.unix())
        said = await self.send("nobody", one, headers={"authorization": f"Bearer {token}"})
        return said.status != 401

    def _token(self, who: str, scope: str) -> str:
        kind = ActorKind.SERVICE if who == "service" else ActorKind.CLIENT
        scopes = frozenset(HELD.get(who, {scope or "visits:read"}))
        return self.keeper.signer.mint(Actor(kind, self.programs[who], scopes=scopes), "gateway", clock.unix())


@asynccontextmanager
async def playing(access: Database, db: Database, folder: Path) -> AsyncIterator[GatewayWorld]:
    """The head office signed in at a gateway whose loops and followers stand still.

    Whoever calls has seen to it that hashing is `CHEAP`.
    """
    ids = set_stage(access)
    others = add_others(access, ids)
    catch_up(access, dict(ACCESS.states), db, BASE.cursors, FOLLOWS)
    settings = Settings(data=folder, public_url=f"https://{HOST}", log="off", calls_per_second=0)
    app = build(settings, lambda _keeper: nullcontext())  # type: ignore[arg-type, return-value]
    keeper = Keeper(db, settings)
    await keeper.reload_keys()
    app.state.keeper, app.state.verifier, app.state.db = keeper, keeper.verifier, db
    world = GatewayWorld(ACCESS, app, ids, others, {}, served=served(app, settings), keeper=keeper)
    await play(world, db)
    keeper.db = app.state.db = Unkept(db)  # type: ignore[assignment]
    yield world
    keeper.passwords.close()


async def play(world: GatewayWorld, db: Database) -> None:
    """Everybody signs in; a tablet stands at the door; somebody holds a link, somebody a pairing code."""
    people, door = world.ids.people, world.ids.doors["MAIN"]
    secret = {"password_hash": CHEAP.hash(PASSWORD), "pin_hash": CHEAP.hash(PIN)}
    for who in sorted(STAFF):
        opened = await db.write(_sign_in, people[who], secret)
        world.cookies[who] = {"__Host-sid": opened.sid, "__Host-wr": opened.wr}
    paired = await devices.pair(world.keeper, "192.0.2.7", (await db.write(_open_pairing, door))["code"])
    world.cookies["tablet"] = {"__Host-kiosk": paired["secret"]}
    at_tablet = await db.write(_sign_in, people["guard"], secret, SessionKind.TABLET, paired["id"])
    world.cookies["pin"] = {"__Host-sid": at_tablet.sid, "__Host-wr": at_tablet.wr, **world.cookies["tablet"]}
    for who in ("client", "mute"):
        made = await db.write(clients.add_client, OPERATOR, who, ["visits:read"])
        world.programs[who] = made["id"]
    world.programs["service"] = "visitor"
    mine = await db.read(lambda tx: sessions.mine(tx, Actor(ActorKind.PERSON, people["host"])))
    asked = ChannelAsked.model_validate({"name": "值班群", "url": "wecombot://botkey"})
    channel = await db.write(_add_channel, asked)
    world.names |= {
        "door": door, "device": paired["id"], "agent": people["agent"], "mine": mine["items"][0]["id"],
        "client": world.programs["client"], "channel": channel["id"],
        "code": (await db.write(_open_pairing, door))["code"],
        "link": await db.write(accounts.issue_link, OPERATOR, people["agent"]),
    }  # fmt: skip
    await begin_ceremonies(world)


async def begin_ceremonies(world: GatewayWorld) -> None:
    """The host adds a passkey, and begins to add another, to sign in and to check again."""
    own, another, host = Authenticator(), Authenticator(), Browser(world.served, cookies=world.cookies["host"])

    async def begun(path: str) -> Any:
        return (await host.post(f"{API}{path}")).json

    await host.post(f"{API}/passkeys", {"credential": own.create(await begun("/passkeys/options"))})
    for options, finish, answer in (
        ("/passkeys/options", "/passkeys", another.create),
        ("/passkeys/sign-in-options", "/sessions/by-passkey", own.get),
        ("/passkeys/check-options", "/sessions/current/second-check-by-passkey", own.get),
    ):
        world.things[f"{{answer of {finish}}}"] = answer(await begun(options))
        world.ceremonies[finish] = host.cookies["__Host-ceremony"]
    world.names["passkey"] = (await host.get(f"{API}/passkeys")).json["items"][0]["id"]


def _sign_in(
    tx: Tx, person_id: str, secret: dict[str, str], kind: SessionKind = SessionKind.DESK, device: str | None = None
) -> sessions.Opened:
    account_store.change(tx, person_id, **secret)
    account = account_store.account(tx, person_id)
    assert account is not None
    strength = "pin" if device else "password"
    return sessions.open_session(tx, account, kind, strength, DESKTOP, device_id=device)


def _open_pairing(tx: Tx, door: str) -> dict[str, Any]:
    return devices.open_pairing(tx, OPERATOR, door, "")


def _add_channel(tx: Tx, asked: ChannelAsked) -> dict[str, Any]:
    by = Actor(ActorKind.PERSON, "x", roles=frozenset({"platform_admin"}))
    return channels.add(tx, by, asked, private=False)
