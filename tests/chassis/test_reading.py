"""What a query sees and what it cannot do, on both engines: one snapshot, no lock, no change."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from chassis.db import Database, Lost, Tx
from tests.chassis.test_writing import BASE, COUNTER, count, numbers
from tests.conftest import OpenDb

pytestmark = pytest.mark.anyio
LOCKED = sa.select(COUNTER).where(COUNTER.c.name == "1").with_for_update()


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE)


async def test_a_query_sees_one_snapshot_while_others_write(db: Database) -> None:
    await db.write(count, 1)
    looked, written = threading.Event(), threading.Event()

    def twice(tx: Tx) -> tuple[list[int], list[int]]:
        first = numbers(tx)
        looked.set()
        assert written.wait(10)
        return first, numbers(tx)

    reading = asyncio.create_task(db.read(twice))
    await asyncio.to_thread(looked.wait, 10)
    await db.write(count, 2)
    written.set()
    assert await reading == ([1], [1])
    assert await db.read(numbers) == [1, 2]


async def test_a_query_holds_up_nobody_where_an_action_would_lock(db: Database) -> None:
    await db.write(count, 1)
    looked, done = threading.Event(), threading.Event()

    def look(tx: Tx) -> None:
        assert tx.row(LOCKED) is not None
        assert tx.rows(LOCKED)
        assert tx.scalar(LOCKED) == "1"
        looked.set()
        assert done.wait(10)

    def change(tx: Tx) -> int:
        assert tx.row(LOCKED) is not None
        return tx.change(sa.update(COUNTER).where(COUNTER.c.name == "1").values(n=7))

    reading = asyncio.create_task(db.read(look))
    await asyncio.to_thread(looked.wait, 10)
    assert await asyncio.wait_for(db.write(change), 5) == 1
    done.set()
    await reading


async def test_a_query_can_change_nothing(db: Database) -> None:
    with pytest.raises((Lost, sa.exc.DBAPIError)):
        await db.read(lambda tx: tx.change(sa.insert(COUNTER).values(name="1", n=1)))
    assert await db.read(numbers) == []


async def test_a_reading_connection_that_broke_is_replaced(db: Database) -> None:
    """On SQLite each reading thread keeps its own; PostgreSQL has its pool for this."""
    if db.dialect != "sqlite":
        return
    await db.write(count, 1)

    def cut(tx: Tx) -> list[int]:
        driver = tx.connection.connection.driver_connection
        assert driver is not None
        driver.close()
        return numbers(tx)

    for _ in range(12):  # more often than there are threads and connections
        with pytest.raises(sqlite3.ProgrammingError):
            await db.read(cut)
        assert await db.read(numbers) == [1]
