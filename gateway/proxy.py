"""`/api/<service>/v1/…` passed to its service unchanged, with a token the service believes instead of the caller's own.

Outgoing headers come from an allow-list: cookies, Authorization, forwarded headers and any name with `_` stay here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.problems import NotFound, NotSignedIn, Problem, Unavailable
from chassis.refusals import problem
from gateway.clients import ServiceClient, ServiceDown
from gateway.identity.keeper import Keeper
from gateway.identity.principal import Principal

FORWARDED = frozenset(
    {
        b"accept",
        b"accept-language",
        b"content-length",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"prefer",
        b"transfer-encoding",
    }
)


class Proxy:
    """The ASGI app behind `/api/{service}`."""

    def __init__(self, clients: Mapping[str, ServiceClient], keeper: Keeper) -> None:
        self._clients = clients
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3: find the service, swap the credential, hand the request over."""
        try:
            await self._pass_on(scope, receive, send)
        except ServiceDown:
            await _refuse(Unavailable(), scope, receive, send)
        except Problem as error:
            await _refuse(error, scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("root_path", "") + scope["path"] if not scope["path"].startswith("/api") else scope["path"]
        service = _service_of(path, scope.get("raw_path") or b"")
        client = self._clients.get(service)
        if client is None:
            raise NotFound()
        caller: Principal | None = scope["state"].get("principal")
        if caller is None:
            raise NotSignedIn(headers={"WWW-Authenticate": "Bearer"})
        token = await self._keeper.token_for(caller, service)
        headers = [pair for pair in scope["headers"] if pair[0] in FORWARDED]
        headers.append((b"authorization", b"Bearer " + token.encode()))
        headers.append((b"x-request-id", scope["state"]["request_id"].encode()))
        inner: dict[str, Any] = {**scope, "path": path, "root_path": "", "headers": headers}
        inner["state"] = {"request_id": scope["state"]["request_id"]}
        for name in ("app", "router", "route", "endpoint", "path_params"):
            inner.pop(name, None)
        await client.pass_on(inner, receive, send)


def _service_of(path: str, raw: bytes) -> str:
    """The service a path belongs to. Raises `NotFound` for anything that could be read in two ways."""
    once = unquote(raw.decode("latin-1")) if raw else path
    odd = "//" in path or "\\" in path or "%" in once or any(part in (".", "..") for part in path.split("/"))
    parts = path.split("/", 4)
    if odd or len(parts) < 4 or parts[1] != "api" or parts[3] != "v1":
        raise NotFound()
    return parts[2]


async def _refuse(error: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    title, detail = (error.zh, error.en), (error.detail_zh, error.detail_en)
    response: Response = problem(request, error.status, error.slug, title, detail, headers=error.headers)
    await response(scope, receive, send)
