"""Who calls: an administrator by cookies, a program by its token, a tablet at the door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from anyio.from_thread import BlockingPortal

from chassis import clock
from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from gateway.identity import account_store, clients, sessions
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened
from tests.fuzz.world import ADMIN
from tests.whole import Whole

HOUR = 3600
TOKEN_SECONDS = 60
OPERATOR = Actor.operator("tests")


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

    def __init__(self, whole: Whole, portal: BlockingPortal) -> None:
        ids = whole.ids
        opened: Opened = portal.call(whole.gateway.write, _checked_lately, ids.people["admin"])
        super().__init__({ADMIN: "E010", ids.people["admin"]: ids.people["agent"], opened.session_id: new_id()})
        self._cookies = {"__Host-sid": opened.sid, "__Host-wr": opened.wr}

    def sign(self, case: Any) -> None:
        """Two cookies and the word of the browser."""
        case.cookies = {**(case.cookies or {}), **self._cookies}
        case.headers["Sec-Fetch-Site"] = "same-origin"


class AsClient(Spared):
    """By a bearer token with every scope there is, asked for anew before it expires; each change with a key."""

    def __init__(self, whole: Whole, portal: BlockingPortal, scopes: list[str]) -> None:
        self._whole, self._portal = whole, portal
        self._made = portal.call(whole.gateway.write, clients.add_client, OPERATOR, "fuzz", scopes)
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
        said = self._portal.call(self._whole.browser().send, "POST", "/oauth/token", form, kind)
        token: str = said.json["access_token"]
        return token


class AsTablet(Spared):
    """By the cookie of a tablet that stands at the main door; each change with a key."""

    def __init__(self, whole: Whole, portal: BlockingPortal) -> None:
        super().__init__({})
        self._secret = portal.call(whole.tablet).cookies["kiosk"]

    def sign(self, case: Any) -> None:
        """A cookie, the word of the browser, and what tablets must send."""
        case.cookies = {**(case.cookies or {}), "__Host-kiosk": self._secret}
        case.headers["Sec-Fetch-Site"] = "same-origin"
        if case.method != "GET":
            case.headers.setdefault("Idempotency-Key", uuid4().hex)


def _checked_lately(tx: Tx, person_id: str) -> Opened:
    account = account_store.account(tx, person_id)
    assert account is not None
    later = clock.unix() + HOUR
    return sessions.open_session(tx, account, SessionKind.DESK, "password", "fuzz", auth_time=later)
