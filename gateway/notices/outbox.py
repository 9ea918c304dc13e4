"""Sends what is due: all that waits for one place as one message, claimed first, so that of two replicas one sends it.

A message is lost to nobody: what a place does not take is tried again with growing pauses, and stays in the inbox.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Database, Tx
from chassis.settings import Settings
from gateway.notices import channel_store, delivery_store, health, letters, rules
from gateway.notices.chat import Undelivered, say
from gateway.notices.delivery_store import CHANNEL, MAIL
from gateway.notices.mailer import Mailer, MailFailed

log = logging.getLogger(__name__)
MOST_AT_ONCE = 50
SMTP = "smtp"


class Outbox:
    """Built once per process; `send_due` runs every second."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._address = settings.address
        self._mailer = Mailer(settings)

    async def send_due(self) -> int:
        """Send what is due; how many messages went out."""
        due = await self._db.read(delivery_store.due)
        by_place = groupby(sorted(due, key=_place), key=_place)
        waiting = [list(rows)[:MOST_AT_ONCE] for _, rows in by_place]
        sent = await asyncio.gather(*(self._send(rows) for rows in waiting))
        return sum(sent)

    async def _send(self, rows: Sequence[Row[Any]]) -> bool:
        claimed = await self._db.write(_claim, rows)
        if not claimed:
            return False
        kind, place_id = _place(claimed[0])
        try:
            if kind == CHANNEL:
                await self._to_channel(place_id, claimed)
            else:
                await self._to_person(place_id, claimed)
        except (Undelivered, MailFailed) as error:
            carrier = SMTP if kind == MAIL else place_id
            log.warning("a message was not delivered: %s", error.because)
            await self._db.write(_failed, claimed, carrier, error.because, self._mailer.is_set)
            return False
        return True

    async def _to_channel(self, channel_id: str, rows: Sequence[Row[Any]]) -> None:
        channel, url = await self._db.read(_channel, channel_id)
        if channel is None:
            await self._db.write(_finish, rows, "dropped", None)
            return
        await asyncio.to_thread(say, url, letters.chat_text(rows, channel.language, self._address))
        await self._db.write(_finish, rows, "sent", channel_id)

    async def _to_person(self, person_id: str, rows: Sequence[Row[Any]]) -> None:
        account = await self._db.read(letters.account, person_id)
        if account is None:
            await self._db.write(_finish, rows, "dropped", None)
            return
        letter = letters.to_staff(self._mailer, account, rows, self._address)
        await asyncio.to_thread(self._mailer.send, letter)
        await self._db.write(_finish, rows, "sent", SMTP)


def _place(row: Row[Any]) -> tuple[str, str]:
    return row.place_kind, row.place_id


def _claim(tx: Tx, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [row for row in rows if delivery_store.claim(tx, row, tx.now + rules.pause_after(row.tries))]


def _channel(tx: Tx, channel_id: str) -> tuple[Row[Any] | None, str]:
    channel = channel_store.channel(tx, channel_id)
    if channel is None or not channel.on:
        return None, ""
    return channel, tx.vault.open_(tx, channel_id, "url", channel.url).decode()


def _finish(tx: Tx, rows: Sequence[Row[Any]], how: str, carrier: str | None) -> None:
    for row in rows:
        delivery_store.finish(tx, row, how)
    if carrier is not None:
        channel_store.note_delivered(tx, carrier)


def _failed(tx: Tx, rows: Sequence[Row[Any]], carrier: str, because: str, mail: bool) -> None:
    for row in rows:
        delivery_store.note_failed(tx, row, because)
        if rules.is_given_up(row.tries + 1):
            delivery_store.finish(tx, row, "given_up", because)
    health.failed(tx, carrier, because, mail=mail)
