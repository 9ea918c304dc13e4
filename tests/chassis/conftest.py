"""Fixtures for the journal's proof: a journal to tamper with, on either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chassis.ledgers import Ledger


@pytest.fixture
def ledger(new_url: Callable[[str], str], tmp_path: Path) -> Iterator[Ledger]:
    """An empty journal on the engine under test."""
    made = Ledger(new_url("ledger"), tmp_path / "checkpoints")
    yield made
    made.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Ledger]:
    """An empty journal on SQLite, for what does not touch the database in a way of its own."""
    made = Ledger(f"sqlite:///{tmp_path}/ledger.db", tmp_path / "checkpoints")
    yield made
    made.close()
