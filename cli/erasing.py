"""The erasures listed outside the databases: doing them again after a restore, and saying how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chassis.db import Database
from chassis.outside import ErasedList, Erasing, redo, standing
from chassis.settings import SERVICES, Settings
from cli.opening import base_of, opened, parts_of
from migrations.databases import is_behind


def redo_erasures(settings: Settings) -> dict[str, Any]:
    """Do again what is listed and not done, and say how each service that erases stands then."""
    return {name: _standing(settings, name, again=True) for name in SERVICES if parts_of(name).erasing is not None}


def erasures_of(settings: Settings) -> dict[str, Any]:
    """How list and database of each service that erases stand to each other; one not at its newest is left out."""
    known = [name for name in SERVICES if parts_of(name).erasing is not None]
    ready = [name for name in known if not is_behind(name, settings.database_url(name))]
    return {name: _standing(settings, name) for name in ready}


def _standing(settings: Settings, name: str, *, again: bool = False) -> dict[str, Any]:
    with _listed(settings, name) as (db, erasing, listed):
        if again:
            db.write_now(redo, erasing, listed)
        return db.read_now(standing, base_of(name).journal, erasing, listed)


@contextmanager
def _listed(settings: Settings, name: str) -> Iterator[tuple[Database, Erasing, ErasedList]]:
    erasing = parts_of(name).erasing
    with opened(settings, name) as db:
        assert erasing is not None
        assert db.vault is not None
        yield db, erasing, ErasedList(settings, name, db.vault)
