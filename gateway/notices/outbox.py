"""Sends messages to the channels that are set (Apprise), with growing pauses; without one the inbox is all there is."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from chassis.db import Database
from chassis.settings import Settings
from gateway.notices import store
from gateway.notices.words import words_of

log = logging.getLogger(__name__)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 43200))


class Outbox:
    """Tries what is due; a message is claimed before it is sent, so that of two replicas one sends it."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._address = settings.address
        self._urls = settings.channels.get_secret_value().split() if settings.channels else []

    async def send_due(self) -> int:
        """Send what is due; how many went out."""
        sent = 0
        for message in await self._db.read(store.due_messages):
            if not self._urls:
                await self._db.write(store.mark_sent, message.id)
                continue
            pause = PAUSES[min(message.tries, len(PAUSES) - 1)]
            due = message.next_at + pause
            if not await self._db.write(store.claim, message.id, message.tries, due):
                continue
            if await asyncio.to_thread(self._deliver, message.kind, message.page):
                await self._db.write(store.mark_sent, message.id)
                sent += 1
            elif message.tries + 1 >= len(PAUSES):
                await self._db.write(store.give_up, message.id)
        return sent

    def _deliver(self, kind: str, page: str) -> bool:
        import apprise  # takes a third of a second to import: only a deployment with channels pays for it

        sender = apprise.Apprise()
        for url in self._urls:
            sender.add(url)
        body = f"{words_of(kind)}\n{self._address}{page}"
        delivered = bool(sender.notify(title="门岗 Gatehouse", body=body))
        if not delivered:
            log.warning("a notice of kind %s was not delivered", kind)
        return delivered
