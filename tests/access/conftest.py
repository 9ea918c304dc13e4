"""An access service with the head office and its cast, on a real database of either engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI

from chassis.db import Database
from services.access.app import PARTS
from services.access.base import BASE
from tests.builders import fact_names
from tests.calls import Caller, serving
from tests.conftest import OpenDb
from tests.people import Ids, actor_of
from tests.scenes import head_office


@pytest.fixture
def empty(open_db: OpenDb) -> Database:
    """Before the first start."""
    return open_db(BASE)


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE, head_office().fillings["access"])


@pytest.fixture
def ids() -> Ids:
    return head_office().ids


@pytest.fixture
async def app(db: Database) -> AsyncIterator[FastAPI]:
    async with serving(PARTS, db) as app:
        yield app


@dataclass
class Office:
    """Everything a test of the access service needs."""

    app: FastAPI
    db: Database
    ids: Ids

    def as_(self, name: str, language: str = "zh") -> Caller:
        """One of the cast."""
        return Caller(self.app, "access", actor_of(name, self.ids), language)

    def long_signed_in(self, name: str) -> Caller:
        """One of the cast who proved who they are an hour ago."""
        actor = actor_of(name, self.ids)
        return Caller(self.app, "access", replace(actor, auth_time=actor.auth_time - 3600))

    def facts(self) -> list[str]:
        """The names of every fact so far."""
        return fact_names(self.db)


@pytest.fixture
async def office(app: FastAPI, db: Database, ids: Ids) -> Office:
    return Office(app, db, ids)
