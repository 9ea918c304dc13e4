"""Plain ASGI around every app: request ids, one log line a request, metrics; and calling an app in the same process."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.logs import request_line

REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{6,40}$")
SECONDS = Histogram(
    "gatehouse_request_seconds",
    "Time to answer, by service, route template and status class",
    ("service", "route", "status"),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ERRORS = Counter("gatehouse_server_errors", "Answers with status 5xx", ("service",))


class Observed:
    """Gives each request an id (kept when the gateway sent one), times it, counts it and writes one line."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id
        begun = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._note(scope, request_id, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "-")
        SECONDS.labels(self.service, route, f"{status // 100}xx").observe(seconds)
        if status >= 500:
            ERRORS.labels(self.service).inc()
        request_line(self.service, request_id, scope, route, status, seconds)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"x-request-id" and REQUEST_ID.match(value):
            return value.decode()
    return secrets.token_hex(6).upper()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of another app or service. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def call_app(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """Call an ASGI app in this process, without a socket, and return its whole answer."""
    exchange = _Exchange(body)
    try:
        await app(_scope(method, path, query, headers or {}, body), exchange.receive, exchange.send)
    except Exception:
        # Starlette answers 500 and raises again for the server to see; the answer is what counts here.
        if not exchange.headers:
            raise
    return Answer(exchange.status, exchange.headers, b"".join(exchange.chunks))


class _Exchange:
    """The two callables an ASGI app talks through, for one request with a known body."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.status = 500
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []

    async def receive(self) -> Message:
        """The body once, then the sender has gone."""
        body, self._body = self._body, None
        if body is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Keep what the app answers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            self.chunks.append(message.get("body", b""))


def _scope(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    length = [(b"content-length", str(len(body)).encode())] if body else []
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},  # a stream ends by itself, not by asking whether we left
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [*((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()), *length],
        "client": ("127.0.0.1", 0),
        "server": ("in-process", None),
        "state": {},
    }
