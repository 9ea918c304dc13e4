"""What a journal's own tables say about one row or node, at random access: the rows, the tree above them, the head.

Three copies of the same truth: `data` makes a hash, `leaf` repeats it, the nodes repeat it again. Whoever changes one
without the others can be named; whoever changes all is found by the checkpoints (`witnesses.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from chassis.journal_reader import JournalReader
from chassis.merkle import Edge, complete_subtrees, leaf_hash, node_hash

BLOCK_LEVEL = 12
BLOCK = 1 << BLOCK_LEVEL
"""Rows are read 4,096 at a time, which is one complete subtree."""
FARTHEST_SHIFT = 64
"""As many rows dropped or added in one place can be told from changed ones."""


class Seen(NamedTuple):
    """A row as evidence: the hash of its data, and the hash that stands in its `leaf`."""

    hash: bytes
    leaf: bytes | None


class Evidence:
    """The journal as stored. `size` is how many rows there should be, `last` the highest index worth looking at.

    `signed_leaf(position)` is a leaf's hash as a checkpoint keeps it, or None.
    """

    def __init__(
        self, reader: JournalReader, size: int, head: Edge | None, signed_leaf: Callable[[int], bytes | None]
    ) -> None:
        self.reader = reader
        self.size = size
        self.signed_leaf = signed_leaf
        self.reach(0)
        pieces = zip(complete_subtrees(0, head.size), head.hashes, strict=True) if head else ()
        self._peaks = dict(pieces)
        self._block = lru_cache(maxsize=8)(self._read_block)
        self._node_block = lru_cache(maxsize=64)(self._read_nodes)

    def reach(self, shift: int) -> None:
        """Look as far as rows can lie once `shift` of them were dropped, or added if negative, and a little farther."""
        self.last = self.reader.within(self.size - min(shift, 0) + FARTHEST_SHIFT)[1]

    def seen(self, idx: int) -> Seen | None:
        """The row stored under `idx`."""
        return self._block(idx >> BLOCK_LEVEL).get(idx) if 0 <= idx <= self.last else None

    def node(self, level: int, idx: int) -> bytes | None:
        """The node (level 1 and up) as stored."""
        return self._node_block(level, idx >> BLOCK_LEVEL).get(idx)

    def peak(self, level: int, idx: int) -> bytes | None:
        """What the head says about a complete subtree that is not part of a larger one."""
        return self._peaks.get((level, idx))

    def supports(self, level: int, idx: int, value: bytes, *siblings: bytes | None) -> bool:
        """Whether what is stored above a node can only be so if the node is `value`.

        `siblings` are hashes that the node beside may have besides the stored one.
        """
        if (level, idx) in self._peaks:
            return self._peaks[level, idx] == value
        parent = self.node(level + 1, idx >> 1)
        for beside in (self.node(level, idx ^ 1), *siblings):
            if beside is not None and parent == (node_hash(beside, value) if idx & 1 else node_hash(value, beside)):
                return True
        return False

    def _read_block(self, block: int) -> dict[int, Seen]:
        rows = self.reader.rows(block << BLOCK_LEVEL, (block + 1) << BLOCK_LEVEL)
        return {row.idx: Seen(leaf_hash(row.data or b""), row.leaf) for row in rows}

    def _read_nodes(self, level: int, block: int) -> dict[int, bytes]:
        return self.reader.nodes(level, block << BLOCK_LEVEL, (block + 1) << BLOCK_LEVEL)
