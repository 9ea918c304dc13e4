"""SQLite done seriously: WAL, `synchronous=FULL`, one writer thread with group commit, a few reading threads.

Why one writer: SQLite has one anyway, and 3.7.0–3.51.2 can corrupt the WAL when two connections write and checkpoint at
once. A command beside a running server is a second one, so each writer, whichever process it is in, holds a lock on a
file beside the database while it writes and checkpoints; readers never checkpoint. Why groups: one fsync then serves
all who wait (the COMMIT is the dearest part of a small write).
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import QueuePool, StaticPool

from chassis import clock
from chassis.columns import from_json, to_json
from chassis.db import Commit, Database, Full, Lost, Tx
from chassis.journal import JournalTables
from chassis.sqlite_hints import obey_hints
from chassis.sqlite_log import cut_log

P = ParamSpec("P")
T = TypeVar("T")
LARGEST_GROUP = 64
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""Of every connection. `secure_delete` overwrites what is deleted: erased values stay in no page of the file."""
WRITERS = ("cache_size=-16000",)
READERS = ("cache_size=-2000", "query_only=ON", "wal_autocheckpoint=0")
"""A reader keeps 2 MB of pages, since there are four for each file: the system's own cache has the rest."""
BROKEN = (sa.exc.OperationalError, sqlite3.OperationalError)
"""What the database itself answers when it cannot: through SQLAlchemy, or where its driver is called directly."""
log = logging.getLogger(__name__)


class _Job:
    """One action that waits for the writer, with the loop and future its answer goes to."""

    __slots__ = ("action", "future", "loop")

    def __init__(
        self, action: Callable[[Tx], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]
    ) -> None:
        self.action = action
        self.loop = loop
        self.future = future


_Outcome = tuple[_Job, Any, BaseException | None]


def _engine(url: str, *, writes: bool, size: int) -> sa.Engine:
    # Readers begin and end by themselves (`_snapshot`): SQLAlchemy's own transaction costs more than most queries.
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": size, "isolation_level": "AUTOCOMMIT"}
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # what people typed never enters a log
        json_serializer=to_json,
        json_deserializer=from_json,
        connect_args={"check_same_thread": False, "timeout": 5.0, "cached_statements": 512},
        **({"poolclass": StaticPool} if writes else pool),
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # else the driver's own BEGIN breaks SAVEPOINT
        for pragma in (*PRAGMAS, *(WRITERS if writes else READERS)):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if writes:
            _driver(connection).execute("BEGIN IMMEDIATE")

    return obey_hints(engine)


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


@contextmanager
def _snapshot(connection: sa.Connection) -> Iterator[None]:
    """One consistent view of the database for several queries."""
    raw = _driver(connection)
    raw.execute("BEGIN")
    try:
        yield
    finally:
        raw.rollback()


