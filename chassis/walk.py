"""One pass over a journal: every row hashed anew, the tree built from it, and both compared with what is stored.

A block of 4,096 rows at a time, which is quick while all is well. A block that differs from the stored tree goes the
slow way: `diagnosis.py` says which rows are to blame, and each node above is settled by what stands above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import orjson

from chassis.diagnosis import Diagnosis
from chassis.evidence import BLOCK, BLOCK_LEVEL, Evidence
from chassis.findings import Findings, Kind
from chassis.journal_reader import StoredRow
from chassis.merkle import Edge, complete_subtrees, leaf_hash, node_hash

Progress = Callable[[int, int], None]
"""`progress(done, total)` in rows, called after each block."""
_MOST_STRAYS = 1000


class Walk:
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
        """Rows that are gone from the end, and rows and nodes where none were written."""
        size, end = self._evidence.size, self.end()
        if end < size:
            self._findings.add(Kind.ROWS_CUT_OFF, end, size - 1, since=end - end % 2)
        extra = self._evidence.reader.stray_nodes(size)
        if extra:
            self._findings.add(Kind.NODE_WRONG, sure=False, count=extra)
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
