"""PostgreSQL: a bounded pool of threads, each transaction retried when the server asks for it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from chassis import clock
from chassis.columns import from_json, to_json
from chassis.db import Database, Full, Lost, Statement, Tx
from chassis.journal import JournalTables
from chassis.prepared import Prepared

P = ParamSpec("P")
T = TypeVar("T")
TRY_AGAIN = ("40001", "40P01")
"""serialization_failure and deadlock_detected: the server undid everything and asks to try again."""
PATIENCE_SECONDS = 5.0


class _Look(Tx):
    """A transaction that only reads. Where a query uses a function that locks rows for an action, it locks none."""

    __slots__ = ()

    def _run(self, statement: Statement, params: Any) -> sa.CursorResult[Any]:
        whole = statement.statement if isinstance(statement, Prepared) else statement
        return super()._run(_unlocked(whole), params)


def _unlocked(statement: sa.Executable) -> sa.Executable:
    if not isinstance(statement, sa.Select) or statement._for_update_arg is None:
        return statement
    without: sa.Select[Any] = statement._generate()
    without._for_update_arg = None  # SQLAlchemy has no word for taking a lock out again
    return without


class PostgresDatabase(Database):
    """A database on a PostgreSQL server, at most `threads` connections. A read sees one snapshot and writes nothing."""

    def __init__(self, url: str, tables: JournalTables, *, threads: int) -> None:
        engine = sa.create_engine(
            url,
            pool_size=threads,
            max_overflow=0,
            pool_recycle=1800,
            hide_parameters=True,  # what people typed never enters a log
            json_serializer=to_json,
            json_deserializer=from_json,
        )
        super().__init__(engine, tables)
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="postgresql")

    async def write(self, action: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        value = await loop.run_in_executor(self._threads, partial(self._patiently, self._alone, action, args, kwargs))
        self._announce()
        return value

    async def read(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self._patiently, self._look, query, args, kwargs))

    def read_now(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._look(lambda tx: query(tx, *args, **kwargs))

    async def close(self) -> None:
        await self._stop_watching()
        await asyncio.to_thread(self._threads.shutdown)
        self.engine.dispose()

    def _look(self, query: Callable[[Tx], T]) -> T:
        with self._reading.connect() as connection:
            return query(_Look(connection, clock.now(), self.vault))

    def _patiently(
        self,
        run: Callable[[Callable[[Tx], T]], T],
        function: Callable[..., T],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> T:
        """Run once more after a serialization failure or a connection that was already dead, for five seconds."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return run(lambda tx: function(tx, *args, **kwargs))
            except sa.exc.DBAPIError as error:
                if not _may_repeat(error) or time.monotonic() > until:
                    raise _lost(error) from error
                time.sleep(random.uniform(0.005, 0.05))  # noqa: S311  spreads retries, keeps no secret


def _may_repeat(error: sa.exc.DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in TRY_AGAIN:
        return True
    # A COMMIT whose answer was lost may have been kept: that one is never repeated.
    return error.connection_invalidated and error.statement is not None


def _lost(error: sa.exc.DBAPIError) -> Exception:
    state = getattr(error.orig, "sqlstate", None) or ""
    if isinstance(error, sa.exc.IntegrityError):
        return error
    if state == "53100":
        return Full(str(error.orig))
    away = error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
    return Lost(str(error.orig)) if away else error
