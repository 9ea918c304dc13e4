"""One service's database: one request, one transaction, committed before the answer leaves.

`await db.write(action, *args)` runs one action in one hop of thread, `await db.read(query, *args)` one query. Both hand
the function a `Tx`. SQLite has one writer thread with group commit (`chassis/sqlite.py`), PostgreSQL a bounded pool of
threads (`chassis/postgresql.py`); this file is what both share, and the only one that commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis import clock
from chassis.journal import Journal, JournalTables
from chassis.merkle import Edge
from chassis.prepared import Prepared, driver_of

if TYPE_CHECKING:
    from chassis.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")
Statement = sa.Executable | Prepared
"""What a transaction runs: a Core statement, or one prepared to be run often."""
OTHERS_SECONDS = 0.4
"""How often to look whether another process has committed; a person is cut off everywhere within a second."""


class Tx:
    """A transaction as actions and queries see it: Core statements in, rows out; no commit.

    `now` is the instant the action began, the same for everything it writes. `facts` waits for the journal.
    """

    __slots__ = ("_driver", "_known", "_vault", "connection", "facts", "now")

    def __init__(self, connection: sa.Connection, now: datetime, vault: Vault | None = None) -> None:
        self.connection = connection
        self.now = now
        self.facts: list[dict[str, Any]] = []
        self._driver = driver_of(connection)
        self._vault = vault
        self._known: dict[Hashable, Any] = {}

    def once(self, what: Hashable, read: Callable[[Tx], T]) -> T:
        """What `read` found when this transaction first asked for `what`; for what the action itself leaves alone."""
        if what not in self._known:
            self._known[what] = read(self)
        found: T = self._known[what]
        return found

    def forget(self) -> None:
        """What was found by `once` may have changed: the next to ask reads again."""
        self._known.clear()

    @property
    def vault(self) -> Vault:
        """Where this service's personal values are sealed and opened."""
        if self._vault is None:
            raise RuntimeError("this database was opened without a vault")
        return self._vault

    def rows(self, statement: Statement, params: Any = None) -> Sequence[Row[Any]]:
        """All rows of a SELECT, or of a statement with RETURNING."""
        if self._driver is not None and isinstance(statement, Prepared):
            return statement.rows(self._driver, params or {})
        return self._run(statement, params).all()

    def records(self, statement: Statement, params: Any = None) -> list[dict[str, Any]]:
        """All rows as plain dictionaries, which is the quick way for lists."""
        if self._driver is not None and isinstance(statement, Prepared):
            return statement.records(self._driver, params or {})
        return records(self.rows(statement, params))

    def row(self, statement: Statement, params: Any = None) -> Row[Any] | None:
        """The one row of a SELECT, or None. Raises when there are several."""
        found = self.rows(statement, params)
        if len(found) > 1:
            raise sa.exc.MultipleResultsFound(f"{len(found)} rows where one was meant")
        return found[0] if found else None

    def scalar(self, statement: Statement, params: Any = None) -> Any:
        """The first column of the first row, or None."""
        if isinstance(statement, Prepared):
            found = self.rows(statement, params)
            return found[0][0] if found else None
        return self._run(statement, params).scalar()

    def change(self, statement: Statement, params: Any = None) -> int:
        """Run an INSERT, UPDATE or DELETE and return how many rows it touched."""
        if self._driver is not None and isinstance(statement, Prepared):
            return statement.change(self._driver, params or {})
        return self._run(statement, params).rowcount

    def _run(self, statement: Statement, params: Any) -> sa.CursorResult[Any]:
        """Run it through SQLAlchemy."""
        whole = statement.statement if isinstance(statement, Prepared) else statement
        return self.connection.execute(whole, params)


