"""`python -m tests.bench.against <another checkout> [what.workload …]`: this tree against that one, in one run.

What a change costs or saves is told by this alone: both trees serve at once, take turns, and the ratio of their CPU
time a request is printed (above 1: this tree needs less).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench import stage
from tests.bench.meter import Side, compare
from tests.bench.servers import server
from tests.bench.workloads import Pages, Served, Service

MEASURED: Mapping[str, type[Served]] = {"visitor": Service, "whole": Pages}
"""What serves, and the workloads asked of it."""
WORKLOADS = {
    "visitor": ("wait", "visit", "visits", "check_in", "inbox", "invite"),
    "whole": ("log", "inbox", "inside", "visit", "board"),
}
SIZE, ROUNDS = 120, 11
HERE = Path(__file__).parents[2]


def main(other: Path, names: list[str]) -> None:
    """Serve both trees and compare each workload, or those named, as `visitor.wait` or `whole.log`."""
    bench = other / "tests" / "bench"
    if not bench.exists():
        shutil.copytree(Path(__file__).parent, bench)
    with tempfile.TemporaryDirectory() as scratch:
        stage.set_up(Path(scratch))
        for what, workloads in WORKLOADS.items():
            asked = [name for name in workloads if not names or f"{what}.{name}" in names]
            if asked:
                _compare(what, asked, other, Path(scratch))


def _compare(what: str, names: Sequence[str], other: Path, folder: Path) -> None:
    """Both trees serve the same thing, each on its own copy of the data."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        sides = []
        for number, tree in enumerate((HERE, other)):
            data = stage.copy(folder, Path(scratch, str(number)))
            served = server("tests.bench.serving", what, str(data), "{port}", folder=data, tree=tree)
            sides.append(MEASURED[what](running.enter_context(served), data, SIZE))
        for name in names:
            ours, theirs = (Side(name, getattr(side, name)) for side in sides)
            found = compare(ours, theirs, ROUNDS)
            sys.stdout.write(f"{what}.{name:10} {found.floor:7.0f} µs → {found.ours:7.0f} µs   {found.ratio:.2f} × "
                             f"({found.spread[0]:.2f}–{found.spread[1]:.2f})\n")  # fmt: skip
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
