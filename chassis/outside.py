"""Erasures that were asked for, listed outside the database like its checkpoints: a restored older backup obeys them.

A line for each, with ids and instants alone, and a keyed hash that this deployment alone can make: whoever writes into
the folder erases nobody. A minute after an erasure it is listed; a minute after an older copy of the database serves
again, what it does not know of the list is done again, however the copy came there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from chassis.db import Database, Tx
from chassis.journal import JournalTables, latest
from chassis.settings import Settings
from chassis.vault import Vault

FILE = "erased.list"
FACT = "ErasuresRedone"
SUBJECT = "redone:erasures"


@dataclass(frozen=True, order=True)
class Erased:
    """One erasure that was asked for: of what kind, whose by id, and when."""

    at: str
    kind: str
    id: str


@dataclass(frozen=True)
class Erasing:
    """What a service knows of its erasures.

    `asked` are those its database holds. Of listed ones `undone` are those it does not know of, and `redo` does again
    all it may, with a fact `ErasuresRedone` about `redone:erasures`; what may not go yet waits.
    """

    asked: Callable[[Tx], Sequence[Erased]]
    undone: Callable[[Tx, Sequence[Erased]], Sequence[Erased]]
    redo: Callable[[Tx, Sequence[Erased]], int]


class ErasedList:
    """The list of one service: `<checkpoints>/gatehouse/<service>/erased.list`."""

    def __init__(self, settings: Settings, name: str, vault: Vault) -> None:
        self.path = settings.checkpoint_folder / "gatehouse" / name / FILE
        self._vault = vault

    def read(self) -> tuple[list[Erased], int]:
        """What is listed, and how many lines are not of this deployment's making."""
        lines = _lines(self.path)
        found = [one for line in lines if (one := self._opened(line)) is not None]
        return found, len(lines) - len(found)

    def add(self, entries: Iterable[Erased]) -> int:
        """List these, durably; how many."""
        return _append(self.path, [self._sealed(one) for one in sorted(entries)])

    def _sealed(self, one: Erased) -> bytes:
        return orjson.dumps({**asdict(one), "mac": self._mac(one)})

    def _opened(self, line: bytes) -> Erased | None:
        try:
            said = orjson.loads(line)
            one = Erased(said["at"], said["kind"], said["id"])
            return one if said["mac"] == self._mac(one) else None
        except (ValueError, KeyError, TypeError):
            return None

    def _mac(self, one: Erased) -> str:
        return self._vault.lookup("erased", f"{one.at}\n{one.kind}\n{one.id}")


def redo(tx: Tx, erasing: Erasing, outside: ErasedList) -> int:
    """Do again what is listed and not done; how many."""
    undone = erasing.undone(tx, outside.read()[0])
    return erasing.redo(tx, undone) if undone else 0


def add_new(tx: Tx, erasing: Erasing, outside: ErasedList) -> int:
    """List what was asked for and is not listed; how many."""
    return outside.add(set(erasing.asked(tx)) - set(outside.read()[0]))


async def keep(db: Database, erasing: Erasing, outside: ErasedList) -> None:
    """Both, as a loop does it: nothing is written while there is no news."""
    if await db.read(lambda tx: erasing.undone(tx, outside.read()[0])):
        await db.write(redo, erasing, outside)
    await db.read(add_new, erasing, outside)


def standing(tx: Tx, tables: JournalTables, erasing: Erasing, outside: ErasedList) -> dict[str, Any]:
    """How list and database stand to each other, and what was done again last; for an operator."""
    listed, strange = outside.read()
    last = latest(tx, tables, SUBJECT, [FACT])
    again = {**last["body"], "at": last["at"]} if last is not None else None
    return {"listed": len(listed), "unreadable": strange, "waiting": len(erasing.undone(tx, listed)), "redone": again}


def merge(source: Path, target: Path) -> int:
    """Add the lines of one list that another lacks, as after bringing back a backup that holds one; how many."""
    known = set(_lines(target))
    return _append(target, [line for line in _lines(source) if line not in known])


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line]
    except FileNotFoundError:
        return []


def _append(path: Path, lines: Sequence[bytes]) -> int:
    """Behind a line that a power cut left half, a new one begins."""
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            file.write(b"\n" + b"\n".join(lines) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return len(lines)