def records(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Rows as plain dictionaries, the quick way: column names are read once."""
    if not rows:
        return []
    names = rows[0]._fields
    return [dict(zip(names, row, strict=True)) for row in rows]


class Lost(Exception):
    """The database answered no more, or refused the transaction as a whole. Nothing of it was kept."""


class Full(Lost):
    """The disk under the database is full."""


class Database:
    """What a service needs of its database. Built once in the lifespan; `close` lets accepted work finish."""

    def __init__(self, engine: sa.Engine, tables: JournalTables) -> None:
        self.engine = engine
        self.vault: Vault | None = None
        self.journal = Journal(tables, engine.dialect)
        self.tables = tables
        self._news: set[asyncio.Event] = set()
        self._watching: asyncio.Task[None] | None = None
        self.released = False

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    async def write(self, action: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `action(tx, *args)` in a transaction of its own; return what it returned, after the commit.

        Whatever the action raises is raised here and nothing of it stays. Raises `Lost` when the database fails.
        """
        raise NotImplementedError

    async def read(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `query(tx, *args)` on one consistent snapshot."""
        raise NotImplementedError

    def write_now(self, action: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same as `write` for a command without an event loop."""
        return self._alone(lambda tx: action(tx, *args, **kwargs))

    def read_now(self, query: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same as `read` for a command without an event loop."""
        with self.engine.connect() as connection:
            return query(Tx(connection, clock.now(), self.vault), *args, **kwargs)

    async def scrub(self) -> bool:
        """Let nothing that was deleted stay in a log beside the database; False while a reader still needs it.

        PostgreSQL keeps old row versions until its own vacuum has passed, and the log as long as it is told to.
        """
        return True

    async def close(self) -> None:
        """Finish what was accepted, then let go of every connection."""
        raise NotImplementedError

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set when a fact has been committed since, by this process at once, by another within
        `OTHERS_SECONDS` (long-poll of the feed). Listen first, look then, so that nothing falls between.
        """
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch_others(), name="journal watch")
        event = asyncio.Event()
        if self.released:
            event.set()
        self._news.add(event)
        try:
            yield event
        finally:
            self._news.discard(event)

    def release(self) -> None:
        """The process is about to stop: whoever listens, now or later, waits no longer, and is told to go elsewhere."""
        self.released = True
        self._announce()

    async def _watch_others(self) -> None:
        """Announce what other processes commit: replicas, and commands beside a server."""
        size = -1
        while True:
            await asyncio.sleep(OTHERS_SECONDS)
            if not self._news:
                continue
            try:
                seen = await self.read(lambda tx: self.journal.size(tx.connection))
            except Lost:
                continue
            if seen != size:
                size = seen
                self._announce()

    async def _stop_watching(self) -> None:
        if self._watching is not None and not self._watching.done():
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def _announce(self) -> None:
        for event in tuple(self._news):
            event.set()

    def _alone(self, action: Callable[[Tx], T]) -> T:
        """One action, one commit, on a connection of the pool."""
        with self.engine.connect() as connection:
            begun = connection.begin()
            try:
                tx = Tx(connection, clock.now(), self.vault)
                value = action(tx)
                if tx.facts:
                    self.journal.append(connection, self.journal.edge(connection), tx.facts)
            except BaseException:
                begun.rollback()
                raise
            begun.commit()
            return value


class Commit:
    """A transaction of several actions on one connection: each in a SAVEPOINT, one COMMIT for all."""

    def __init__(self, connection: sa.Connection, journal: Journal, vault: Vault | None) -> None:
        self._connection = connection
        self._cursor = connection.connection.driver_connection
        self._journal = journal
        self._vault = vault
        self._begun = connection.begin()
        self._edge: Edge = journal.edge(connection)
        self.has_news = False

    def run(self, action: Callable[[Tx], T]) -> T:
        """Run one action; what it raises undoes it alone, and the edge moves only when its savepoint was released."""
        assert self._cursor is not None
        self._cursor.execute("SAVEPOINT action")
        try:
            tx = Tx(self._connection, clock.now(), self._vault)
            value = action(tx)
            edge = self._journal.append(self._connection, self._edge, tx.facts) if tx.facts else self._edge
        except BaseException:
            if self.is_whole:
                self._cursor.execute("ROLLBACK TO action")
                self._cursor.execute("RELEASE action")
            raise
        self._cursor.execute("RELEASE action")
        self.has_news = self.has_news or edge is not self._edge
        self._edge = edge
        return value

    @property
    def is_whole(self) -> bool:
        """Whether the transaction still stands; a full disk makes SQLite undo all of it."""
        return self._cursor is not None and bool(self._cursor.in_transaction)

    def finish(self) -> None:
        """Commit all that succeeded."""
        self._begun.commit()

    def abandon(self) -> None:
        """Undo everything; used when the transaction itself is broken."""
        self._begun.rollback()


def open_database(url: str, tables: JournalTables, *, pool: int = 8) -> Database:
    """The database at `url` (`sqlite:///…` or `postgresql+psycopg://…`), with `pool` threads for reading."""
    if url.startswith("sqlite:"):
        from chassis.sqlite import SqliteDatabase

        return SqliteDatabase(url, tables, readers=min(pool, 4))
    from chassis.postgresql import PostgresDatabase

    return PostgresDatabase(url, tables, threads=pool)
