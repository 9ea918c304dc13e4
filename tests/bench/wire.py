"""A small HTTP/1.1 client for measuring: requests as bytes, kept-alive connections, one request at a time on each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Got:
    """One answer and how long it took, in seconds of the wall's clock."""

    status: int
    head: bytes
    body: bytes
    seconds: float


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """A whole request as it goes over the wire."""
    lines = {"Host": "127.0.0.1", **(headers or {})}
    if body or method == "POST":
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Broken(Exception):
    """The server answered something else than expected, or closed the connection."""


class _Connection(asyncio.Protocol):
    """One connection; `ask` sends a request and waits for its whole answer."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(END_OF_HEAD)
        if end < 0 or self._answer is None:
            return
        head = bytes(self._buffer[:end])
        size = _length(head)
        begin = end + len(END_OF_HEAD)
        if len(self._buffer) >= begin + size:
            self._answer.set_result((head, bytes(self._buffer[begin : begin + size])))
            del self._buffer[: begin + size]
            self._answer = None

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(f"closed: {error}"))

    async def ask(self, sent: bytes) -> Got:
        assert self._transport is not None
        begun = time.perf_counter()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(sent)
        head, body = await self._answer
        return Got(int(head[9:12]), head, body, time.perf_counter() - begun)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return int(line[len(LENGTH) :])
    if head[9:12] in (b"204", b"304"):
        return 0
    raise Broken(f"an answer without a length: {head[:200]!r}")


async def connect(port: int) -> _Connection:
    _, made = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    return made


async def _drive(port: int, requests: Iterator[bytes], connections: int, spent: Callable[[], float]) -> _Driven:
    lines = [await connect(port) for _ in range(connections)]

    async def work(line: _Connection) -> list[Got]:
        return [await line.ask(sent) for sent in requests]

    begun = spent()
    found = await asyncio.gather(*(work(line) for line in lines))
    used = spent() - begun
    for line in lines:
        line.close()
    return _Driven([got for part in found for got in part], used)


@dataclass(frozen=True, slots=True)
class _Driven:
    answers: list[Got]
    cpu: float


def drive(
    port: int, requests: Iterable[bytes], spent: Callable[[], float], *, expect: int, connections: int = 8
) -> float:
    """Send every request over `connections` kept-alive connections; CPU seconds that `spent` counted for each.

    Raises `Broken` at an answer of another status than `expect`: nobody measures refusals by mistake.
    """
    driven = asyncio.run(_drive(port, iter(list(requests)), connections, spent))
    for got in driven.answers:
        _expect(got, expect)
    return driven.cpu / len(driven.answers)


def _expect(got: Got, status: int) -> None:
    if got.status != status:
        raise Broken(f"{got.status} instead of {status}: {got.body[:400]!r}")


def ask(port: int, sent: bytes) -> Got:
    """One request on a connection of its own."""

    async def once() -> Got:
        line = await connect(port)
        got = await line.ask(sent)
        line.close()
        return got

    return asyncio.run(once())
