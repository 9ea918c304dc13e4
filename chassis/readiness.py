"""What must stand before a company can work: one task per thing, derived from facts whenever asked, done by itself.

A slice says what it needs beside its own store, as `measures.py` says how a control stands:

    @readiness("roster", zh="值班表", en="Duty roster", page="/roster")
    def nights_are_covered(tx: Tx) -> Ready: ...

The page `/setup` and `gatehouse config check` read the same tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.db import Tx


@dataclass(frozen=True, slots=True)
class Ready:
    """How one thing stands now: a sentence in both languages, which names who or what is missing."""

    done: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that must stand. Without `needed` the product works, and somebody should still see to it."""

    name: str
    zh: str
    en: str
    page: str
    needed: bool
    run: Callable[[Tx], Ready]


def readiness(
    name: str, *, zh: str, en: str, page: str, needed: bool = True
) -> Callable[[Callable[[Tx], Ready]], Task]:
    """Declare the function that says how one thing stands, and the page on which it is seen to."""
    return lambda run: Task(name, zh, en, page, needed, run)


def stand(tx: Tx, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """How every task stands now, in the order given."""
    return [_shown(task, task.run(tx)) for task in tasks]


def _shown(task: Task, found: Ready) -> dict[str, Any]:
    """One task as pages and the command line read it."""
    return {
        "name": task.name,
        "title_zh": task.zh,
        "title_en": task.en,
        "page": task.page,
        "needed": task.needed,
        "done": found.done,
        "zh": found.zh,
        "en": found.en,
    }
