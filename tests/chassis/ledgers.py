"""A journal to tamper with: written by the real code, then changed behind its back by somebody with the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import audit, checkpoints
from chassis.canonical import canonical
from chassis.checkpoints import Checkpoint, CheckpointFolder
from chassis.findings import AuditReport, Finding, Kind
from chassis.journal import FIRST_HEAD, Journal, journal_tables
from chassis.merkle import Edge, leaf_hash

ORIGIN = "gatehouse.test/visitor"


def fact(number: int) -> dict[str, Any]:
    """What the journal records about one visit."""
    return {
        "at": f"2026-03-02T08:00:00.{number % 1_000_000:06d}Z",
        "actor": "person:guard",
        "fact": "VisitorEntered",
        "subject": f"visit:{number}",
        "controls": ["2.1"],
        "body": {"visit_id": str(number), "escort_id": "li"},
    }


class Ledger:
    """A journal, its checkpoints, and the ways to tamper with either. No guards: who owns the file drops them first."""

    def __init__(self, url: str, path: Path) -> None:
        metadata = sa.MetaData()
        self.tables = journal_tables(metadata)
        self.url = url
        self.engine = sa.create_engine(url)
        metadata.create_all(self.engine)
        self.key = Ed25519PrivateKey.generate()
        self.folder = CheckpointFolder(path, ORIGIN)
        self.written = 0
        self.sql(FIRST_HEAD)

    def write(self, count: int, *, each: int = 1) -> Ledger:
        """Record `count` facts, `each` in one transaction."""
        journal = Journal(self.tables, self.engine.dialect)
        for start in range(self.written, self.written + count, each):
            stop = min(start + each, self.written + count)
            with self.engine.begin() as connection:
                journal.append(connection, journal.edge(connection), [fact(number) for number in range(start, stop)])
        self.written += count
        return self

    def checkpoint(self) -> Checkpoint:
        with self.engine.connect() as connection:
            return checkpoints.make_checkpoint(connection, self.tables, self.folder, self.key)

    def write_with_checkpoints(self, *sizes: int) -> Ledger:
        """Record facts up to each size and sign there."""
        for size in sizes:
            self.write(size - self.written, each=64).checkpoint()
        return self

    def forget_edges(self) -> None:
        """Keep the notes alone, as when they were sent by mail."""
        for path in self.folder.path.glob("*.edge"):
            path.unlink()

    def verify(self, **options: Any) -> AuditReport:
        with self.engine.connect() as connection:
            return audit.verify(connection, self.tables, self.folder, self.key.public_key(), **options)

    def findings(self) -> list[Finding]:
        return list(self.verify().findings)

    def sql(self, statement: str, *values: Any) -> Sequence[Any]:
        """Run SQL with ? for values, on either engine."""
        if self.engine.dialect.name == "postgresql":
            statement = statement.replace("?", "%s")
        with self.engine.begin() as connection:
            result = connection.exec_driver_sql(statement, tuple(values))
            return result.all() if result.returns_rows else ()

    def change(self, idx: int, *, leaf: bool = False, columns: bool = False) -> None:
        """Give a row another subject: in `data` alone, or with its hash and its copied columns."""
        other = {**fact(idx), "subject": "visit:other"}
        data = canonical(other)
        self.sql("UPDATE journal SET data = ? WHERE idx = ?", data.decode(), idx)
        if leaf:
            self.sql("UPDATE journal SET leaf = ? WHERE idx = ?", leaf_hash(data), idx)
        if columns:
            self.sql("UPDATE journal SET subject = ? WHERE idx = ?", other["subject"], idx)

    def delete(self, first: int, last: int | None = None, *, renumber: bool = False) -> None:
        last = first if last is None else last
        self.sql("DELETE FROM journal WHERE idx BETWEEN ? AND ?", first, last)
        if renumber:
            self.move_all_from(last + 1, -(last + 1 - first))

    def move_all_from(self, first: int, step: int) -> None:
        """Renumber every row from `first` on."""
        self.sql("UPDATE journal SET idx = -1 - idx WHERE idx >= ?", first)
        self.sql("UPDATE journal SET idx = -1 - idx + ? WHERE idx < 0", step)

    def swap(self, one: int, other: int) -> None:
        self.sql("UPDATE journal SET idx = -1 WHERE idx = ?", one)
        self.sql("UPDATE journal SET idx = ? WHERE idx = ?", one, other)
        self.sql("UPDATE journal SET idx = ? WHERE idx = -1", other)

    def insert(self, idx: int, number: int = 999_999) -> None:
        data = canonical(fact(number))
        copies = [fact(number)[name] for name in ("at", "fact", "subject", "actor")]
        columns = "idx, data, leaf, at, fact, subject, actor"
        self.sql(
            f"INSERT INTO journal ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            *(idx, data.decode(), leaf_hash(data), *copies),
        )

    def rebuild(self, *, head: bool = True) -> None:
        """Recompute hashes, nodes and head from the rows as they are now, as a careful forger would."""
        edge, nodes = Edge(), []
        for idx, data in self.sql("SELECT idx, data FROM journal ORDER BY idx"):
            leaf = leaf_hash(data.encode())
            assert idx == edge.size
            self.sql("UPDATE journal SET leaf = ? WHERE idx = ?", leaf, idx)
            edge, made = edge.append(leaf)
            nodes += made
        self.sql("DELETE FROM journal_node")
        for node in nodes:
            self.sql("INSERT INTO journal_node (level, idx, hash) VALUES (?, ?, ?)", *node)
        if head:
            self.sql("UPDATE journal_head SET size = ?, edge = ?", edge.size, edge.to_bytes())

    def data(self, idx: int) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.sql("SELECT data FROM journal WHERE idx = ?", idx)[0][0])
        return found

    def close(self) -> None:
        self.engine.dispose()


def named(findings: Sequence[Finding]) -> list[tuple[Kind, int | None, int | None]]:
    """Kind, first and last row of each finding."""
    return [(finding.kind, finding.first, finding.last) for finding in findings]
