"""The Merkle tree of RFC 6962 (section 2, unchanged in RFC 9162): hashes, the right edge, and both kinds of proof.

Pure: nothing is stored here. A tree of any size falls into complete subtrees, largest first; their roots are its
`Edge`, which is all that an append or a root needs. `(level, idx)` names the complete subtree over the leaves
`idx << level` up to `(idx + 1) << level`, so level 0 is the leaves; its hash never changes once it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 2.1)."""

Node = tuple[int, int, bytes]
"""A complete subtree: level, idx, hash."""
NodeAt = Callable[[int, int], bytes]
"""`node_at(level, idx)`: the hash of a complete subtree, of a leaf for level 0. May raise KeyError."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry, 32 bytes (RFC 6962 2.1). The prefix keeps an entry from posing as a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side, 32 bytes (RFC 6962 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Edge(NamedTuple):
    """The right edge of a tree: how many leaves it has and its complete subtrees, largest first. Immutable."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Edge, list[Node]]:
        """The edge with one leaf hash more, and the subtrees that it completed, level 1 and up, lowest first."""
        size, hashes = self
        end, level, idx = len(hashes), 0, size
        made: list[Node] = []
        while idx & 1:
            end -= 1
            level += 1
            idx >>= 1
            leaf = node_hash(hashes[end], leaf)
            made.append((level, idx, leaf))
        return Edge(size + 1, (*hashes[:end], leaf)), made

    def root(self) -> bytes:
        """The root hash of the tree, 32 bytes."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """The hashes one after another, as `journal_head.edge` keeps them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Edge:
        """The edge that `to_bytes` wrote. Raises ValueError when `raw` is not of the length that `size` leaves need."""
        if size < 0 or len(raw) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has no edge of {len(raw)} bytes")
        return cls(size, tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)))


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees that make up the leaves `start` to `end` (exclusive), as (level, idx), left to right.

    `start` must be where RFC 6962 2.1 would split, a multiple of the smallest power of two that holds the range.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def edge_at(size: int, node_at: NodeAt) -> Edge:
    """The edge that the tree had when it had `size` leaves."""
    return Edge(size, tuple(node_at(level, idx) for level, idx in complete_subtrees(0, size)))


def _range_root(start: int, end: int, node_at: NodeAt) -> bytes:
    return Edge(end - start, tuple(node_at(level, idx) for level, idx in complete_subtrees(start, end))).root()


def _split(start: int, end: int) -> int:
    """Where RFC 6962 splits the leaves `start` to `end`: after the largest power of two smaller than their number."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, lowest first (RFC 6962 2.1.1).

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(_range_root(middle, end, node_at))
            end = middle
        else:
            path.append(_range_root(start, middle, node_at))
            start = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows that `leaf` is leaf `index` of the tree of `size` leaves with `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, seen = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            seen = node_hash(other, seen)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            seen = node_hash(seen, other)
        node, last = node >> 1, last >> 1
    return last == 0 and seen == root


def consistency_proof(old_size: int, new_size: int, node_at: NodeAt) -> list[bytes]:
    """What shows that the tree of `new_size` leaves begins with that of `old_size` (RFC 6962 2.1.2).

    Empty for equal sizes and for an empty old tree. Raises ValueError when the old tree is the larger.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree of {new_size} leaves cannot begin with one of {old_size}")
    if old_size in (0, new_size):
        return []
    proof, start, end = [], 0, new_size
    while end != old_size:
        middle = _split(start, end)
        if old_size <= middle:
            proof.append(_range_root(middle, end, node_at))
            end = middle
        else:
            proof.append(_range_root(start, middle, node_at))
            start = middle
    if start > 0:
        proof.append(_range_root(start, end, node_at))
    return proof[::-1]


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree with `new_root` begins with that with `old_root` (RFC 9162 2.1.4.2)."""
    if old_size == new_size or old_size == 0:
        same = old_root == (new_root if old_size == new_size else EMPTY_ROOT)
        return same and not proof and new_size >= 0
    hashes = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not 0 < old_size < new_size or not proof:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_seen = new_seen = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_seen, new_seen = node_hash(other, old_seen), node_hash(other, new_seen)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_seen = node_hash(new_seen, other)
        node, last = node >> 1, last >> 1
    return last == 0 and old_seen == old_root and new_seen == new_root
