"""The write path on both engines: one request, one transaction, one gapless journal."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from chassis.actor import Actor
from chassis.db import Database, Tx, open_database
from chassis.journal import Fact, record
from chassis.merkle import Edge, leaf_hash
from chassis.service import base_tables
from chassis.tables import new_metadata
from tests.builders import fact_names, facts
from tests.conftest import OpenDb

METADATA = new_metadata()
BASE = base_tables(METADATA)
COUNTER = sa.Table("counter", METADATA, sa.Column("name", sa.String(10), primary_key=True), sa.Column("n", sa.Integer))
SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Counted(Fact, subject="counter"):
    counter_id: str
    n: int


class Refused(Exception):
    pass


def count(tx: Tx, n: int, refuse: bool = False) -> int:
    tx.change(sa.insert(COUNTER).values(name=str(n), n=n))
    record(tx, SYSTEM, Counted(str(n), n))
    if refuse:
        raise Refused(n)
    return n


def numbers(tx: Tx) -> list[int]:
    return [row.n for row in tx.rows(sa.select(COUNTER.c.n).order_by(COUNTER.c.n))]


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE)


@pytest.mark.anyio
async def test_a_write_is_there_when_it_is_answered(db: Database) -> None:
    assert await db.write(count, 1) == 1
    assert await db.read(numbers) == [1]


@pytest.mark.anyio
async def test_a_refused_action_leaves_nothing_and_the_others_stay(db: Database) -> None:
    answers = await asyncio.gather(*(db.write(count, n, n % 3 == 0) for n in range(60)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 20
    kept = await db.read(numbers)
    assert kept == [n for n in range(60) if n % 3]
    assert len(fact_names(db)) == 40


@pytest.mark.anyio
async def test_the_journal_is_gapless_and_its_head_is_the_root_of_its_rows(db: Database) -> None:
    await asyncio.gather(*(db.write(count, n, n % 7 == 0) for n in range(100)), return_exceptions=True)
    journal, head = BASE.journal.journal, BASE.journal.head
    rows = await db.read(lambda tx: tx.rows(sa.select(journal).order_by(journal.c.idx)))
    assert [row.idx for row in rows] == list(range(len(rows)))
    edge = Edge()
    for row in rows:
        edge, _ = edge.append(leaf_hash(row.data.encode()))
    stored = await db.read(lambda tx: tx.row(sa.select(head)))
    assert stored is not None
    assert (stored.size, bytes(stored.edge)) == (edge.size, edge.to_bytes())


@pytest.mark.anyio
async def test_two_writers_on_one_database_keep_one_order(db: Database) -> None:
    """A command at the shell writes beside the server: the journal's index stays gapless."""
    for n in range(20):
        if n % 2:
            await db.write(count, n)
        else:
            await asyncio.to_thread(db.write_now, count, n)
    journal = BASE.journal.journal
    rows = await db.read(lambda tx: tx.rows(sa.select(journal.c.idx).order_by(journal.c.idx)))
    assert [row.idx for row in rows] == list(range(20))


@pytest.mark.parametrize("table", ["journal", "journal_node"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET idx = idx + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_journal(db: Database, table: str, statement: str) -> None:
    for n in range(4):
        db.write_now(count, n)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(table))


def test_a_listener_hears_what_another_process_commits_within_a_second(db: Database) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    another = open_database(url, BASE.journal, pool=1)

    async def listen() -> bool:
        with db.listening() as first:  # who begins to listen is told of what was there before
            await asyncio.wait_for(first.wait(), 5)
        with db.listening() as news:
            another.write_now(count, 7)
            await asyncio.wait_for(news.wait(), 1)
        await another.close()
        return True

    assert asyncio.run(listen())


def test_two_writing_processes_take_turns(db: Database) -> None:
    """What SQLite may not have at once: another connection that writes or checkpoints."""
    if db.dialect != "sqlite":
        return
    another = open_database(db.engine.url.render_as_string(hide_password=False), BASE.journal, pool=1)
    writing: list[str] = []

    def slow(tx: Tx, who: str) -> None:
        writing.append(who)
        time.sleep(0.02)
        assert writing[-1] == who
        record(tx, SYSTEM, Counted(who, 1))

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda n: (db, another)[n % 2].write_now(slow, str(n)), range(20)))
    assert [fact["subject"] for fact in facts(db)] == [f"counter:{who}" for who in writing]
    asyncio.run(another.close())
