"""The journal: one append-only table per service that is its audit trail and its feed.

`record(tx, actor, fact)` is called by an action; the row is written with the action's own transaction, so there is no
change without its audit row and no event without its change. Rows are leaves of a Merkle tree (RFC 6962, `merkle.py`);
their index is gapless and in commit order, which makes the table safe to follow by index.

Personal values never enter a fact, only references to them: erasing a person leaves every hash true.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import orjson
import sqlalchemy as sa

from chassis.canonical import canonical
from chassis.columns import Instant, instant_text
from chassis.merkle import Edge, leaf_hash

if TYPE_CHECKING:
    from chassis.actor import Actor
    from chassis.db import Tx


class JournalTables(NamedTuple):
    """The three tables of one service's journal."""

    journal: sa.Table
    node: sa.Table
    head: sa.Table


def journal_tables(metadata: sa.MetaData) -> JournalTables:
    """Declare a journal in `metadata`; the application may INSERT and SELECT, and UPDATE `journal_head` alone."""
    journal = sa.Table(
        "journal",
        metadata,
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("fact", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Index("journal_subject", "subject", "idx"),
        sa.Index("journal_actor", "actor", "idx"),
        sa.Index("journal_fact", "fact", "idx"),
    )
    node = sa.Table(
        "journal_node",
        metadata,
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    head = sa.Table(
        "journal_head",
        metadata,
        sa.Column("one", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("one = 1", name="is_one"),
    )
    return JournalTables(journal, node, head)


@dataclass(frozen=True)
class Fact:
    """Something that happened, named in the past tense. Subclasses are frozen dataclasses of ids, codes and numbers:

        @dataclass(frozen=True)
        class VisitorEntered(Fact, subject="visit", controls=("2.1", "2.4")):
            visit_id: str
            escort_id: str

    The field `<subject>_id` names the subject.
    """

    subject_kind: ClassVar[str]
    controls: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, *, subject: str, controls: tuple[str, ...] = ()) -> None:
        cls.subject_kind = subject
        cls.controls = controls

    @property
    def subject(self) -> str:
        """What the fact is about, as `kind:id`."""
        return f"{self.subject_kind}:{getattr(self, self.subject_kind + '_id')}"

    @property
    def body(self) -> dict[str, Any]:
        """The fact's fields as JSON values; None is left out."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: _plain(value) for name, value in pairs if value is not None}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return instant_text(value) if hasattr(value, "hour") else value.isoformat()
    return list(value) if isinstance(value, tuple | frozenset) else value


def record(tx: Tx, actor: Actor, fact: Fact) -> None:
    """Add `fact` to the journal with this transaction, stamped `tx.now` and with who did it."""
    data: dict[str, Any] = {
        "at": instant_text(tx.now),
        "actor": f"{actor.kind}:{actor.id}",
        "fact": type(fact).__name__,
        "subject": fact.subject,
        "controls": list(fact.controls),
        "body": fact.body,
    }
    if actor.on_behalf_of:
        data["behalf"] = actor.on_behalf_of
    if actor.device and actor.device != actor.id:
        data["device"] = actor.device
    if actor.door:
        data["door"] = actor.door
    tx.facts.append(data)


def latest(tx: Tx, tables: JournalTables, subject: str, facts: Collection[str]) -> dict[str, Any] | None:
    """The newest of these facts about a subject (`visit:<id>`), as it was written; None when there is none."""
    row = tables.journal.c
    here = (row.subject == subject, row.fact.in_(sorted(facts)))
    data = tx.scalar(sa.select(row.data).where(*here).order_by(row.idx.desc()).limit(1))
    found: dict[str, Any] | None = None if data is None else orjson.loads(data)
    return found


class Journal:
    """Appends facts to one service's tables. Keeps no state but prepared SQL: the right edge is handed in and out."""

    def __init__(self, tables: JournalTables, dialect: sa.Dialect) -> None:
        self.tables = tables
        self._directly = dialect.name == "sqlite"
        p = "?" if dialect.paramstyle == "qmark" else "%s"
        self._head = "SELECT size, edge FROM journal_head WHERE one = 1"
        self._lock = self._head + (" FOR UPDATE" if dialect.name == "postgresql" else "")
        self._row = (
            "INSERT INTO journal (idx, data, leaf, at, fact, subject, actor) "
            f"VALUES ({p}, {p}, {p}, {p}, {p}, {p}, {p})"
        )
        self._node = f"INSERT INTO journal_node (level, idx, hash) VALUES ({p}, {p}, {p})"
        self._advance = f"UPDATE journal_head SET size = {p}, edge = {p} WHERE one = 1"

    def edge(self, connection: sa.Connection) -> Edge:
        """The right edge as stored; on PostgreSQL its row stays locked until the commit, so the index has no gap."""
        size, edge = self._one(connection, self._lock)
        return Edge.from_bytes(size, bytes(edge or b""))  # SQLite reads the first, empty one as text

    def size(self, connection: sa.Connection) -> int:
        """How many rows the journal has."""
        size: int = self._one(connection, self._head)[0]
        return size

    def last_at(self, connection: sa.Connection) -> datetime | None:
        """When the newest row was written; None while there is none."""
        c = self.tables.journal.c
        at: datetime | None = connection.execute(sa.select(c.at).order_by(c.idx.desc()).limit(1)).scalar()
        return at

    def append(self, connection: sa.Connection, edge: Edge, facts: list[dict[str, Any]]) -> Edge:
        """Write `facts` behind `edge` and return the edge after them. The caller commits or rolls back both."""
        rows: list[tuple[Any, ...]] = []
        nodes: list[tuple[int, int, bytes]] = []
        for fact in facts:
            data = canonical(fact)
            leaf = leaf_hash(data)
            rows.append((edge.size, data.decode(), leaf, fact["at"], fact["fact"], fact["subject"], fact["actor"]))
            edge, made = edge.append(leaf)
            nodes.extend(made)
        self._run(connection, self._row, rows)
        if nodes:
            self._run(connection, self._node, nodes)
        self._run(connection, self._advance, [(edge.size, edge.to_bytes())])
        return edge

    # Every write passes here. On SQLite the driver is called directly, at a fifth of the cost; on PostgreSQL SQLAlchemy
    # stays between, since the retry of a transaction needs its errors.

    def _one(self, connection: sa.Connection, sql: str) -> Any:
        if self._directly:
            return _driver(connection).execute(sql).fetchone()
        return connection.exec_driver_sql(sql).one()

    def _run(self, connection: sa.Connection, sql: str, rows: list[Any]) -> None:
        if self._directly:
            _driver(connection).executemany(sql, rows)
        else:
            connection.exec_driver_sql(sql, rows if len(rows) > 1 else rows[0])


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


JOURNAL_GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("journal", "journal_node")
        for act in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            for table in ("journal", "journal_node")
        ),
    ),
}
"""Run once after the tables are made: the database itself refuses to change or delete a row of the journal."""

FIRST_HEAD = "INSERT INTO journal_head (one, size, edge) VALUES (1, 0, '')"
"""Run once after the tables are made: the head of an empty tree."""
