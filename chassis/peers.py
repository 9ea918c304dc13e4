"""Following another service's journal: pull by index, handle each fact and move the cursor in one transaction.

Effects are exactly once, without a broker: a dead follower resumes where it stopped, and of two replicas that follow
the same journal the second finds the cursor moved and does nothing. A handler that fails keeps the cursor where it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson
import sqlalchemy as sa
from starlette.types import ASGIApp

from chassis import clock
from chassis.asgi import Answer, call_app
from chassis.columns import Instant
from chassis.db import Database, Tx

log = logging.getLogger(__name__)
WAIT_SECONDS = 8
PAGE = 200
ALARM_AFTER_TRIES = 20


class PeerDown(Exception):
    """The peer did not answer, or not with what was asked."""


class Peer(Protocol):
    """Another service, however it is reached."""

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `path`; raises `PeerDown` when nobody answers."""
        ...


class TokenSource(Protocol):
    """Gives a fresh token for an audience, cached by its maker."""

    async def __call__(self, audience: str) -> str:
        """A token that lives at least ten seconds more."""
        ...


@dataclass(slots=True)
class PeerInProcess:
    """A peer whose app runs in this process. `app` is asked for at each call, since apps are built in a circle."""

    name: str
    app: Callable[[], ASGIApp]
    token: TokenSource

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET without a socket."""
        headers = {"Authorization": f"Bearer {await self.token(self.name)}"}
        return await call_app(self.app(), "GET", path, query=urlencode(params), headers=headers)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a followed journal. `state` is how the subject stands now, or None when it is gone."""

    idx: int
    at: datetime
    fact: str
    subject_id: str
    actor: str
    body: Mapping[str, Any]
    state: Mapping[str, Any] | None


Handler = Callable[[Tx, Entry], None]


@dataclass(slots=True)
class Follows:
    """What a service does with the facts of one source: a handler per kind of subject, or per fact."""

    source: str
    by_subject: dict[str, Handler] = field(default_factory=dict)
    by_fact: dict[str, Handler] = field(default_factory=dict)

    def subject(self, kind: str) -> Callable[[Handler], Handler]:
        """Handle every fact about a kind of subject, usually by copying its state."""
        return lambda handler: self.by_subject.setdefault(kind, handler)

    def fact(self, name: str) -> Callable[[Handler], Handler]:
        """Handle one fact, after its subject's handler."""
        return lambda handler: self.by_fact.setdefault(name, handler)

    def handle(self, tx: Tx, row: Mapping[str, Any]) -> None:
        """Run the handlers that fit one row of the feed; what rows before it changed is read again."""
        tx.forget()
        kind, _, subject_id = row["subject"].partition(":")
        entry = Entry(
            row["idx"],
            datetime.fromisoformat(row["at"]),
            row["fact"],
            subject_id,
            row["actor"],
            row["body"],
            row["state"],
        )
        for handler in (self.by_subject.get(kind), self.by_fact.get(row["fact"])):
            if handler is not None:
                handler(tx, entry)


def cursor_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table of cursors: per source the next index, when the source last answered, and failures."""
    return sa.Table(
        "follow_cursor",
        metadata,
        sa.Column("source", sa.String(20), primary_key=True),
        sa.Column("idx", sa.BigInteger, nullable=False),
        sa.Column("checked_at", Instant),
        sa.Column("tries", sa.Integer, nullable=False, default=0),
        sa.Column("error", sa.String(200)),
    )


def followed_at(tx: Tx, cursors: sa.Table, source: str) -> datetime | None:
    """When `source` last answered: how old a followed copy may be. None when it never did."""
    moment: datetime | None = tx.scalar(sa.select(cursors.c.checked_at).where(cursors.c.source == source))
    return moment


class Follower:
    """Follows one source for one service."""

    NOTE_EVERY = timedelta(seconds=10)

    def __init__(self, db: Database, cursors: sa.Table, follows: Follows, peer: Peer) -> None:
        self._db = db
        self._cursors = cursors
        self.follows = follows
        self._peer = peer
        self._noted_at: datetime | None = None
        self.lag = 0

    async def step(self) -> None:
        """Fetch what is new, waiting a few seconds for it, and handle it."""
        source = self.follows.source
        after = await self._db.read(lambda tx: self._index(tx))
        wait = WAIT_SECONDS if self._noted_at else 0
        params = {"after": str(after), "limit": str(PAGE), "wait": str(wait)}
        got = await self._peer.get("/internal/journal", params)
        if got.status != 200:
            raise PeerDown(f"{source} answered {got.status}")
        page = orjson.loads(got.body)
        rows: Sequence[Mapping[str, Any]] = page["items"]
        self.lag = page["size"] - after - len(rows)
        if rows:
            await self._handle(after, rows)
        elif self._noted_at is None or abs(clock.now() - self._noted_at) > self.NOTE_EVERY:  # also when set back
            await self._db.write(self._advance, after, after)
        else:
            return  # only what was written counts: else a quiet source would never be noted again
        self._noted_at = clock.now()

    async def run(self) -> None:
        """Follow for ever, backing off while the source or a handler fails."""
        pause = 0.5
        while True:
            try:
                await self.step()
                pause = 0.5
            except Exception as error:
                log.warning("following %s failed: %s", self.follows.source, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 15)

    async def _handle(self, after: int, rows: Sequence[Mapping[str, Any]]) -> None:
        try:
            await self._db.write(self._apply, after, rows)
        except Exception as error:
            await self._one_by_one(after, rows, error)

    async def _one_by_one(self, after: int, rows: Sequence[Mapping[str, Any]], first: Exception) -> None:
        """A page failed: handle its rows one at a time, so that only the failing one keeps the cursor."""
        for row in rows:
            try:
                await self._db.write(self._apply, after, [row])
            except Exception as error:
                await self._db.write(self._failed, after, error)
                raise first from error
            after += 1

    def _index(self, tx: Tx) -> int:
        found: int | None = tx.scalar(sa.select(self._cursors.c.idx).where(self._here))
        return found or 0

    def _apply(self, tx: Tx, after: int, rows: Sequence[Mapping[str, Any]]) -> None:
        if not self._advance(tx, after, after + len(rows)):
            return
        for row in rows:
            self.follows.handle(tx, row)

    def _advance(self, tx: Tx, old: int, new: int) -> bool:
        """Move the cursor if nobody else did; only the mover handles the rows."""
        values = {"idx": new, "checked_at": tx.now, "tries": 0, "error": None}
        if tx.change(sa.update(self._cursors).where(self._here, self._cursors.c.idx == old).values(values)):
            return True
        if tx.row(sa.select(self._cursors.c.idx).where(self._here)) is not None:
            return False
        tx.change(sa.insert(self._cursors).values(source=self.follows.source, **values))
        return True

    def _failed(self, tx: Tx, at: int, error: Exception) -> None:
        c = self._cursors.c
        text = f"{type(error).__name__} at {at}"[:200]
        if not tx.change(sa.update(self._cursors).where(self._here).values(tries=c.tries + 1, error=text)):
            tx.change(sa.insert(self._cursors).values(source=self.follows.source, idx=at, tries=1, error=text))

    @property
    def _here(self) -> sa.ColumnElement[bool]:
        return self._cursors.c.source == self.follows.source
