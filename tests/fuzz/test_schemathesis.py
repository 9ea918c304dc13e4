"""schemathesis on the merged document: as an administrator who may do everything, and as a program with every scope.

The ordinary run holds each operation against its document at every boundary of every value, with a fixed seed. `make
fuzz` generates many more, and follows what one answer names into the next call.

No operation is left out. The document names no stream: pages listen to those at addresses of their own (`live.py`).
Where a call would cut off the caller (`Spared`), somebody else is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from chassis import clock
from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from gateway.identity import account_store, clients, sessions
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened
from gateway.notices import channels, outbox
from gateway.notices.chat import Undelivered
from tests.fuzz.document import readied
from tests.fuzz.running import DEEP, Found, run
from tests.fuzz.world import ADMIN, Story, stage
from tests.whole import Whole, whole_product

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
"""Hypothesis thinks its strategies draw from `random` when the app, in its own thread, does."""
HOUR = 3600
TOKEN_SECONDS = 60


@dataclass
class World:
    """The product at work in a loop of its own, and its document with values that exist."""

    whole: Whole
    portal: BlockingPortal
    document: dict[str, Any]

    def fuzzed(self, sign: Any, *phases: str) -> Found:
        """All operations, called as `sign` signs; in a deep run in every way."""
        deep = ("examples", "coverage", "fuzzing", "stateful")
        return run(self.document, self.whole.app, self.portal, sign, *(deep if DEEP else phases))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Nobody is reached by what a fuzzed channel is told."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        for sender in (channels, outbox):
            patch.setattr(sender, "say", _undelivered)
        product = whole_product(tmp_path_factory.mktemp("fuzz"), stage)
        with portal.wrap_async_context_manager(product) as whole:
            known = portal.call(Story(whole).played)
            document = portal.call(whole.browser().get, "/api/openapi.json").json
            yield World(whole, portal, readied(document, known, every_key=bool(DEEP)))


def _undelivered(url: str, text: str) -> None:
    raise Undelivered("address")


class Spared:
    """Puts credentials on a case; what would end them is aimed at another person or at nothing."""

    def __init__(self, instead: dict[str, str]) -> None:
        self._instead = instead

    def __call__(self, case: Any) -> None:
        """Sign."""
        for name, value in (case.path_parameters or {}).items():
            if isinstance(value, str) and value in self._instead:
                case.path_parameters[name] = self._instead[value]
        self.sign(case)

    def sign(self, case: Any) -> None:
        """The credentials themselves."""
        raise NotImplementedError


class AsAdmin(Spared):
    """By the cookies of a session whose second check holds, from a page of ours."""

    def __init__(self, world: World) -> None:
        ids = world.whole.ids
        opened: Opened = world.portal.call(world.whole.gateway.write, _checked_lately, ids.people["admin"])
        super().__init__({ADMIN: "E010", ids.people["admin"]: ids.people["agent"], opened.session_id: new_id()})
        self._cookies = {"__Host-sid": opened.sid, "__Host-wr": opened.wr}

    def sign(self, case: Any) -> None:
        """Two cookies and the word of the browser."""
        case.cookies = {**(case.cookies or {}), **self._cookies}
        case.headers["Sec-Fetch-Site"] = "same-origin"


class AsClient(Spared):
    """By a bearer token with every scope there is, asked for anew before it expires; each change with a key."""

    def __init__(self, world: World, scopes: list[str]) -> None:
        self._world = world
        self._made = world.portal.call(world.whole.gateway.write, clients.add_client, OPERATOR, "fuzz", scopes)
        self._token, self._until = "", 0
        super().__init__({self._made["id"]: new_id()})

    def sign(self, case: Any) -> None:
        """A token, and what machines must send."""
        if clock.unix() >= self._until:
            self._token, self._until = self._asked(), clock.unix() + TOKEN_SECONDS
        case.headers["Authorization"] = f"Bearer {self._token}"
        if case.method != "GET":
            case.headers.setdefault("Idempotency-Key", uuid4().hex)

    def _asked(self) -> str:
        fields = {"grant_type": "client_credentials", "client_id": self._made["id"]}
        form = urlencode({**fields, "client_secret": self._made["secret"]}).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        said = self._world.portal.call(self._world.whole.browser().send, "POST", "/oauth/token", form, kind)
        token: str = said.json["access_token"]
        return token


OPERATOR = Actor.operator("tests")


def _checked_lately(tx: Tx, person_id: str) -> Opened:
    account = account_store.account(tx, person_id)
    assert account is not None
    later = clock.unix() + HOUR
    return sessions.open_session(tx, account, SessionKind.DESK, "password", "fuzz", auth_time=later)


def test_an_administrator_is_answered_as_the_document_says(world: World) -> None:
    found = world.fuzzed(AsAdmin(world), "examples", "coverage")
    assert (found.failures, found.errors) == ({}, [])
    assert len(found.statuses) >= len(world.document["paths"])
    assert found.reached(2) > 80, "calls that the rules refuse one and all would show little"


def test_a_program_with_every_scope_is_answered_as_the_document_says(world: World) -> None:
    scopes = {
        scope
        for calls in world.document["paths"].values()
        for one in calls.values()
        for way in one["security"]
        for scope in way.get("client", ())
    }
    found = world.fuzzed(AsClient(world, sorted(scopes)), "examples")
    assert (found.failures, found.errors) == ({}, [])
    assert found.reached(2) > 20
