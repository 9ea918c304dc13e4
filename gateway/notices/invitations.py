"""Mails to visitors: what is wished is followed from the journal; what is said is fetched when it is sent.

The visit as it stands then decides: a burst of changes is one mail, and what was withdrawn before it went out is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.ids import new_id
from chassis.journal import record
from gateway.clients import ServiceClient, ServiceDown
from gateway.identity.keeper import Keeper
from gateway.identity.rules import INVITATIONS_READ
from gateway.notices import channel_store, health, letters, mail_store, routing, rules
from gateway.notices.events import InvitationMailed, InvitationNotMailed
from gateway.notices.invitation_letter import What, compose
from gateway.notices.mailer import Mailer, MailFailed
from gateway.notices.outbox import SMTP
from gateway.render import Renderer

log = logging.getLogger(__name__)
SYSTEM = Actor.system("invitations")
WAITING = frozenset({"submitted", "in_review", "returned"})
CALLED_OFF = frozenset({"withdrawn", "refused", "lapsed"})
NO_ADDRESS, NOTHING, SENT, GIVEN_UP = "no_address", "nothing", "sent", "given_up"


class Invitations:
    """Built once per process; `send_due` runs every second. Without a mail server nothing is ever wished."""

    def __init__(self, keeper: Keeper, render: Renderer, visitor: ServiceClient) -> None:
        self._keeper = keeper
        self._db: Database = keeper.db
        self._render = render
        self._visitor = visitor
        self._mailer = Mailer(keeper.settings)

    async def send_due(self) -> int:
        """Write to whoever has to be; how many mails went out."""
        if not self._mailer.is_set:
            return 0
        sent = 0
        for row in await self._db.read(mail_store.due):
            if await self._db.write(_claim, row):
                sent += await self._send(row)
        return sent

    async def _send(self, row: Row[Any]) -> bool:
        found: Mapping[str, Any] | None = None
        try:
            found = await self._fetch(row.visit_id)
            what = said_by(found["state"], row.sent_what) if found else None
            if found is None or what is None or (what, found["version"]) == (row.sent_what, row.sent_version):
                await self._db.write(mail_store.finish, row, (row.sent_what and SENT) or NOTHING)
                return False
            if not found["email"]:
                await self._db.write(mail_store.finish, row, NO_ADDRESS)
                return False
            host = await self._db.read(letters.account, found["host_id"])
            reply_to = host.work_email if host else None
            letter = compose(self._render, self._mailer, found, what, row.sequence + 1, reply_to)
            await asyncio.to_thread(self._mailer.send, letter)
        except (MailFailed, ServiceDown) as error:
            await self._db.write(_failed, row, error, found["host_id"] if found else "")
            return False
        await self._db.write(_sent, row, what, found["version"])
        return True

    async def _fetch(self, visit_id: str) -> Mapping[str, Any] | None:
        """The invitation as it stands, with a token for that and nothing else; None when there is none any more."""
        token = await self._keeper.service_token("gateway", "visitor", frozenset({INVITATIONS_READ}))
        headers = {"authorization": f"Bearer {token}"}
        got = await self._visitor.call("GET", f"/internal/invitations/{visit_id}", headers=headers)
        if got.status == 404:
            return None
        if got.status != 200:
            raise ServiceDown("visitor")
        found: Mapping[str, Any] = orjson.loads(got.body)
        return found


def said_by(state: str, before: str) -> What | None:
    """What a visitor has to be told, by how the visit stands and what was said last; None for nothing."""
    if state == "approved":
        return What.INVITED
    known = before in (What.INVITED, What.CHANGING)
    if state in WAITING:
        return What.CHANGING if known else None
    return What.OFF if known and state in CALLED_OFF else None


def _claim(tx: Tx, row: Row[Any]) -> bool:
    return mail_store.claim(tx, row, tx.now + rules.pause_after(row.tries))


def _sent(tx: Tx, row: Row[Any], what: What, version: int) -> None:
    mail_store.note_sent(tx, row, what, version)
    mail_store.finish(tx, row, SENT)
    channel_store.note_delivered(tx, SMTP)
    record(tx, SYSTEM, InvitationMailed(row.visit_id, what, row.sequence + 1))


def _failed(tx: Tx, row: Row[Any], error: MailFailed | ServiceDown, host_id: str) -> None:
    """Try again later; what is no use to try, or was tried often enough, is told to the host."""
    because = error.because if isinstance(error, MailFailed) else "visits"
    mail_store.note_failed(tx, row, because)
    log.warning("an invitation was not mailed: %s", because)
    for_good = isinstance(error, MailFailed) and error.for_good
    if isinstance(error, MailFailed) and not for_good:
        health.failed(tx, SMTP, because, mail=True)
    if not (for_good or rules.is_given_up(row.tries + 1)) or not mail_store.finish(tx, row, GIVEN_UP, because):
        return
    record(tx, SYSTEM, InvitationNotMailed(row.visit_id, because))
    page, subject = f"/visits/{row.visit_id}/pass", f"visit:{row.visit_id}"
    notice = routing.Notice(new_id(), "invitation_failed", page, subject, tx.now)
    routing.tell(tx, notice, [host_id] if host_id else [], mail=True)
