"""Cutting people off at a service within a second: each process hears of it from the gateway's journal.

A token lives at most a minute by itself. The gateway refuses a person it has cut off at once; a service that already
holds a verified token learns of it here. Nothing is stored: a process that starts later gets tokens minted later.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import orjson

from chassis.identity import Verifier
from chassis.peers import Peer, PeerDown

log = logging.getLogger(__name__)
FACT = "SubjectCutOff"
WAIT_SECONDS = 8


class CutOffs:
    """Follows the gateway's journal from its present end on, and denies the subjects it names."""

    def __init__(self, verifier: Verifier, gateway: Peer) -> None:
        self._verifier = verifier
        self._gateway = gateway
        self._after: int | None = None

    async def run(self) -> None:
        """Listen for ever; while the gateway is away, tokens still die by themselves within a minute."""
        while True:
            try:
                await self.step()
            except Exception as error:
                log.warning("cut-offs: %s", error)
                await asyncio.sleep(1)

    async def step(self) -> None:
        """Hear what is new, waiting a few seconds for it."""
        after = 0 if self._after is None else self._after
        wait = 0 if self._after is None else WAIT_SECONDS
        params = {"after": str(after), "limit": "1" if self._after is None else "500", "wait": str(wait)}
        got = await self._gateway.get("/internal/journal", params)
        if got.status != 200:
            raise PeerDown(f"gateway answered {got.status}")
        page = orjson.loads(got.body)
        if self._after is None:
            self._after = page["size"]
            return
        for row in page["items"]:
            if row["fact"] == FACT:
                since = int(datetime.fromisoformat(row["at"]).timestamp())
                self._verifier.deny(row["subject"].partition(":")[2], since)
        self._after = after + len(page["items"])
