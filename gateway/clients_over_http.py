"""A service in a process of its own, over the gateway's pool of connections.

Apart from `gateway/clients.py` so that one process with everything in it does without aiohttp.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from chassis.asgi import Answer, Observed
from gateway.circuit import Circuit
from gateway.clients import DEADLINE_SECONDS, SAFE, ServiceDown

CONNECT_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 30.0
CONNECTIONS = 100
CHUNK = 64 * 1024
WITH_BODY = ("content-length", "transfer-encoding")
NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
NOT_HANDED_BACK = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"date", b"server", b"x-request-id"})


class OverHttp:
    """A service at an address, over the gateway's pool of connections."""

    def __init__(self, name: str, url: str, session: aiohttp.ClientSession) -> None:
        self.name = name
        self.circuit = Circuit()
        self.pass_on: ASGIApp = Observed(self._relay, "gateway")
        self._url = url.rstrip("/")
        self._session = session

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = DEADLINE_SECONDS,
    ) -> Answer:
        """Call over HTTP within the deadline; what is safe is tried once more on a fresh connection."""
        url = URL(f"{self._url}{path}?{query}" if query else self._url + path, encoded=False)
        try:
            async with asyncio.timeout(seconds), self._answered(method, url, headers or {}, body) as got:
                return Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, await got.read())
        except NO_ANSWER as error:
            self.circuit.failed()
            raise ServiceDown(self.name) from error

    async def _relay(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream one request to the service and its answer back; bytes are never collected."""
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        url = URL(self._url + target.decode("latin-1"), encoded=True)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        headers["x-request-id"] = scope["state"]["request_id"]
        body = _Body(receive) if not headers.keys().isdisjoint(WITH_BODY) else None
        begun = False
        try:
            async with asyncio.timeout(DEADLINE_SECONDS) as deadline:
                async with self._answered(scope["method"], url, headers, body.chunks() if body else b"") as got:
                    deadline.reschedule(None)
                    begun = True
                    await _stream(got, send)
        except NO_ANSWER as error:
            if body is not None and body.fault is not None:
                self.circuit.gave_up()
                raise body.fault from error
            self.circuit.failed()
            if begun:
                raise
            raise ServiceDown(self.name) from error

    @asynccontextmanager
    async def _answered(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes | AsyncIterator[bytes]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if not self.circuit.admits():
            raise ServiceDown(self.name, sent=False)
        try:
            got = await self._sent(method, url, headers, body)
        except asyncio.CancelledError:
            self.circuit.gave_up()
            raise
        self.circuit.succeeded()
        async with got:
            yield got

    async def _sent(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes | AsyncIterator[bytes]
    ) -> aiohttp.ClientResponse:
        try:
            return await self._session.request(method, url, headers=headers, data=body or None, allow_redirects=False)
        except (aiohttp.ClientError, OSError):
            if method not in SAFE:
                raise
            return await self._session.request(method, url, headers=headers, allow_redirects=False)


class SenderLeft(Exception):
    """Whoever sent the request went away in the middle of its body."""


class _Body:
    """The body of a request, chunk by chunk, as it comes in. `fault` is why it ended early: never the service's."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.fault: Exception | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The chunks, until the last; raises when there are too many or the sender went away."""
        more = True
        while more:
            message = await self._next()
            if message.get("body"):
                yield message["body"]
            more = message.get("more_body", False)

    async def _next(self) -> Message:
        try:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise SenderLeft()
        except Exception as error:
            self.fault = error
            raise
        return message


async def _stream(got: aiohttp.ClientResponse, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in got.raw_headers if name.lower() not in NOT_HANDED_BACK]
    await send({"type": "http.response.start", "status": got.status, "headers": headers})
    async for chunk in got.content.iter_chunked(CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def open_session() -> aiohttp.ClientSession:
    """The gateway's pool of connections to all services; made and closed in the lifespan."""
    connector = aiohttp.TCPConnector(
        limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=5
    )
    timeout = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=CONNECT_SECONDS)
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("User-Agent", "Accept-Encoding", "Content-Type"),
    )
    # aiohttp repeats PUT and DELETE by itself when a connection breaks, and GET once more than we do.
    session._retry_connection = False
    return session
