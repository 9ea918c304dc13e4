"""`python -m tests.bench.growth [sqlite|postgresql] [visits …]`: what every list, search, board and count costs as the
past grows, into docs/benchmarks.md.

Services with a past of each size serve at once and take turns. On SQLite a cost is CPU time of the server process, on
PostgreSQL the wall's time of a call, since the work is done elsewhere. What a page costs depends on how much is on it:
a read is compared with the smallest past that fills it as the largest does.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from chassis.actor import Actor
from chassis.settings import Settings
from cli.opening import opened
from services.visitor.texts.kept import DAYS
from tests.bench import actors, stage
from tests.bench.filling import Place
from tests.bench.meter import MICRO
from tests.bench.page import machine, put_growth
from tests.bench.reads import READS, Read, names_of
from tests.bench.servers import Server, server
from tests.bench.wire import Got, ask, drive, request
from tests.engines import drop_postgresql, new_postgresql

SIZES = (1_000, 10_000, 100_000, 1_000_000)
KNOWN = timedelta(days=DAYS["contact"])
"""Visitors of longer ago were erased, as the product does by itself."""
ROUNDS, EACH = 5, 4
MORE = 1.5
HEADING = """Thirty visits a day at each site; a past of three years, then more sites; visitors of more than {days} days
ago erased; as many facts in the journal as visits. {what}, medians of {rounds} rounds; × is the largest past against
the smallest that fills the page alike, at most {more}. {machine}.
"""


@dataclass
class Grown:
    """A visitor service with so many visits behind it, at work."""

    visits: int
    folder: Path
    server: Server
    names: Mapping[str, str]
    by_cpu: bool

    def cost(self, read: Read) -> float:
        """What one call costs, in seconds."""
        sent = self._request(read)
        spent = self.server.cpu if self.by_cpu else time.perf_counter
        return drive(self.server.port, [sent] * EACH, spent, expect=200, connections=1)

    def rows(self, read: Read) -> int:
        """How many things one call finds."""
        got: Got = ask(self.server.port, self._request(read))
        found: Any = orjson.loads(got.body)
        return len(found.get("items") or ()) if isinstance(found, dict) else 0

    def _request(self, read: Read) -> bytes:
        path = f"/api/visitor/v1{read.path.format(**self.names)}"
        return request("GET", path, actors.bearer(_actor(read.who, self.folder)))


def _actor(who: str, folder: Path) -> Actor:
    everywhere = {"leader": "leader", "security": "security_admin", "auditor": "auditor"}
    if who in everywhere:
        return actors.person(actors.stage_of(folder)["people"]["M001"], frozenset({everywhere[who]}))
    found: Actor = getattr(actors, who)(folder)
    return found


def _grown(visits: int, folder: Path, running: ExitStack, engine: str) -> Grown:
    """Fill a service and serve it."""
    folder.mkdir()
    settings = {}
    if engine == "postgresql":
        url = new_postgresql("growth")
        running.callback(drop_postgresql, url)
        settings["GATEHOUSE_VISITOR_DATABASE_URL"] = os.environ["GATEHOUSE_VISITOR_DATABASE_URL"] = url
    stage.set_up(folder, visits=visits, to_check_in=0, known=KNOWN, facts=visits)
    at = actors.stage_of(folder)
    place = Place(at["site"], at["areas"]["LOUNGE"], at["areas"]["FLOOR"], at["doors"]["MAIN"], (), "")
    with opened(Settings(data=folder), "visitor") as db:
        if engine == "postgresql":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("ANALYZE")
        names = names_of(db, place, "E001")
    command = ("tests.bench.serving", "visitor", str(folder), "{port}")
    made = running.enter_context(server(*command, folder=folder, **settings))
    return Grown(visits, folder, made, names, engine == "sqlite")


def _line(read: Read, grown: Sequence[Grown]) -> str:
    """A row of the table: what it costs with each past, and the ratio."""
    rows = [one.rows(read) for one in grown]
    turns = [[one.cost(read) for one in grown] for _ in range(ROUNDS)]
    costs = [median(turn[n] for turn in turns) for n in range(len(grown))]
    base = next(n for n, found in enumerate(rows) if found >= rows[-1])
    ratio = median(turn[-1] / turn[base] for turn in turns)
    met = "met" if ratio <= MORE else "**missed**"
    return " | ".join(["", read.name, *(f"{cost * MICRO:,.0f}" for cost in costs), f"{ratio:.2f} ×", met, ""]).strip()


def main(arguments: Sequence[str]) -> None:
    """Fill, measure, print each line and write the page."""
    engine = next((one for one in arguments if not one.isdigit()), "sqlite")
    sizes = [int(one) for one in arguments if one.isdigit()] or SIZES
    what = "CPU microseconds of a call on SQLite" if engine == "sqlite" else "Microseconds of a call on PostgreSQL"
    said = HEADING.format(days=KNOWN.days, what=what, rounds=ROUNDS, more=MORE, machine=machine())
    lines = [f"{said}\n| read | {' | '.join(f'{size:,} visits' for size in sizes)} | × | |"]
    lines.append("| --- |" + " ---: |" * (len(sizes) + 1) + " --- |")
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        grown = [_grown(size, Path(scratch, str(size)), running, engine) for size in sizes]
        for read in READS:
            lines.append(_line(read, grown))
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
    put_growth(engine, "\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
