"""The Merkle tree of RFC 6962, pure: hashes, the right edge of a growing tree, and proofs.

A tree of n leaves is kept as the hashes of its complete subtrees: level 0 are leaves, level k index i covers leaves
i·2^k … (i+1)·2^k − 1. An `Edge` is what an append needs and nothing more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one row (RFC 6962 2.1): the prefix 0x00 keeps a leaf from posing as a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge: the complete subtrees that a tree of `size` leaves splits into, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Edge, list[tuple[int, int, bytes]]]:
        """The edge with one more leaf, and the subtrees of level ≥ 1 that it completed as (level, index, hash)."""
        hashes = list(self.hashes)
        made: list[tuple[int, int, bytes]] = []
        level, index, present = 0, self.size, leaf
        while index & 1:
            present = node_hash(hashes.pop(), present)
            level, index = level + 1, index >> 1
            made.append((level, index, present))
        hashes.append(present)
        return Edge(self.size + 1, tuple(hashes)), made

    def root(self) -> bytes:
        """The root of the tree (RFC 6962 2.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """The hashes one after another, as `journal_head.edge` keeps them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Edge:
        """The edge that `to_bytes` wrote. Raises `ValueError` when the length does not fit the size."""
        hashes = tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
        if len(data) != HASH_BYTES * size.bit_count():
            raise ValueError(f"an edge of {len(data)} bytes does not belong to {size} rows")
        return cls(size, hashes)


def subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """Leaves `begin` … `end` − 1 of a tree, as complete subtrees (level, index) from left to right.

    `begin` must be where RFC 6962 would split, so that the range is one node of the tree.
    """
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def _range_root(begin: int, end: int, node_at: NodeAt) -> bytes:
    hashes = [node_at(level, index) for level, index in subtrees(begin, end)]
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_at(size: int, node_at: NodeAt) -> bytes:
    """The root the tree had when it had `size` leaves."""
    return _range_root(0, size, node_at) if size else EMPTY_ROOT


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` (RFC 6962 2.1.1), from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"row {index} is not among {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_root(middle, end, node_at))
            end = middle
        else:
            path.append(_range_root(begin, middle, node_at))
            begin = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is row `index` of the tree with `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, present = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            present = node_hash(other, present)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            present = node_hash(present, other)
        at, last = at >> 1, last >> 1
    return last == 0 and present == root


def consistency_proof(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """Proof that the tree of `old` leaves is a beginning of the tree of `new` (RFC 6962 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof from {old} to {new} rows")
    return _subproof(old, 0, new, node_at, whole=True)


def _subproof(old: int, begin: int, end: int, node_at: NodeAt, *, whole: bool) -> list[bytes]:
    if old == end - begin:
        return [] if whole else [_range_root(begin, end, node_at)]
    split = _split(end - begin)
    middle = begin + split
    if old <= split:
        return [*_subproof(old, begin, middle, node_at, whole=whole), _range_root(middle, end, node_at)]
    return [*_subproof(old - split, middle, end, node_at, whole=False), _range_root(begin, middle, node_at)]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree with `old_root` is a beginning of the one with `new_root` (RFC 9162 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_made = new_made = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_made, new_made = node_hash(other, old_made), node_hash(other, new_made)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_made = node_hash(new_made, other)
        at, last = at >> 1, last >> 1
    return last == 0 and old_made == old_root and new_made == new_root
