"""`python -m tests.bench.against <another checkout> [workload …]`: this tree against that one, in turns, in one run.

What a change costs or saves is told by this alone: both trees serve at once, take turns, and the ratio of their CPU
time a request is printed (above 1: this tree needs less).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench import stage
from tests.bench.meter import Side, compare
from tests.bench.servers import server
from tests.bench.workloads import Service

WORKLOADS = ("wait", "visit", "visits", "check_in", "inbox", "invite")
SIZE, ROUNDS = 120, 11
HERE = Path(__file__).parents[2]


def main(other: Path, names: list[str]) -> None:
    """Serve both trees and compare each workload."""
    bench = other / "tests" / "bench"
    if not bench.exists():
        shutil.copytree(Path(__file__).parent, bench)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        here, there = Path(scratch, "here"), Path(scratch, "there")
        here.mkdir()
        stage.set_up(here)
        stage.copy(here, there)
        sides = [
            Service(
                running.enter_context(
                    server("tests.bench.serving", "visitor", str(data), "{port}", folder=data, tree=tree)
                ),
                data,
                SIZE,
            )
            for tree, data in ((HERE, here), (other, there))
        ]
        for name in names or WORKLOADS:
            ours, theirs = (Side(name, getattr(side, name)) for side in sides)
            found = compare(ours, theirs, ROUNDS)
            sys.stdout.write(f"{name:10} {found.floor:7.0f} µs → {found.ours:7.0f} µs   {found.ratio:.2f} × "
                             f"({found.spread[0]:.2f}–{found.spread[1]:.2f})\n")  # fmt: skip
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
