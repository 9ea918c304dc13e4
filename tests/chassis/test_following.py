"""A follower says how old its copy is: a source that answers counts as fresh, also when it has no news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import orjson

from chassis import clock
from chassis.asgi import Answer
from chassis.db import Database, Tx
from chassis.peers import WAIT_SECONDS, Entry, Follower, Follows, followed_at
from chassis.service import Base
from services.visitor.base import BASE

BEGIN = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


class Quiet:
    """A source without news: each question is answered after the whole wait."""

    def __init__(self) -> None:
        self.now = BEGIN

    async def get(self, _path: str, params: Mapping[str, str]) -> Answer:
        """No rows, some seconds later."""
        self.now += timedelta(seconds=int(params["wait"]))
        return Answer(200, {}, orjson.dumps({"items": [], "size": 0}))


def test_a_quiet_source_stays_fresh(open_db: Callable[[Base], Database]) -> None:
    db, source = open_db(BASE), Quiet()
    follower = Follower(db, BASE.cursors, Follows("access"), source)

    async def follow() -> list[timedelta]:
        ages = []
        for _ in range(20):
            await follower.step()
            noted = await db.read(followed_at, BASE.cursors, "access")
            assert noted is not None
            ages.append(source.now - noted)
        return ages

    with clock.reading(lambda: source.now):
        ages = asyncio.run(follow())
    assert source.now - BEGIN > timedelta(seconds=60)
    assert max(ages) <= Follower.NOTE_EVERY + timedelta(seconds=WAIT_SECONDS)


def test_what_a_row_changed_is_read_anew_by_the_next(open_db: Callable[[Base], Database]) -> None:
    follows, told, seen = Follows("access"), ["first", "second"], []

    @follows.subject("thing")
    def look(tx: Tx, _entry: Entry) -> None:
        seen.append([tx.once("thing", lambda _tx: told.pop(0)) for _ in range(2)])

    row = {"idx": 1, "at": BEGIN.isoformat(), "fact": "Moved", "subject": "thing:1", "actor": {}, "body": {}}

    def both(tx: Tx) -> None:
        for _ in range(2):
            follows.handle(tx, {**row, "state": None})

    open_db(BASE).write_now(both)
    assert seen == [["first", "first"], ["second", "second"]]
