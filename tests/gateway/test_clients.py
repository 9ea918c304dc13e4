"""Reaching a service over HTTP when it is slow, gone, rude or back again: deadlines, one retry, the circuit."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.types import Receive, Scope, Send

from gateway import circuit
from gateway.clients import ServiceDown
from gateway.clients_over_http import OverHttp, open_session
from tests.gateway.behind import echo, serving

pytestmark = pytest.mark.anyio
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[OverHttp]:
    async with open_session() as session:
        yield OverHttp("visitor", url, session)


@asynccontextmanager
async def rude(handle: Handler) -> AsyncIterator[str]:
    """A TCP server that does with each connection what `handle` does."""
    server = await asyncio.start_server(handle, "127.0.0.1", 0)  # type: ignore[arg-type]
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def test_a_call_reaches_the_service() -> None:
    async with serving(echo) as url, client_of(url) as client:
        answer = await client.call(
            "PUT", "/api/visitor/v1/visits", query="q=%E5%BC%A0", headers={"prefer": "x"}, body=b"12"
        )
        assert (answer.status, answer.headers["etag"]) == (200, '"7"')
        assert b'"query":"q=%E5%BC%A0","length":2' in answer.body
        assert b'"prefer":"x"' in answer.body


async def test_nobody_there_is_told_at_once_and_the_circuit_opens(free_port: int) -> None:
    async with client_of(f"http://127.0.0.1:{free_port}") as client:
        for _ in range(circuit.FAILURES_TO_OPEN):
            with pytest.raises(ServiceDown) as down:
                await client.call("GET", "/x")
            assert down.value.sent
        assert client.circuit.is_open
        begun = time.monotonic()
        with pytest.raises(ServiceDown) as down:
            await client.call("GET", "/x")
        assert not down.value.sent
        assert time.monotonic() - begun < 0.05


async def test_a_circuit_closes_when_the_service_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit, "OPEN_SECONDS", 0.1)
    async with serving(echo) as url, client_of(url) as client:
        for _ in range(circuit.FAILURES_TO_OPEN):
            client.circuit.failed()
        with pytest.raises(ServiceDown):
            await client.call("GET", "/x")
        await asyncio.sleep(0.12)
        said = await asyncio.gather(*(client.call("GET", "/x") for _ in range(5)), return_exceptions=True)
        assert sum(isinstance(one, ServiceDown) for one in said) == 4, "one call tries, the others fail at once"
        assert (await client.call("GET", "/x")).status == 200
        assert not client.circuit.is_open


async def test_a_slow_service_is_given_up_at_the_deadline() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(5)

    async with serving(slow) as url, client_of(url) as client:
        begun = time.monotonic()
        with pytest.raises(ServiceDown):
            await client.call("GET", "/x", seconds=0.2)
        assert time.monotonic() - begun < 1


@pytest.mark.parametrize(("method", "tries"), [("GET", 2), ("POST", 1), ("DELETE", 1)])
async def test_only_what_is_safe_is_tried_again(method: str, tries: int) -> None:
    connections = 0

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with rude(cut) as url, client_of(url) as client:
        with pytest.raises(ServiceDown):
            await client.call(method, "/x")
    assert connections == tries


async def test_rubbish_counts_as_no_answer() -> None:
    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        writer.close()

    async with rude(rubbish) as url, client_of(url) as client:
        with pytest.raises(ServiceDown):
            await client.call("GET", "/x")
        assert client.circuit.failures == 1


async def test_connections_are_kept() -> None:
    peers: set[int] = set()

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        peers.add(scope["client"][1])
        await echo(scope, receive, send)

    async with serving(note) as url, client_of(url) as client:
        for _ in range(10):
            await client.call("GET", "/x")
    assert len(peers) == 1
