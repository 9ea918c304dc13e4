"""Reading a journal as evidence: what is stored, byte for byte, whatever somebody may have put there.

Plain SQL and raw values: a row that was tampered with must not be able to stop its reader (text that is no UTF-8, NULL,
numbers in a text column), so SQLite hands over bytes as they lie in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from chassis.journal import JournalTables

_ENDLESS = 2**62


class StoredRow(NamedTuple):
    """One row as it is stored. Instants are ISO 8601 UTC with microseconds and Z; None is NULL."""

    idx: int
    data: bytes | None
    leaf: bytes | None
    at: bytes | None
    fact: bytes | None
    subject: bytes | None
    actor: bytes | None


class JournalReader:
    """The rows, nodes and head of one journal, on the caller's connection and snapshot."""

    def __init__(self, connection: sa.Connection, tables: JournalTables) -> None:
        self._connection = connection
        sqlite = connection.dialect.name == "sqlite"
        p = "?" if sqlite else "%s"
        raw = "CAST({} AS BLOB)" if sqlite else "convert_to({}, 'UTF8')"
        at = raw.format("at" if sqlite else "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        hash_of = "CAST({} AS BLOB)" if sqlite else "{}"
        text = ", ".join(raw.format(name) for name in ("fact", "subject", "actor"))
        journal, node, head = (table.name for table in tables)
        self._rows = (
            f"SELECT idx, {raw.format('data')}, {hash_of.format('leaf')}, {at}, {text} "  # noqa: S608  our own names
            f"FROM {journal} WHERE idx >= {p} AND idx < {p} ORDER BY idx"
        )
        self._leaf = f"SELECT {hash_of.format('leaf')} FROM {journal} WHERE idx = {p}"  # noqa: S608
        self._node = f"SELECT {hash_of.format('hash')} FROM {node} WHERE level = {p} AND idx = {p}"  # noqa: S608
        self._nodes = (
            f"SELECT idx, {hash_of.format('hash')} FROM {node} "  # noqa: S608
            f"WHERE level = {p} AND idx >= {p} AND idx < {p} ORDER BY idx"
        )
        self._node_count = f"SELECT count(*), max(idx) FROM {node} WHERE level = {p} AND idx < {_ENDLESS}"  # noqa: S608
        self._within = f"SELECT count(*), max(idx) FROM {journal} WHERE idx < {p}"  # noqa: S608
        self._strays = f"SELECT idx FROM {journal} WHERE idx < 0 OR idx >= {p} ORDER BY idx LIMIT {p}"  # noqa: S608
        self._stray_nodes = (
            f"SELECT count(*) FROM {node} WHERE level < 1 OR level > 62 OR idx < 0 OR (idx + 1) << level > {p}"  # noqa: S608
        )
        size = "CAST(size AS INTEGER)" if sqlite else "size"
        self._head = f"SELECT {size}, {hash_of.format('edge')} FROM {head} WHERE one = 1"  # noqa: S608

    def head(self) -> tuple[int, bytes] | None:
        """Size and edge as stored, or None when there is no head."""
        found = self._query(self._head)
        return (int(found[0][0] or 0), found[0][1] or b"") if found else None

    def within(self, end: int) -> tuple[int, int]:
        """How many rows have an index below `end`, and the highest of these, -1 when there is none."""
        count, highest = self._query(self._within, end)[0]
        return count, -1 if highest is None else highest

    def strays(self, end: int, most: int) -> list[int]:
        """The indexes below zero and from `end` on, at most that many."""
        return [row[0] for row in self._query(self._strays, end, most)]

    def rows(self, start: int, end: int) -> list[StoredRow]:
        """The rows with an index from `start` to `end` (exclusive), in order of the index."""
        return [StoredRow._make(row) for row in self._query(self._rows, start, end)]

    def nodes(self, level: int, start: int, end: int) -> dict[int, bytes]:
        """The nodes of a level (1 and up) with an index from `start` to `end` (exclusive), by index."""
        return dict(self._query(self._nodes, level, start, end))

    def covered(self) -> int:
        """How many leaves the nodes of level 1 cover, 0 when these are not a gapless run from the first."""
        count, highest = self._query(self._node_count, 1)[0]
        return 2 * int(count) if count and count == highest + 1 else 0

    def stray_nodes(self, size: int) -> int:
        """How many nodes stand over no complete subtree of a tree of `size` leaves."""
        return int(self._query(self._stray_nodes, size)[0][0])

    def node_at(self, level: int, idx: int) -> bytes:
        """The hash of one complete subtree, of a leaf for level 0. Raises KeyError when it is not stored."""
        found = self._query(self._node, level, idx) if level else self._query(self._leaf, idx)
        if not found or found[0][0] is None:
            raise KeyError((level, idx))
        kept: bytes = found[0][0]
        return kept

    def _query(self, statement: str, *values: int) -> Sequence[Any]:
        return self._connection.exec_driver_sql(statement, values).all()
