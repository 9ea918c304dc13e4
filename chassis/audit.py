"""Checking a journal against itself and against its checkpoints, naming each row that is not what was written.

Every row is hashed anew and the whole tree built from it, a block of 4,096 rows at a time. Where a block and the stored
tree differ, `diagnosis.py` finds out which rows are to blame; what all copies agree on is left to `witnesses.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import orjson
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.checkpoints import Checkpoint, CheckpointFolder
from chassis.diagnosis import Diagnosis
from chassis.evidence import BLOCK, BLOCK_LEVEL, Evidence
from chassis.findings import AuditReport, Finding, Findings, Kind
from chassis.journal import JournalTables
from chassis.journal_reader import JournalReader, StoredRow
from chassis.merkle import Edge, complete_subtrees, edge_at, leaf_hash, node_hash
from chassis.notes import BadNote
from chassis.proofs import NotProvable, prove
from chassis.witnesses import Testimony, Witnesses

__all__ = ["AuditReport", "Finding", "Kind", "NotProvable", "prove", "verify"]

Progress = Callable[[int, int], None]
"""`progress(done, total)` in rows, called after each block."""
_MOST_STRAYS = 1000
_PLAUSIBLE = 1000
"""A head that claims more than this many times the rows there are (and a million) is damage, not a journal cut off."""


def verify(
    connection: sa.Connection,
    tables: JournalTables,
    folder: CheckpointFolder,
    public_key: Ed25519PublicKey,
    progress: Progress | None = None,
) -> AuditReport:
    """Check the whole journal and every checkpoint in `folder`; the report names what is wrong, row by row.

    `connection` must not have read anything yet in its transaction: all is read from one snapshot. Reads only.
    """
    findings = Findings()
    checkpoints = _genuine(folder, public_key, findings)
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    reader = JournalReader(connection, tables)
    head = _head(reader, findings)
    by_size = {checkpoint.size: checkpoint for checkpoint in checkpoints}
    signed_edge = lru_cache(maxsize=256)(folder.edge)

    def signed_leaf(position: int) -> bytes | None:
        checkpoint = by_size.get(position + 1) if position % 2 == 0 else None
        edge = signed_edge(checkpoint) if checkpoint else None
        return edge.hashes[-1] if edge else None

    evidence = Evidence(reader, _size(reader, head), head, signed_leaf)
    diagnosis = Diagnosis(evidence, findings)
    sizes = {*by_size, head.size if head else 0}
    walk = _Walk(evidence, diagnosis, findings, sizes)
    walk.run(progress)
    diagnosis.conclude()
    walk.compare_head(head)
    rows = walk.end()
    testimony = Testimony(signed_edge, lambda size: _stored_edge(reader, size), diagnosis.written, rows)
    signed = Witnesses(checkpoints, testimony, findings).compare(walk.roots())
    root = head.root() if head else walk.edge().root()
    return AuditReport(head.size if head else rows, root, len(checkpoints), signed, findings.in_order())


def _genuine(folder: CheckpointFolder, public_key: Ed25519PublicKey, findings: Findings) -> list[Checkpoint]:
    genuine = []
    for size in folder.sizes():
        try:
            genuine.append(folder.open(size, public_key))
        except BadNote as error:
            findings.add(Kind.CHECKPOINT_FORGED, size=size, reason=str(error))
    return genuine


def _head(reader: JournalReader, findings: Findings) -> Edge | None:
    stored = reader.head()
    if stored is None:
        findings.add(Kind.HEAD_WRONG, reason="missing")
        return None
    count, _ = reader.within(stored[0])
    try:
        if stored[0] > _PLAUSIBLE * max(count, _PLAUSIBLE):
            raise ValueError(f"{stored[0]} rows are claimed, {count} are there")
        return Edge.from_bytes(*stored)
    except ValueError as error:
        findings.add(Kind.HEAD_WRONG, reason=str(error))
        return None


def _size(reader: JournalReader, head: Edge | None) -> int:
    """How many rows were once written, as far as head and nodes can tell."""
    covered = reader.covered()
    if head is not None and covered <= head.size:
        return head.size
    return max(covered, min(reader.within(covered + 2)[1] + 1, covered + 1))


def _stored_edge(reader: JournalReader, size: int) -> Edge | None:
    try:
        return edge_at(size, reader.node_at)
    except KeyError:
        return None


class _Walk:
    """One pass over all rows in blocks, building the tree and comparing it, with the tree as believed at each size."""

    def __init__(self, evidence: Evidence, diagnosis: Diagnosis, findings: Findings, sizes: Iterable[int]) -> None:
        self._evidence = evidence
        self._diagnosis = diagnosis
        self._findings = findings
        self._sizes = sorted(sizes, reverse=True)
        self._edges: dict[int, Edge] = {}
        self._blocks = Edge()

    def run(self, progress: Progress | None) -> None:
        """Read all rows; note what is wrong with them and with the nodes above them."""
        start = 0
        self._keep_edges(0, 0, [])
        while start < self.end():
            end = min(start + BLOCK, self._evidence.size)
            levels = self._block(start, end)
            self._keep_edges(start, end, levels)
            if end - start == BLOCK:
                self._raise(levels[BLOCK_LEVEL][0])
            start = end
            if progress:
                progress(min(start, self.end()), self.end())
        self._tail()

    def roots(self) -> dict[int, bytes]:
        """The root that the rows have at each size asked for, as far as there are rows."""
        return {size: edge.root() for size, edge in self._edges.items()}

    def edge(self) -> Edge:
        """The tree at the largest size that was kept."""
        return self._edges[max(self._edges)]

    def compare_head(self, head: Edge | None) -> None:
        """Compare the stored head with the rows: the last one without neighbour has no other witness."""
        if head is None:
            return
        if head.size < self._evidence.size:
            rows = self._evidence.size
            self._findings.add(Kind.HEAD_WRONG, reason=f"size {head.size}, but {rows} rows were written")
        made = self._edges.get(head.size)
        if made is None:
            return
        places = complete_subtrees(0, head.size)
        wrong = [at for at, pair in enumerate(zip(made.hashes, head.hashes, strict=True)) if pair[0] != pair[1]]
        for at in wrong:
            level, idx = places[at]
            first, last = idx << level, ((idx + 1) << level) - 1
            if level == 0 and len(wrong) == 1:
                if not self._findings.names_row_in(first, first + 1):
                    self._findings.add(Kind.ROW_CHANGED, first)
            else:
                self._findings.add(Kind.HEAD_WRONG, first, last, reason=f"rows {first}-{last}")

    def end(self) -> int:
        """Behind the last position for which there is a row."""
        return min(self._evidence.size, self._evidence.last + 1 + self._diagnosis.shift)

    def _block(self, start: int, end: int) -> list[list[bytes]]:
        """The tree over a block, level by level from the leaves, as it was when the rows were written."""
        shift = self._diagnosis.shift
        rows = self._evidence.reader.rows(start - shift, end - shift)
        self._check_copies(rows)
        if len(rows) == end - start and not self._diagnosis.examined(start):
            leaves = [leaf_hash(row.data or b"") for row in rows]
            levels = _tree(leaves)
            if leaves == [row.leaf for row in rows] and self._is_stored(levels, start):
                return levels
        return self._examined(start, end)

    def _is_stored(self, levels: Sequence[list[bytes]], start: int) -> bool:
        return all(
            made == list(self._evidence.reader.nodes(level, start >> level, (start >> level) + len(made)).values())
            for level, made in enumerate(levels)
            if level
        )

    def _examined(self, start: int, end: int) -> list[list[bytes]]:
        """The slow way, for a block that differs: find the rows to blame, then settle each node above them."""
        leaves = self._diagnosis.examine(start, end)
        levels: list[list[bytes | None]] = [leaves]
        while len(levels[-1]) > 1:
            level, below = len(levels), levels[-1]
            first = start >> level
            pairs = zip(below[0::2], below[1::2], strict=False)
            levels.append([self._settled(level, first + at, *pair) for at, pair in enumerate(pairs)])
        return [[one or b"" for one in level] for level in levels]

    def _settled(self, level: int, idx: int, left: bytes | None, right: bytes | None) -> bytes | None:
        """The hash that a node had: as made from what is below, or as stored where only that fits what is above."""
        kept = self._evidence.node(level, idx)
        made = node_hash(left, right) if left and right else None
        if made == kept or made is None:
            return kept
        first, last = idx << level, ((idx + 1) << level) - 1
        supports = self._evidence.supports
        if kept is not None and supports(level, idx, kept) and not supports(level, idx, made):
            if not self._findings.names_row_in(first, last + 1):
                self._findings.add(Kind.ROW_CHANGED, first, last, sure=False)
            return kept
        self._findings.add(Kind.NODE_WRONG, first, last, level=level)
        return made

    def _raise(self, top: bytes) -> None:
        """Put the top of a whole block into the tree over blocks."""
        blocks, hashes = self._blocks
        level, idx = BLOCK_LEVEL, blocks
        while idx & 1:
            left, hashes = hashes[-1], hashes[:-1]
            level, idx = level + 1, idx >> 1
            top = self._settled(level, idx, left, top) or b""
        self._blocks = Edge(blocks + 1, (*hashes, top))

    def _keep_edges(self, start: int, end: int, levels: Sequence[Sequence[bytes]]) -> None:
        """Keep the tree at each size asked for that lies in this block."""
        while self._sizes and self._sizes[-1] <= end:
            size = self._sizes.pop()
            inner = (levels[level][idx - (start >> level)] for level, idx in complete_subtrees(start, size))
            self._edges[size] = Edge(size, (*self._blocks.hashes, *inner))

    def _check_copies(self, rows: Iterable[StoredRow]) -> None:
        for row in rows:
            columns = _differing(row)
            if columns:
                self._findings.add(Kind.COPY_CHANGED, row.idx, columns=columns)

    def _tail(self) -> None:
        """Rows that are gone from the end, and rows where none were written."""
        size, end = self._evidence.size, self.end()
        if end < size:
            self._findings.add(Kind.ROWS_CUT_OFF, end, size - 1, since=end - end % 2)
        for idx in self._evidence.reader.strays(size - self._diagnosis.shift, _MOST_STRAYS):
            self._findings.add(Kind.ROW_ADDED, idx)


def _tree(leaves: list[bytes]) -> list[list[bytes]]:
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(left, right) for left, right in zip(below[0::2], below[1::2], strict=False)])
    return levels


def _differing(row: StoredRow) -> tuple[str, ...]:
    """The columns that do not repeat what `data` says."""
    try:
        data = orjson.loads(row.data or b"")
        at, fact, subject, actor = data["at"], data["fact"], data["subject"], data["actor"]
        if (
            at.encode() == row.at
            and fact.encode() == row.fact
            and subject.encode() == row.subject
            and actor.encode() == row.actor
        ):
            return ()
        pairs = (("at", at, row.at), ("fact", fact, row.fact), ("subject", subject, row.subject))
        return tuple(name for name, said, kept in (*pairs, ("actor", actor, row.actor)) if said.encode() != kept)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ("at", "fact", "subject", "actor")
