"""Opening the databases of this deployment for a command that runs beside the server or without it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.db import Database, open_database
from chassis.service import Base, Parts
from chassis.settings import DATABASES, Settings, SettingsWrong
from chassis.vault import Vault, keys_of
from migrations.databases import is_behind


def base_of(name: str) -> Base:
    """The tables of the gateway or of a service."""
    from importlib import import_module

    if name == "gateway":
        base: Base = import_module("gateway.identity.tables").BASE
    elif name in DATABASES:
        import_module(f"services.{name}.app")
        base = import_module(f"services.{name}.base").BASE
    else:
        raise KeyError(name)
    return base


def parts_of(name: str) -> Parts:
    """What makes a service."""
    from importlib import import_module

    parts: Parts = import_module(f"services.{name}.app").PARTS
    return parts


@contextmanager
def opened(settings: Settings, name: str) -> Iterator[Database]:
    """One database with its vault, closed afterwards. Journals stay gapless beside a running server.

    Raises `SettingsWrong` when the database has yet to be migrated for this code.
    """
    if is_behind(name, settings.database_url(name)):
        raise SettingsWrong(f"the database {name} is behind: run gatehouse migrate")
    base = base_of(name)
    db = open_database(settings.database_url(name), base.journal, pool=1)
    db.vault = Vault(base.vault, *keys_of(settings))
    try:
        yield db
    finally:
        asyncio.run(db.close())
