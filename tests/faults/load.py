"""Writes with Idempotency-Keys at a steady pace, bounded in number and time, each repeated until acknowledged.

Sends to one address of this machine alone. A report tells what was acknowledged, what failed and when.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MOST_WRITES = 3000
MOST_SECONDS = 400.0
MOST_TRIES = 60
PAUSE = 0.1
CLIENT_SECONDS = 15.0


@dataclass
class Report:
    """What a load has seen so far; moments are seconds since it began."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    tries: int = 0
    failures: list[tuple[float, str]] = field(default_factory=list)
    slowest: float = 0.0

    def failed_for(self) -> float:
        """How many seconds lay between the first failure and the last."""
        return self.failures[-1][0] - self.failures[0][0] if self.failures else 0.0

    def share_failed(self) -> float:
        """Failures as a share of all tries."""
        return len(self.failures) / max(1, self.tries)


@dataclass
class Load:
    """Clients that each send the next write when the one before was acknowledged, at most `pace` a second."""

    address: str
    token: str
    trust: ssl.SSLContext
    clients: int = 4
    pace: float = 4.0
    most: int = MOST_WRITES
    most_tries: int = MOST_TRIES
    report: Report = field(default_factory=Report)
    _begun: float = field(default_factory=time.monotonic)
    _over: threading.Event = field(default_factory=threading.Event)

    async def run(self) -> None:
        """Send until told to stop, or until the bounds are reached."""
        connector = aiohttp.TCPConnector(ssl=self.trust, limit=self.clients)
        limit = aiohttp.ClientTimeout(total=CLIENT_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
            await asyncio.gather(*(self._client(session, number) for number in range(self.clients)))

    def stop(self) -> None:
        """No new writes; those under way are still acknowledged."""
        self._over.set()

    async def _client(self, session: aiohttp.ClientSession, number: int) -> None:
        for count in range(self.most // self.clients):
            if self._over.is_set() or time.monotonic() - self._begun > MOST_SECONDS:
                return
            begun = time.monotonic()
            await self._write(session, f"K{number}-{count}")
            self.report.slowest = max(self.report.slowest, time.monotonic() - begun)
            await asyncio.sleep(max(0.0, 1 / self.pace - (time.monotonic() - begun)))

    async def _write(self, session: aiohttp.ClientSession, key: str) -> None:
        for _ in range(self.most_tries):
            self.report.tries += 1
            fault = await self._try(session, key)
            if fault is None:
                return
            self.report.failures.append((time.monotonic() - self._begun, fault))
            await asyncio.sleep(PAUSE)

    async def _try(self, session: aiohttp.ClientSession, key: str) -> str | None:
        """One try; what went wrong, or None."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        url, body = f"{self.address}/api/visitor/v1/strangers", {"place": key}
        try:
            async with session.post(url, json=body, headers=headers) as answer:
                said: Any = await answer.json(content_type=None)
                if answer.status != 201:
                    return f"{answer.status} {said}"
                self.report.acknowledged[key] = said["id"]
                self.report.answers[key] = said
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return type(error).__name__
        return None


@contextmanager
def under(load: Load) -> Iterator[Load]:
    """Everything inside happens under the load; after it every write is acknowledged or the bounds are reached."""
    thread = threading.Thread(target=lambda: asyncio.run(load.run()), name="load")
    thread.start()
    try:
        yield load
    finally:
        load.stop()
        thread.join()
