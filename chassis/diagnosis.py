"""Which rows of a journal were changed, dropped, moved or added, judged by the tree that still stands above them.

Works on positions, the indexes that rows had when they were written. A position's row lies under `position - shift`
once rows before it were dropped and the rest renumbered. Used only where the quick comparison (`audit.py`) found the
rows and the tree at odds.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import product

from chassis.evidence import FARTHEST_SHIFT, Evidence, Seen
from chassis.findings import Findings, Kind
from chassis.merkle import HASH_BYTES, node_hash

_SHIFTS = tuple(step * sign for step in range(1, FARTHEST_SHIFT + 1) for sign in (1, -1))
_PATIENCE = 4
"""After so many unexplained pairs in a row the search for a shift rests until a pair fits again."""
_LARGEST_POOL = 512
"""As many suspect rows are tried in each other's places."""


@dataclass(frozen=True)
class _Changed:
    """A position whose row is not the one whose hash (`original`) was written there."""

    position: int
    present: bytes
    original: bytes


@dataclass(frozen=True)
class _BrokenPair:
    """Two neighbours that do not make the node above them, and no copy says which of them is to blame."""

    position: int
    left: bytes
    right: bytes
    node: bytes


class Diagnosis:
    """Findings about rows, and for each position the hash of what was once written there, where that can be known."""

    def __init__(self, evidence: Evidence, findings: Findings) -> None:
        self._evidence = evidence
        self._findings = findings
        self._originals: dict[int, bytes | None] = {}
        self._shifts = [(0, 0)]
        self._done = 0
        self._unexplained = 0
        self._changed: list[_Changed] = []
        self._broken: list[_BrokenPair] = []

    @property
    def shift(self) -> int:
        """How many positions the rows read last lie below where they were written."""
        return self._shifts[-1][1]

    def examined(self, position: int) -> bool:
        """Whether the position was already judged together with an earlier one."""
        return position < self._done

    def examine(self, start: int, end: int) -> list[bytes | None]:
        """Judge the positions `start` (even) to `end` (exclusive); return the hash once written at each, or None."""
        position = max(start, self._done)
        while position < end:
            position = self._pair(position) if position + 1 < self._evidence.size else self._single(position)
        self._done = position
        return self.written(start, end)

    def written(self, start: int, end: int) -> list[bytes | None]:
        """The hash once written at each position, as far as the rows and the tree can tell."""
        return [self._written_at(position) for position in range(start, end)]

    def conclude(self) -> None:
        """Name the suspects: first those that stand in each other's places, then the others as changed."""
        pool = {one for pair in self._broken for one in (pair.left, pair.right)}
        pool.update(one.present for one in self._changed)
        places = list(pool) if len(pool) <= _LARGEST_POOL else []
        made = {node_hash(*pair): pair for pair in product(places, repeat=2)} if self._broken else {}
        for pair in self._broken:
            if pair.node in made:
                self._replace(pair.position, pair.left, made[pair.node][0])
                self._replace(pair.position + 1, pair.right, made[pair.node][1])
            else:
                self._accuse(pair)
        homes = {one.original: one.position for one in self._changed}
        for one in self._changed:
            if one.present in homes:
                self._findings.add(Kind.ROW_MOVED, one.position, home=homes[one.present])
            else:
                self._findings.add(Kind.ROW_CHANGED, one.position)

    def _accuse(self, pair: _BrokenPair) -> None:
        """One of two rows was changed; a checkpoint that ends between them tells which."""
        signed = self._evidence.signed_leaf(pair.position)
        if signed is None:
            self._findings.add(Kind.ROW_CHANGED, pair.position, pair.position + 1, sure=False)
            return
        if signed != pair.left:
            self._findings.add(Kind.ROW_CHANGED, pair.position)
        self._findings.add(Kind.ROW_CHANGED, pair.position + 1)

    def _written_at(self, position: int) -> bytes | None:
        if position in self._originals:
            return self._originals[position]
        shift = self._shifts[bisect_right(self._shifts, position, key=lambda one: one[0]) - 1][1]
        seen = self._evidence.seen(position - shift)
        return seen.hash if seen else None

    def _row(self, position: int, shift: int | None = None) -> Seen | None:
        return self._evidence.seen(position - (self.shift if shift is None else shift))

    def _pair(self, position: int) -> int:
        """Judge two neighbours under one node; return the position to go on from."""
        left, right = self._row(position), self._row(position + 1)
        if left is None or right is None:
            return self._gap(position, left, right)
        idx = position >> 1
        node, made = self._evidence.node(1, idx), node_hash(left.hash, right.hash)
        if node == made and left.leaf == left.hash and right.leaf == right.hash:
            self._unexplained = 0
            return position + 2
        if node is not None and self._explained(position, left, right, node):
            self._unexplained = 0
            return position + 2
        beside = self._pair_hash(position ^ 2, self.shift)
        if node is None or (
            self._evidence.supports(1, idx, made, beside) and not self._evidence.supports(1, idx, node, beside)
        ):
            self._alone(position, left)
            self._alone(position + 1, right)
            return position + 2
        self._unexplained += 1
        after = self._shifted(position) if self._unexplained <= _PATIENCE else None
        if after is not None:
            return after
        self._broken.append(_BrokenPair(position, left.hash, right.hash, node))
        self._originals[position] = self._originals[position + 1] = None
        return position + 2

    def _single(self, position: int) -> int:
        row = self._row(position)
        if row is not None:
            self._alone(position, row)
        return position + 1

    def _gap(self, position: int, *pair: Seen | None) -> int:
        """One of two rows, or both, are not there. Those behind the last row are left to whoever sees the end."""
        for at, row in enumerate(pair, position):
            if row is not None:
                self._alone(at, row)
            elif at - self.shift <= self._evidence.last:
                self._findings.add(Kind.ROW_MISSING, at)
        return position + 2

    def _alone(self, position: int, row: Seen) -> None:
        """Judge a row by its own copies, where nothing above it helps."""
        if row.leaf != row.hash:
            if row.leaf is not None and len(row.leaf) == HASH_BYTES:
                self._replace(position, row.hash, row.leaf)
            else:
                self._findings.add(Kind.COPY_CHANGED, position, columns=("leaf",))

    def _explained(self, position: int, left: Seen, right: Seen, node: bytes) -> bool:
        """Whether the node follows from what the rows are, or from what copies say they were; name what differs."""
        for one, other in product(self._candidates(position, left), self._candidates(position + 1, right)):
            if node_hash(one, other) == node:
                for at, row, original in ((position, left, one), (position + 1, right, other)):
                    if original == row.hash and row.leaf != row.hash:
                        self._findings.add(Kind.COPY_CHANGED, at, columns=("leaf",))
                    self._replace(at, row.hash, original)
                return True
        return False

    def _candidates(self, position: int, row: Seen) -> list[bytes]:
        others = (row.leaf, self._evidence.signed_leaf(position))
        return [row.hash, *(one for one in others if one is not None and one != row.hash)]

    def _replace(self, position: int, present: bytes, original: bytes) -> None:
        self._originals[position] = original
        if present != original:
            self._changed.append(_Changed(position, present, original))

    def _shifted(self, position: int) -> int | None:
        """Where the rows fit again, farther up or down, because some were dropped or added here; None if nowhere."""
        if self._fits(position + 2, self.shift):
            return None
        rest = self._evidence.size - 1 - self._evidence.last - self.shift
        steps = (*_SHIFTS, rest) if rest > FARTHEST_SHIFT else _SHIFTS
        for step in steps:
            first = position + max(step, 0)
            for after in sorted({first + first % 2, first + 2 - first % 2}):
                if self._fit_from(after, self.shift + step, ends=step == rest):
                    self._note_shift(position, after, step)
                    return after
        return None

    def _fit_from(self, position: int, shift: int, *, ends: bool) -> bool:
        """Whether two pairs from `position` on fit; where the journal ends before, the number of rows must (`ends`)."""
        places = (self._fits(position, shift), self._fits(position + 2, shift))
        return False not in places and (None not in places or ends)

    def _fits(self, position: int, shift: int) -> bool | None:
        if position >= self._evidence.size:
            return None
        if position + 1 == self._evidence.size:
            row = self._row(position, shift)
            return row is not None and row.hash == self._evidence.peak(0, position)
        made = self._pair_hash(position, shift)
        return made is not None and made == self._evidence.node(1, position >> 1)

    def _pair_hash(self, position: int, shift: int) -> bytes | None:
        left, right = self._row(position, shift), self._row(position + 1, shift)
        return node_hash(left.hash, right.hash) if left and right else None

    def _note_shift(self, position: int, after: int, step: int) -> None:
        places = after - position
        if step > 0:
            self._findings.add(Kind.ROW_MISSING, position, after - 1, sure=places == step, count=step)
        else:
            last = position + places - step - 1
            self._findings.add(Kind.ROW_ADDED, position, last, sure=not places, count=-step)
        self._originals.update(dict.fromkeys(range(position, after)))
        self._shifts.append((after, self.shift + step))
        self._evidence.reach(self.shift)
        self._unexplained = 0
