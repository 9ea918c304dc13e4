"""`python -m tests.bench [--quick] [words …]`: the product against its floors, as ratios of CPU time.

Writes docs/benchmarks.md; with words only the rows whose measure holds one of them, the others stay. Both sides of a
comparison serve at once and take turns, so that a noisy machine bends both alike. Sent to loopback only, bounded in
count. No figure gates anything: a machine's speed is nobody's fault.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.bench import stage
from tests.bench.meter import MICRO, Compared, Side, compare, cpu_seconds, measure
from tests.bench.page import Line, put
from tests.bench.servers import Server, server
from tests.bench.waiting import lag_while_people_sign_in, paced
from tests.bench.workloads import Floor, Pages, Service
from tests.product import free_port


@dataclass
class Bench:
    """Servers with the same past, each in a folder of its own, started by whoever measures them first."""

    scratch: Path
    running: ExitStack
    size: int
    rounds: int
    _served: dict[str, tuple[Server, Path]] = field(default_factory=dict)

    def serve(self, what: str) -> tuple[Server, Path]:
        """A server of `serving.py` on its own copy of the stage."""
        if what not in self._served:
            folder = stage.copy(self.scratch / "stage", self.scratch / what)
            command = ("tests.bench.serving", what, str(folder), "{port}")
            ready = "/ready" if what == "floor" else "/readyz"
            made = self.running.enter_context(server(*command, folder=folder, ready=ready))
            self._served[what] = made, folder
        return self._served[what]

    @cached_property
    def apart(self) -> Service:
        """The gateway and the visitor service as processes of their own, on one core; CPU of both."""
        folder = stage.copy(self.scratch / "stage", self.scratch / "apart")
        ports = {name: free_port() for name in ("gateway", "visitor", "access", "equipment")}
        settings = {f"GATEHOUSE_{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()}
        settings["GATEHOUSE_SERVICE_SECRET"] = "a-bench-for-a-gate"
        gateway, visitor = (
            self.running.enter_context(server("cli.main", "serve", name, folder=folder, port=ports[name], **settings))
            for name in ("gateway", "visitor")
        )
        pids = [gateway.process.pid, visitor.process.pid]
        return Service(gateway, folder, self.size, lambda: cpu_seconds(pids), by_gateway=True)

    @cached_property
    def ours(self) -> Service:
        """The visitor service alone."""
        return Service(*self.serve("visitor"), self.size)

    @cached_property
    def least(self) -> Floor:
        """The floors."""
        return Floor(*self.serve("floor"), self.size)

    def rows(self) -> Mapping[str, Callable[[str], Line]]:
        """Each measure by what it is called, and how it is found."""
        ours, whole = (lambda: self.ours), (lambda: self.serve("whole"))
        wait = Side("GET", lambda: ours().wait())
        check_in = Side("check-in", lambda: ours().check_in())
        insert, nothing = Side("floor", lambda: self.least.insert()), Side("floor", lambda: self.least.nothing())
        visits = Side("floor", lambda: self.least.visits())
        free = Side("open", lambda: Service(*self.serve("open"), self.size).wait())
        through = Side("gateway", lambda: Service(*whole(), self.size, by_gateway=True).wait())
        across = Side("gateway", lambda: self.apart.wait())
        return {
            "check-in against FastAPI + raw insert": lambda name: self.against(name, check_in, insert, 0.45),
            "check-in against a POST that does nothing": lambda name: self.against(name, check_in, nothing, 0.30),
            "GET of one row, signed in, against the same for anybody": lambda name: self.against(
                name, wait, free, 0.90
            ),
            "GET through the gateway in one process against direct": lambda name: self.against(
                name, through, wait, 0.85
            ),
            "GET through the gateway across two processes against direct": lambda name: self.against(
                name, across, wait, 0.20
            ),
            "list of 50 against raw SQL + orjson": lambda name: self.against(
                name, Side("list", lambda: ours().visits()), visits, 0.60
            ),
            "page of the log with 50 rows": lambda name: self.alone(
                name, Side("page", lambda: Pages(*whole(), self.size).log()), 1000
            ),
            "approver's inbox of 50": lambda name: self.alone(name, Side("inbox", lambda: ours().inbox()), 3000),
            "invite one visitor": lambda name: self.alone(name, Side("invite", lambda: ours().invite()), 4000),
            LAG: self.lag,
            PACED: self.paced,
        }

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

    def lag(self, name: str) -> Line:
        """How late the event loop is while passwords are hashed beside it."""
        found = lag_while_people_sign_in(*self.serve("watched"))
        return Line(name, f"{found:.1f} ms", "≤ 10 ms", found <= 10)

    def paced(self, name: str) -> Line:
        """How long tablets wait for pages and for JSON."""
        pages, plain = paced(*self.serve("whole"))
        return Line(name, f"{pages:.0f} / {plain:.0f} ms", "≤ 25 / ≤ 10 ms", pages <= 25 and plain <= 10)


LAG = "event-loop lag p99 while 20 people sign in (needs a quiet machine)"
PACED = "p99 of pages / JSON for 100 paced tablets, 90 calls a second (needs a quiet machine)"
START, MEMORY = "start to ready, all services in one process, best of the run", "memory then"


def start(folder: Path, times: int) -> Iterator[Line]:
    """From the start of `gatehouse serve` to its first answer that it is ready, and its memory then."""
    took, held = [], []
    for _ in range(times):
        begun = time.perf_counter()
        with server("cli.main", "serve", folder=folder, pinned=False) as made:
            took.append(time.perf_counter() - begun)
            held.append(made.resident_bytes())
    best, memory = min(took), min(held) / MICRO
    yield Line(START, f"{best:.2f} s", "≤ 1.5 s", best <= 1.5)
    yield Line(MEMORY, f"{memory:.0f} MB", "≤ 120 MB", memory <= 120)


def main(arguments: Sequence[str]) -> None:
    """Print each line as it is measured, and write the page unless `--quick` was asked for."""
    quick, words = "--quick" in arguments, [word for word in arguments if word != "--quick"]
    found: list[Line] = []
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        bench = Bench(Path(scratch), running, size=40 if quick else 120, rounds=3 if quick else 11)
        (bench.scratch / "stage").mkdir()
        few = {"visits": 2000, "to_check_in": 1000} if quick else {}
        stage.set_up(bench.scratch / "stage", **few)
        for line in _measured(bench, words, 2 if quick else 5):
            found.append(line)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        order = (START, MEMORY, *bench.rows())
    if not quick:
        put(found, order)


def _measured(bench: Bench, words: Sequence[str], starts: int) -> Iterator[Line]:
    """The lines whose measure holds one of the words; without words every one."""

    def wanted(name: str) -> bool:
        return not words or any(word in name for word in words)

    if wanted(START):
        yield from start(stage.copy(bench.scratch / "stage", bench.scratch / "start"), starts)
    for name, row in bench.rows().items():
        if wanted(name):
            yield row(name)


if __name__ == "__main__":
    main(sys.argv[1:])
