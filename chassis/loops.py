"""Work that repeats: loops that turn deadlines into facts, forget old rows, fetch keys.

A loop decides nothing: what is due is judged by timestamps when read, so a late or stopped loop changes no answer.
N replicas may run the same loop; guarded updates make one fact of it. What a loop destroys does not come back when a
clock that was set ahead is put right, so those loops rest until it is (decision 10).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from chassis import clock

log = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Loop:
    """One repeating piece of work and how its last run went."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]
    ran_at: datetime | None = None
    failed: str | None = None
    failures: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Run now instead of at the next turn."""
        self._wake.set()

    async def run_once(self) -> None:
        """One turn; an error is kept for `/status`, logged, and the loop goes on."""
        try:
            await self.work()
        except Exception as error:
            self.failed, self.failures = type(error).__name__, self.failures + 1
            log.warning("loop %s failed", self.name, exc_info=True)
        else:
            self.failed, self.failures = None, 0
        self.ran_at = clock.now()

    async def run(self) -> None:
        """Turn for ever; after a failure try again soon, then less and less often, up to once a minute."""
        while True:
            await self.run_once()
            pause = min(LONGEST_PAUSE, 2.0 ** min(self.failures, 6)) if self.failures else self.seconds
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause * random.uniform(0.9, 1.1)):  # noqa: S311
                    await self._wake.wait()


class Loops:
    """The loops of one service, started and stopped with its lifespan."""

    def __init__(self) -> None:
        self.all: list[Loop] = []
        self._ahead = clock.SetAhead()
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, seconds: float, name: str, work: Callable[[], Awaitable[object]]) -> Loop:
        """Add a loop that turns every `seconds` (± 10 %, so that replicas spread)."""
        loop = Loop(name, seconds, work)
        self.all.append(loop)
        return loop

    def destroying(self, seconds: float, name: str, work: Callable[[], Awaitable[object]]) -> Loop:
        """The same for work that destroys what its time is over for: it rests while the clock may be set ahead."""

        async def when_sure() -> None:
            ahead = self._ahead.seconds()
            if ahead:
                log.warning("loop %s rests: the clock is %.0f s ahead of what went by", name, ahead)
            else:
                await work()

        return self.every(seconds, name, when_sure)

    def start(self, last: datetime | None = None) -> None:
        """Start every loop on the running event loop; `last` is when something last happened here, by the database."""
        self._ahead = clock.SetAhead(last)
        self._tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in self.all]

    async def stop(self) -> None:
        """Cancel every loop and wait until each has let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
