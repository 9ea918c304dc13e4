"""`python -m tests.bench [--quick]`: the product against its floors, as ratios of CPU time; writes docs/benchmarks.md.

Both sides of a comparison serve at once and take turns, so that a noisy machine bends both alike. Sent to loopback
only, bounded in count. No figure gates anything: a machine's speed is nobody's fault.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from chassis import clock
from tests.bench import stage
from tests.bench.meter import MICRO, Compared, Side, compare, measure
from tests.bench.servers import Server, server
from tests.bench.workloads import Floor, Pages, Service

PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"
HEAD = """# Benchmarks

Made by `make bench`; do not edit. CPU time of the server processes for each request, both sides in turns in one run on
SQLite with `synchronous=FULL`; medians of {rounds} rounds, and the quartiles of the ratios. A ratio is the floor as a
share of ours: 1.00 would be as cheap as the floor. Absolute times drift with the machine; ratios hardly do.

{machine}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what was measured, its figure, the bar, and whether it is met."""

    measure: str
    figure: str
    bar: str
    met: bool

    def __str__(self) -> str:
        return f"| {self.measure} | {self.figure} | {self.bar} | {'met' if self.met else '**missed**'} |"


@dataclass
class Bench:
    """Servers with the same past, each in a folder of its own."""

    scratch: Path
    running: ExitStack
    size: int
    rounds: int

    def serve(self, what: str) -> tuple[Server, Path]:
        """A server of `serving.py` on its own copy of the stage."""
        folder = stage.copy(self.scratch / "stage", self.scratch / what)
        command = ("tests.bench.serving", what, str(folder), "{port}")
        ready = "/ready" if what == "floor" else "/readyz"
        return self.running.enter_context(server(*command, folder=folder, ready=ready)), folder

    def lines(self) -> Iterator[Line]:
        """Every measure, as it is found."""
        visitor, unchecked, floor, whole = (self.serve(what) for what in ("visitor", "open", "floor", "whole"))
        ours, free = Service(*visitor, self.size), Service(*unchecked, self.size)
        least = Floor(*floor, self.size)
        through, pages = Service(*whole, self.size, by_gateway=True), Pages(*whole, self.size)
        insert, nothing, visits = (Side("floor", turn) for turn in (least.insert, least.nothing, least.visits))
        check_in, wait = Side("check-in", ours.check_in), Side("GET", ours.wait)
        yield self.against("check-in against FastAPI + raw insert", check_in, insert, 0.45)
        yield self.against("check-in against a POST that does nothing", check_in, nothing, 0.30)
        yield self.against(
            "GET of one row, signed in, against the same for anybody", wait, Side("open", free.wait), 0.90
        )
        yield self.against(
            "GET through the gateway in one process against direct", Side("gateway", through.wait), wait, 0.85
        )
        yield self.against("list of 50 against raw SQL + orjson", Side("list", ours.visits), visits, 0.60)
        yield self.alone("page of the log with 50 rows", Side("page", pages.log), 1000)
        yield self.alone("approver's inbox of 50", Side("inbox", ours.inbox), 3000)
        yield self.alone("invite one visitor", Side("invite", ours.invite), 4000)

    def against(self, name: str, ours: Side, floor: Side, bar: float) -> Line:
        """A ratio and its bar."""
        found: Compared = compare(ours, floor, self.rounds)
        low, high = found.spread
        figure = f"{found.ratio:.2f} ({low:.2f}–{high:.2f}): {found.ours:,.0f} µs, floor {found.floor:,.0f} µs"
        return Line(name, figure, f"≥ {bar:.2f}", found.ratio >= bar)

    def alone(self, name: str, side: Side, bar: int) -> Line:
        """Microseconds of CPU, which belong to this machine, and the bar."""
        found = measure(side, self.rounds)
        return Line(name, f"{found:,.0f} µs", f"≤ {bar:,} µs", found <= bar)


def start(folder: Path, times: int) -> Iterator[Line]:
    """From the start of `gatehouse serve` to its first answer that it is ready, and its memory then."""
    took, held = [], []
    for _ in range(times):
        begun = time.perf_counter()
        with server("cli.main", "serve", folder=folder, pinned=False) as made:
            took.append(time.perf_counter() - begun)
            held.append(made.resident_bytes())
    best, memory = min(took), min(held) / MICRO
    yield Line("start to ready, all services in one process, best of the run", f"{best:.2f} s", "≤ 1.5 s", best <= 1.5)
    yield Line("memory then", f"{memory:.0f} MB", "≤ 120 MB", memory <= 120)


def main(arguments: Sequence[str]) -> None:
    """Print each line as it is measured, and write the page unless `--quick` was asked for."""
    quick = "--quick" in arguments
    found: list[Line] = []
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        bench = Bench(Path(scratch), running, size=40 if quick else 120, rounds=3 if quick else 11)
        (bench.scratch / "stage").mkdir()
        few = {"visits": 2000, "to_check_in": 1000} if quick else {}
        stage.set_up(bench.scratch / "stage", **few)
        idle = stage.copy(bench.scratch / "stage", bench.scratch / "start")
        for line in chain(start(idle, 2 if quick else 5), bench.lines()):
            _say(found, line)
        rounds = bench.rounds
    if not quick:
        table = "\n".join(["| measure | figure | bar | |", "| --- | --- | --- | --- |", *map(str, found)])
        PAGE.write_text(HEAD.format(rounds=rounds, machine=_machine()) + "\n" + table + "\n", encoding="utf-8")


def _say(found: list[Line], line: Line) -> None:
    found.append(line)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _machine() -> str:
    system = f"Python {platform.python_version()}, {platform.system()}"
    return f"{clock.now():%Y-%m-%d}, {system}, {os.cpu_count()} cores, shared."


if __name__ == "__main__":
    main(sys.argv[1:])