class SqliteDatabase(Database):
    """One file, one writer."""

    def __init__(self, url: str, tables: JournalTables, *, readers: int) -> None:
        path = sa.engine.make_url(url).database
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = open(f"{path}-writer", "w") if path else None  # noqa: SIM115  held as long as the database
        super().__init__(_engine(url, writes=True, size=1), tables)
        self.reading = _engine(url, writes=False, size=readers)
        self._own = threading.local()
        self._kept: list[sa.Connection] = []
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="sqlite-read")
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._on: sa.Connection | None = None
        self._one_writer = threading.Lock()

    async def write(self, action: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self._writer is None:
            self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(partial(_call, action, args, kwargs), loop, future))
        return await future

    async def read(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, partial(_call, query, args, kwargs))

    def read_now(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self.reading.connect() as connection:
                return self._look(connection, partial(_call, query, args, kwargs))
        except BROKEN as error:
            raise lost(error) from error

    async def scrub(self) -> bool:
        return await asyncio.to_thread(cut_log, str(self.engine.url.database))

    async def close(self) -> None:
        await self._stop_watching()
        if self._writer is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        self._readers.shutdown()
        for connection in self._kept:
            connection.close()
        self.reading.dispose()
        with self._writing():
            self._let_go()
            self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer of this file, among the threads of this process and among processes."""
        with self._one_writer:
            if self._lock_file is None:
                yield
                return
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def _read(self, query: Callable[[Tx], T]) -> T:
        """Run a query in a reading thread, whose connection is its own until it fails: fetching one costs more."""
        try:
            if not hasattr(self._own, "connection"):
                self._own.connection = self.reading.connect()
                self._kept.append(self._own.connection)
            return self._look(self._own.connection, query)
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            self._drop_own()
            if isinstance(error, BROKEN):
                raise lost(error) from error
            raise

    def _drop_own(self) -> None:
        """Let the thread's next query begin on a fresh connection, whatever state this one is left in."""
        if hasattr(self._own, "connection"):
            self._kept.remove(self._own.connection)
            self._own.connection.invalidate()
            self._own.connection.close()
            del self._own.connection

    def _look(self, connection: sa.Connection, query: Callable[[Tx], T]) -> T:
        with _snapshot(connection):
            return query(Tx(connection, clock.now(), self.vault))

    def _alone(self, action: Callable[[Tx], T]) -> T:
        with self._writing():
            try:
                return super()._alone(action)
            except BROKEN as error:
                raise lost(error) from error

    def _start(self) -> None:
        with self._one_writer:
            if self._writer is None:
                self._writer = threading.Thread(target=self._work, name="sqlite-write", daemon=True)
                self._writer.start()

    def _work(self) -> None:
        while True:
            group = self._next_group()
            jobs = [job for job in group if job is not None]
            if jobs:
                with self._writing():
                    self._answer(*self._commit(jobs))
            if len(jobs) < len(group):
                return

    def _next_group(self) -> list[_Job | None]:
        group = [self._jobs.get()]
        while len(group) < LARGEST_GROUP and group[-1] is not None:
            try:
                group.append(self._jobs.get_nowait())
            except Empty:
                break
        return group

    def _commit(self, jobs: list[_Job]) -> tuple[list[_Outcome], bool]:
        outcomes: list[_Outcome] = []
        try:
            commit = Commit(self._writers_connection(), self.journal, self.vault)
            try:
                outcomes = [self._outcome(commit, job) for job in jobs]
                commit.finish()
            except BaseException:
                commit.abandon()
                raise
        except Exception as error:
            log.exception("a group of %d writes was lost as a whole", len(jobs))
            self._let_go()
            return [(job, None, lost(error)) for job in jobs], False
        return outcomes, commit.has_news

    def _writers_connection(self) -> sa.Connection:
        """The writer's connection, kept from group to group until one is lost."""
        if self._on is None:
            self._on = self.engine.connect()
        return self._on

    def _let_go(self) -> None:
        connection, self._on = self._on, None
        if connection is not None:
            connection.close()

    @staticmethod
    def _outcome(commit: Commit, job: _Job) -> _Outcome:
        try:
            return job, commit.run(job.action), None
        except BROKEN as error:
            if not commit.is_whole:
                raise
            return job, None, lost(error)
        except Exception as error:
            return job, None, error

    def _answer(self, outcomes: list[_Outcome], has_news: bool) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = defaultdict(list)
        for outcome in outcomes:
            by_loop[outcome[0].loop].append(outcome)
        for loop, its in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._settle, its, has_news)

    def _settle(self, outcomes: list[_Outcome], has_news: bool) -> None:
        for job, value, error in outcomes:
            if job.future.done():
                continue
            if error is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(error)
        if has_news:
            self._announce()


def _call(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], tx: Tx) -> T:
    return function(tx, *args, **kwargs)


def lost(error: BaseException) -> Lost:
    """The error of a database as one of ours: full disk told apart from the rest."""
    text = str(error)
    return Full(text) if "disk is full" in text or "disk I/O" in text else Lost(text)
