"""docs/benchmarks.md: a table whose rows a run replaces by those it measured, and what a growing past costs."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis import clock

PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"
HEAD = """# Benchmarks

Made by `make bench`; do not edit. CPU time of the server processes for each request, both sides in turns in one run on
SQLite with `synchronous=FULL`; medians of 11 rounds, and the quartiles of the ratios. A ratio is the floor as a
share of ours: 1.00 would be as cheap as the floor. Absolute times drift with the machine; ratios hardly do. A row that
needs a quiet machine is a wait by the wall's clock, and says little beside other work.

"""
TOP = ["| measure | figure | bar | | measured |", "| --- | --- | --- | --- | --- |"]
GROWTH = "## Growth on "


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what was measured, its figure, the bar, and whether it is met."""

    measure: str
    figure: str
    bar: str
    met: bool

    def __str__(self) -> str:
        return f"| {self.measure} | {self.figure} | {self.bar} | {'met' if self.met else '**missed**'} |"


def put(lines: Sequence[Line], order: Sequence[str]) -> None:
    """Replace the rows of these measures, and keep the others; all of them in this order."""
    table, growth = _read()
    kept = {row.split(" | ")[0].removeprefix("| "): row for row in table}
    kept |= {line.measure: f"{line} {machine()} |" for line in lines}
    _write([kept[name] for name in order if name in kept], growth)


def put_growth(engine: str, text: str) -> None:
    """Replace what is said of growth on an engine."""
    table, growth = _read()
    _write(table, {**growth, engine: text})


def _read() -> tuple[list[str], dict[str, str]]:
    """The rows of the table, and what is said of growth on each engine."""
    top, *parts = PAGE.read_text(encoding="utf-8").split(GROWTH)
    rows = [line for line in top.splitlines() if line.startswith("| ") and not line.startswith(("| measure", "| ---"))]
    growth = (part.partition("\n") for part in parts)
    return rows, {engine.strip(): text.strip() for engine, _, text in growth}


def _write(table: Sequence[str], growth: Mapping[str, str]) -> None:
    parts = [f"\n{GROWTH}{engine}\n\n{text}\n" for engine, text in growth.items()]
    PAGE.write_text(HEAD + "\n".join([*TOP, *table]) + "\n" + "".join(parts), encoding="utf-8")


def machine() -> str:
    """When and on what something was measured; how many others wanted its cores."""
    system = f"Python {platform.python_version()}, {platform.system()}"
    return f"{clock.now():%Y-%m-%d}, {system}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
