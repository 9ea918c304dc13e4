"""`/api/<service>/v1/…` passed to its service unchanged, with a token the service believes instead of the caller's own.

Outgoing headers come from an allow-list: cookies, Authorization, forwarded headers and any name with `_` stay here.
Nothing is collected: bodies stream both ways. In one process the service's app is simply called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.asgi import Observed
from chassis.problems import NotFound, NotSignedIn, Problem
from chassis.refusals import problem
from chassis.settings import SERVICES
from gateway.errors import as_problem
from gateway.identity.keeper import Keeper
from gateway.security import HSTS, Guard, headers_of, limited

ADDRESS = re.compile(r"/api/([a-z]+)(/.*)?", re.DOTALL)
CLEAN = re.compile(rb"/api/[a-z]+/v1(/[A-Za-z0-9._~:@!$&'()*+,;=%-]+)+")
"""The path as sent: one reading only. Checked with `UNCLEAN`, which names what percent-encoding must not hide."""
UNCLEAN = re.compile(rb"%(2f|5c|2e|25|0[0-9a-f]|1[0-9a-f]|7f)|/\.\.?(/|$)", re.IGNORECASE)
PASSED_ON = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"content-length",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"prefer",
        b"transfer-encoding",
        b"x-request-id",
    }
)
PASSED_BACK = frozenset(
    {
        b"allow",
        b"cache-control",
        b"content-disposition",
        b"content-encoding",
        b"content-language",
        b"content-length",
        b"content-security-policy",
        b"content-type",
        b"etag",
        b"link",
        b"location",
        b"preference-applied",
        b"retry-after",
        b"vary",
        b"www-authenticate",
        b"x-request-id",
    }
)
ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


class Proxy:
    """Plain ASGI before the gateway's own routes: takes what is a service's, leaves the rest to `app`."""

    def __init__(self, gateway: FastAPI, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self._gateway = gateway
        self._guard = guard
        self._pressed: dict[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        found = ADDRESS.fullmatch(scope["path"])
        if found is None or found[1] not in SERVICES:
            await self.app(scope, receive, send)
            return
        begun = False

        async def passed_back(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = _passed_back(message.get("headers", ()), scope["scheme"] == "https")
            await send(message)

        try:
            await self._pass_on(found[1], scope, receive, passed_back)
        except Exception as error:
            # Once an answer has begun, the service has logged its error and the server cuts the connection.
            if not begun:
                await _refuse(as_problem(error), scope, receive, passed_back)

    async def _pass_on(self, service: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        self._guard.check(scope, headers)
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        if CLEAN.fullmatch(raw) is None or UNCLEAN.search(raw) is not None:
            raise NotFound()
        state = self._gateway.state
        keeper: Keeper = state.keeper
        caller = await self._guard.caller(scope, keeper)
        if caller is None:
            raise NotSignedIn(headers={"WWW-Authenticate": "Bearer"})
        token = await keeper.token_for(caller, service)
        passed = [pair for pair in scope["headers"] if pair[0] in PASSED_ON]
        passed.append((b"authorization", b"Bearer " + token.encode()))
        target = self._target(service, headers, state.clients[service].pass_on)
        await target({**scope, "headers": passed, "state": {}}, limited(scope, headers, receive), send)

    def _target(self, service: str, headers: Mapping[str, str], plain: ASGIApp) -> ASGIApp:
        """The service, behind compression for who takes it. The body of an answer may be large, its secrets are none
        that a caller could mix with text of their own."""
        if "gzip" not in headers.get("accept-encoding", ""):
            return plain
        if service not in self._pressed:
            self._pressed[service] = GZipMiddleware(plain, minimum_size=1024, compresslevel=6)
        return self._pressed[service]


def _passed_back(headers: list[tuple[bytes, bytes]], https: bool) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in headers if pair[0] in PASSED_BACK]
    names = {name for name, _ in kept}
    kept.extend(pair for pair in (*ALWAYS, *HSTS) if pair[0] not in names and (https or pair not in HSTS))
    return kept


async def _refuse(error: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer here, with the request id and the log line that the service would have given it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        titles, details = (error.zh, error.en), (error.detail_zh, error.detail_en)
        made = problem(Request(scope), error.status, error.slug, titles, details, headers=error.headers)
        await made(scope, receive, send)

    await Observed(answer, "gateway")({**scope, "state": {}}, receive, send)
