"""CPU time of server processes, measured in turns, so that a shared and noisy machine bends both sides alike.

Absolute times drift by a factor of two within minutes; what is compared here are medians of ratios of neighbours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

MICRO = 1e6
CPUCLOCK_SCHED = 2
"""CPU time of a whole process, as clock_getcpuclockid(3) builds the clock's number on Linux."""


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time that these processes have used so far, every thread counted, in seconds."""
    return sum(time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED) for pid in pids)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things compared: `turn()` answers some requests and returns CPU seconds for each of them."""

    name: str
    turn: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: microseconds of CPU per request, and the floor as a share of ours."""

    ours: float
    floor: float
    ratio: float
    spread: tuple[float, float]
    """The quartiles of the rounds' ratios, which tell how noisy the run was."""


def compare(ours: Side, floor: Side, rounds: int) -> Compared:
    """Let both take turns, A B A B, after one turn each to warm up; medians of all rounds."""
    ours.turn(), floor.turn()
    pairs = [(ours.turn(), floor.turn()) for _ in range(rounds)]
    ratios = sorted(cheap / dear for dear, cheap in pairs)
    quarter = len(ratios) // 4
    return Compared(
        median(dear for dear, _ in pairs) * MICRO,
        median(cheap for _, cheap in pairs) * MICRO,
        median(ratios),
        (ratios[quarter], ratios[-1 - quarter]),
    )


def measure(side: Side, rounds: int) -> float:
    """One side alone: the median of its turns, in microseconds, after one to warm up."""
    side.turn()
    return median(side.turn() for _ in range(rounds)) * MICRO
