"""What stands in front of every route: hosts, headers, cross-site requests, body size, and who calls.

Plain ASGI throughout; `BaseHTTPMiddleware` would cost more than the requests themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.identity.keeper import Keeper
from gateway.limits import largest_body

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
)
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Secured:
    """Adds the headers, refuses foreign hosts, cross-site writes and oversized bodies."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self._hosts = frozenset({*hosts, "localhost", "127.0.0.1", "[::1]", "in-process"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        extra = (*HEADERS, HSTS) if scope["scheme"] == "https" else HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}
                message["headers"] = [*message.get("headers", ()), *(pair for pair in extra if pair[0] not in own)]
            await send(message)

        fault = self._fault(scope, headers)
        if fault is not None:
            await _answer(with_headers, *fault)
            return
        await self.app(scope, _limited(scope, receive), with_headers)

    def _fault(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, str, str] | None:
        if _host(headers.get("host", "")) not in self._hosts:
            return 400, "unknown-host", "这个地址没有在本系统登记", "This host name is not one of this deployment's"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > largest_body(scope["path"]):
            return 413, "too-large", "内容太大", "The content is too large"
        by_cookie = scope["method"] not in SAFE and "cookie" in headers and "authorization" not in headers
        if by_cookie and not is_same_origin(headers):
            return 403, "cross-site", "请从本系统的页面提交", "Only this system's own pages may send this"
        return None


def is_same_origin(headers: dict[str, str]) -> bool:
    """Whether a browser says that a page of ours sent this: Sec-Fetch-Site, or where absent a matching Origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


def _host(header: str) -> str:
    """A Host header without its port, lower case."""
    name, _, port = header.rpartition(":")
    return (name if name and port.isdecimal() else header).lower()


def _limited(scope: Scope, receive: Receive) -> Receive:
    """A body without a length is cut off at the limit: the reader sees the sender gone."""
    left = largest_body(scope["path"])

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return counted


async def _answer(send: Send, status: int, slug: str, zh: str, en: str) -> None:
    body = orjson.dumps({"type": f"/problems/{slug}", "title": zh, "status": status, "detail": f"{zh} {en}"})
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class KnowsCaller:
    """Finds out who calls before pages and the API run; static files and health need nobody."""

    NOBODY = ("/static/", "/healthz", "/readyz", "/.well-known/")

    def __init__(self, app: ASGIApp, gateway: FastAPI) -> None:
        self.app = app
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3. A write with cookies needs the Strict one too, or counts as nobody's."""
        if scope["type"] != "http" or scope["path"].startswith(self.NOBODY):
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        keeper: Keeper = self._gateway.state.keeper
        request = Request(scope)
        principal = await keeper.principal_of(request)
        if principal is not None and scope["method"] not in SAFE and not principal.may_write:
            principal = None
        state["principal"] = principal
        state["viewer"] = principal if principal is not None and principal.actor.is_person else None
        state["actor"] = principal.actor if principal is not None else None
        await self.app(scope, receive, send)
