"""Who may call which route of the gateway's own REST: in writing, held against every route, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.identity import passwords
from gateway.identity.base import BASE
from gateway.notices import channels
from services.access.base import BASE as ACCESS
from tests.conftest import OpenDb
from tests.gateway.ladder_world import API, CHEAP, PASSWORD, PIN, GatewayWorld, playing
from tests.ladder import PROGRAMS, STAFF, api_routes, gaps_in, missing_rungs, named, row, wrong_doors

pytestmark = pytest.mark.anyio
ANYBODY = STAFF | PROGRAMS
"""Signing in, and whoever holds a link or a code: the secret itself is what lets them."""
ADMINS, AT_THE_DOOR = "platform security", "platform security guard floor_manager"
HOSTS = named("host", PROGRAMS)
"""For whom the host's own thing exists; programs read that it is for people."""
AGAIN = {"password": PASSWORD}
CHANNEL = {"name": "夜班群", "url": "wecombot://another"}

ROWS = (
    row("POST /sessions", "", ANYBODY, body={"employee_no": "E010", "password": PASSWORD}),
    row("GET /sessions", "", STAFF),
    row("DELETE /sessions", "", STAFF),
    row("DELETE /sessions/{mine}", "", "host", sees=HOSTS),
    row("POST /sessions/current/second-check", "", STAFF, body=AGAIN),
    row("GET /people/{agent}/sessions", "", ADMINS),
    row("DELETE /people/{agent}/sessions", "", ADMINS),
    row("POST /people/{agent}/password-link", "", ADMINS),
    row("POST /passwords", "", ANYBODY, body={"link": "{link}", "password": "another long secret"}),
    row("POST /me/password", "", STAFF, body={"old_password": PASSWORD, "password": "another long secret"}),
    row("POST /me/pin", "", STAFF, body={"pin": "482915"}),
    row("POST /pairings", "", AT_THE_DOOR, body={"door_id": "{door}"}),
    row("POST /devices", "", ANYBODY, body={"code": "{code}"}),
    row("GET /devices", "", STAFF),
    row("DELETE /devices/{device}", "", AT_THE_DOOR),
    row("POST /tablet-sessions", "", "tablet pin", body={"employee_no": "E010", "pin": PIN}),
    row("POST /clients", "", ADMINS, body={"name": "考勤系统", "scopes": ["people:read"]}),
    row("GET /clients", "", ADMINS),
    row("DELETE /clients/{client}", "", ADMINS),
    row("POST /passkeys/options", "", STAFF),
    row("POST /passkeys", "", "host", body={"credential": "{answer of /passkeys}"}, refused=401),
    row("GET /passkeys", "", STAFF),
    row("DELETE /passkeys/{passkey}", "", "host", sees=HOSTS),
    row("POST /passkeys/sign-in-options", "", ANYBODY),
    row("POST /sessions/by-passkey", "", ANYBODY, body={"credential": "{answer of /sessions/by-passkey}"}),
    row("POST /passkeys/check-options", "", "host", sees=HOSTS),
    row("POST /sessions/current/second-check-by-passkey", "", "host", refused=401,
        body={"credential": "{answer of /sessions/current/second-check-by-passkey}"}),
    row("GET /notices", "", STAFF),
    row("POST /notices:read", "", STAFF),
    row("GET /channels", "", ADMINS),
    row("POST /channels", "", ADMINS, body=CHANNEL),
    row("POST /channels/{channel}:switch", "", ADMINS, body={"on": False}),
    row("POST /channels/{channel}:test", "", ADMINS),
    row("DELETE /channels/{channel}", "", ADMINS),
    row("GET /journal", "audit:read", "auditor security platform"),
)  # fmt: skip
FEED = row("GET /internal/journal", "journal:read", "service")
OPEN = frozenset({
    "POST /oauth/token", "POST /oauth/revoke", "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/jwks.json",
})  # fmt: skip
"""OAuth asks for a client's secret instead, and answers as its RFCs say (`tests/gateway/identity/test_oauth.py`)."""


@pytest.fixture
async def world(open_db: OpenDb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GatewayWorld]:
    monkeypatch.setattr(channels, "say", lambda _url, _text: None)
    monkeypatch.setattr(passwords, "new_hasher", lambda: CHEAP)
    async with playing(open_db(ACCESS), open_db(BASE), tmp_path) as made:
        yield made


async def test_every_route_has_its_row_and_each_of_the_cast_gets_what_the_table_says(world: GatewayWorld) -> None:
    documented = [route for route in api_routes(world.app.routes) if route.include_in_schema]
    wrong = gaps_in(documented, API, ROWS, OPEN) + await wrong_doors(world, ROWS)
    assert not wrong, "\n".join(wrong)


async def test_unknown_things_and_bad_bodies_are_refused(world: GatewayWorld) -> None:
    wrong = await missing_rungs(world, ROWS)
    assert not wrong, "\n".join(wrong)


async def test_lists_hold_what_is_the_readers_own_and_only_a_service_reads_the_feed(world: GatewayWorld) -> None:
    sees_tablet, has_passkey = set(), set()
    for who in STAFF:
        for path, found in (("GET /devices", sees_tablet), ("GET /passkeys", has_passkey)):
            said = await world.send(who, row(path, "", STAFF))
            found |= {who} if said.body["items"] else set()
        sessions = (await world.send(who, row("GET /sessions", "", STAFF))).body["items"]
        assert [one["kind"] for one in sessions] == (["tablet", "desk"] if who == "guard" else ["desk"]), who
    assert (sees_tablet, has_passkey) == (named(AT_THE_DOOR), {"host"})
    assert {who for who in STAFF | PROGRAMS if (await world.send(who, FEED)).status == 200} == {"service"}
