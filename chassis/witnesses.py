"""What the checkpoints outside say about a journal that may have been rewritten with care, hashes and all.

Between two checkpoints lies an interval of rows. Starting from the tree as it was signed at the first, the rows of the
interval must lead to the second: so each interval is judged by itself, also behind one that was rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chassis.checkpoints import Checkpoint
from chassis.findings import Findings, Kind
from chassis.merkle import Edge, complete_subtrees

FARTHEST_SHIFT = 16
"""As many rows dropped or added before an interval are recognised by the rows that follow."""
_SHIFTS = tuple(step * sign for step in range(1, FARTHEST_SHIFT + 1) for sign in (1, -1))
_PATIENCE = 4
"""After so many intervals in a row that do not fit, shifts are no longer tried."""


@dataclass(frozen=True)
class Testimony:
    """What the witnesses are asked with: the tree as signed or stored at a size, and the rows as they are now.

    `signed_edge` and `stored_edge` answer None when they cannot tell. `written(start, end)` gives a hash per position,
    None where it is not known. `rows` is how many positions there are rows for.
    """

    signed_edge: Callable[[Checkpoint], Edge | None]
    stored_edge: Callable[[int], Edge | None]
    written: Callable[[int, int], list[bytes | None]]
    rows: int


@dataclass(frozen=True)
class _Stop:
    """A size at which the signed root, and if possible the whole edge, is known; and the checkpoint that shows it."""

    size: int
    root: bytes
    edge: Edge | None
    checkpoint: Checkpoint


class Witnesses:
    """The genuine checkpoints of a journal, by size."""

    def __init__(self, checkpoints: Sequence[Checkpoint], testimony: Testimony, findings: Findings) -> None:
        self._checkpoints = checkpoints
        self._testimony = testimony
        self._findings = findings
        self._shift = 0
        self._failed = 0
        self._suspect: tuple[int, int] | None = None

    def compare(self, roots: Mapping[int, bytes]) -> int:
        """Compare the roots that the rows have now, by size; return the largest size that was confirmed.

        From the first that differs on, every interval is read again and judged by itself.
        """
        confirmed = 0
        for number, checkpoint in enumerate(self._checkpoints):
            if roots.get(checkpoint.size) != checkpoint.root:
                return self._judge(self._edge_at(number), confirmed, self._checkpoints[number:])
            confirmed = checkpoint.size
        return confirmed

    def _edge_at(self, number: int) -> Edge | None:
        """The tree at the checkpoint before the given one."""
        if number == 0:
            return Edge()
        checkpoint = self._checkpoints[number - 1]
        stored = self._testimony.stored_edge(checkpoint.size)
        genuine = stored if stored is not None and stored.root() == checkpoint.root else None
        return self._testimony.signed_edge(checkpoint) or genuine

    def _judge(self, edge: Edge | None, confirmed: int, checkpoints: Sequence[Checkpoint]) -> int:
        size = confirmed
        for stop in self._stops(size, checkpoints):
            if edge is not None and self._shown(edge, stop):
                confirmed, self._failed = stop.size, 0
            elif stop.size - self._shift > self._testimony.rows:
                break
            else:
                self._accuse(size, stop)
            size, edge = stop.size, stop.edge
            if edge is None:
                break
        self._settle_suspect(0)
        self._cut_off(size)
        return confirmed

    def _stops(self, size: int, checkpoints: Sequence[Checkpoint]) -> Iterator[_Stop]:
        """Each checkpoint, and before it the sizes since the one before at which its kept edge tells the tree too."""
        for checkpoint in checkpoints:
            edge = self._testimony.signed_edge(checkpoint)
            at = 0
            for number, (level, _) in enumerate(complete_subtrees(0, checkpoint.size) if edge else (), 1):
                at += 1 << level
                if edge is not None and size < at < checkpoint.size:
                    part = Edge(at, edge.hashes[:number])
                    yield _Stop(at, part.root(), part, checkpoint)
            yield _Stop(checkpoint.size, checkpoint.root, edge, checkpoint)
            size = checkpoint.size

    def _shown(self, edge: Edge, stop: _Stop) -> bool:
        """Whether the rows between the edge and the stop are those that were signed, at most moved as a whole."""
        for step in (0, *(_SHIFTS if 0 < self._failed <= _PATIENCE else ())):
            shift = self._shift + step
            if stop.size - shift > self._testimony.rows or edge.size < shift:
                continue
            leaves = self._testimony.written(edge.size - shift, stop.size - shift)
            if self._lead_to(stop, edge, leaves):
                self._shift = shift
                self._settle_suspect(step)
                return True
        return False

    def _lead_to(self, stop: _Stop, edge: Edge, leaves: Sequence[bytes | None]) -> bool:
        """Whether the leaves lead from the edge to the stop; where one is not known, whether the stored tree does."""
        for leaf in leaves:
            if leaf is None:
                stored = self._testimony.stored_edge(stop.size) if self._shift == 0 else None
                return stored is not None and stored.root() == stop.root
            edge, _ = edge.append(leaf)
        return edge.root() == stop.root

    def _cut_off(self, size: int) -> None:
        """Name the rows from the last one there is to the last checkpoint, if any are gone."""
        first, end = self._testimony.rows + self._shift, self._checkpoints[-1].size
        if first < end and not self._findings.names_row_in(first, end):
            self._findings.add(Kind.ROWS_CUT_OFF, first, end - 1, since=min(size, first))

    def _accuse(self, size: int, stop: _Stop) -> None:
        self._failed += 1
        self._settle_suspect(0)
        self._findings.add(Kind.CHECKPOINT_MISMATCH, size, stop.size - 1, size=stop.checkpoint.size)
        if not self._findings.names_row_in(size, stop.size):
            self._suspect = (size, stop.size)

    def _settle_suspect(self, step: int) -> None:
        """Say what happened in the interval that did not fit, now that the next one shows how many rows it lacks."""
        if self._suspect is None:
            return
        start, end = self._suspect
        self._suspect = None
        kind = Kind.ROW_MISSING if step > 0 else Kind.ROW_ADDED if step < 0 else Kind.ROW_CHANGED
        sure = end - start == (abs(step) or 1) and step >= 0
        self._findings.add(kind, start, end - 1, sure=sure, count=abs(step) or None)
