"""News of the visitor service for boards that show it live.

While anybody watches, one long-poll per process follows the service's journal and wakes the watchers of a fact's site;
with nobody there, nothing runs. A watcher learns that there is news, never what: its page is asked for again by the
usual way, with everything that stands in front of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from chassis.feed import MOST_ROWS
from chassis.peers import PAGE, WAIT_SECONDS, Peer, PeerDown
from chassis.problems import TooMany

log = logging.getLogger(__name__)
MOST_OF_ONE = 4
"""Streams one person may have open: a few tabs, a few devices."""
MOST = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
SILENT = frozenset({"NoticeAsked"})
"""Facts that change nothing a board shows."""


@dataclass(eq=False)
class Watcher:
    """Somebody who watches a site. `at` is the index up to which they know the journal."""

    person_id: str
    site_id: str
    at: int
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, index: int) -> None:
        """There are facts of the site up to this index."""
        if index > self.at:
            self.at = index
            self._news.set()

    async def news(self, seconds: float) -> int | None:
        """The index up to which there is news, or None when there was none for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        if not self._news.is_set():
            return None
        self._news.clear()
        return self.at

    def leave(self) -> None:
        """Wake up for the last time."""
        self._news.set()


class Live:
    """Watchers of one process, and the task that follows the journal for them."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._watchers: set[Watcher] = set()
        self._task: asyncio.Task[None] | None = None
        self._after: int | None = None
        self.closed = False

    @contextmanager
    def watching(self, person_id: str, site_id: str, seen: int) -> Iterator[Watcher]:
        """Watch a site; `seen` is what the page knows already. Raises `TooMany`."""
        mine = sum(1 for one in self._watchers if one.person_id == person_id)
        if self.closed or len(self._watchers) >= MOST or mine >= MOST_OF_ONE:
            raise TooMany(headers={"Retry-After": "60"})
        watcher = Watcher(person_id, site_id, seen)
        self._watchers.add(watcher)
        if self._after is not None:
            watcher.hear(self._after)
        if self._task is None:
            self._task = asyncio.create_task(self._follow(), name="live boards")
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._rest()

    def close(self) -> None:
        """The process is about to stop: every stream ends."""
        self.closed = True
        for watcher in self._watchers:
            watcher.leave()
        self._rest()

    def _rest(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task, self._after = None, None

    async def _follow(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._step()
                pause = FIRST_PAUSE
            except PeerDown as error:
                log.warning("live boards: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _step(self) -> None:
        """Learn where the journal ends, then wait for what comes after."""
        after, wait = (MOST_ROWS, 0) if self._after is None else (self._after, WAIT_SECONDS)
        params = {"after": str(after), "limit": str(PAGE), "wait": str(wait)}
        got = await self._peer.get("/internal/journal", params)
        if got.status != 200:
            raise PeerDown(f"visitor answered {got.status}")
        page = orjson.loads(got.body)
        if self._after is None:
            self._after = page["size"]
            self._tell(None, page["size"])
        elif page["items"]:
            self._after += len(page["items"])
            sites = {_site_of(row) for row in page["items"] if row["fact"] not in SILENT}
            for site_id in sites:
                self._tell(site_id, self._after)

    def _tell(self, site_id: str | None, index: int) -> None:
        """Wake the watchers of a site, or of every site where a fact does not say its own."""
        for watcher in _of(self._watchers, site_id):
            watcher.hear(index)


def _of(watchers: Iterable[Watcher], site_id: str | None) -> list[Watcher]:
    return [one for one in watchers if site_id is None or one.site_id == site_id]


def _site_of(row: Mapping[str, Any]) -> str | None:
    state = row["state"] or {}
    site_id: str | None = state.get("site_id")
    return site_id
