"""The ladder's own stage: a database that keeps nothing, and those of the cast that only the ladder needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.db import Database, Tx
from chassis.health import Health
from chassis.loops import Loops
from chassis.roles import Role
from chassis.service import Parts, Running
from chassis.settings import Settings
from services.access.people import actions as people
from services.access.people import decisions
from services.access.people.schemas import DepartmentKept, PersonKept
from services.access.roles.schemas import RoleAsked
from services.access.sites import actions as sites
from services.access.sites.schemas import SiteKept
from tests.calls import serving
from tests.people import Ids
from tests.stage import SYSTEM

OTHERS = {
    "platform": ("P001", ("platform_admin",)),
    "security": ("Y001", ("security_admin",)),
    "far": (
        "X001",
        ("guard@site:{0}", "floor_manager@site:{0}", "centre_manager@site:{0}", "supervisor@dept:{1}"),
    ),
}
"""Of the cast, beside `tests/people.py`: the powers apart, and somebody of the branch."""


class _Undone(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Unkept:
    """A database whose writes are done for real, then undone: what follows finds the same world."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def write(self, action: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What the action returns; nothing of it stays."""

        def undone(tx: Tx) -> None:
            raise _Undone(action(tx, *args, **kwargs))

        try:
            await self._db.write(undone)
        except _Undone as done:
            return done.value


@asynccontextmanager
async def unkept(parts: Parts, db: Database) -> AsyncIterator[FastAPI]:
    """The service's routes on a database that keeps nothing."""
    async with serving(parts, db) as app:
        app.state.db = Unkept(db)
        health = Health(parts.name, db, parts.base.cursors, Settings(), app.state.verifier)
        app.state.running = Running(parts, db, Loops(), None, health)  # type: ignore[arg-type]
        yield app


def add_others(access: Database, ids: Ids) -> dict[str, Actor]:
    """A branch and those of the cast that only the ladder needs."""
    return access.write_now(_add_others, ids)


def _add_others(tx: Tx, ids: Ids) -> dict[str, Actor]:
    branch = sites.keep_site(tx, SYSTEM, "BR", SiteKept(name="分公司职场", name_en="Branch"))["id"]
    dept = people.keep_department(tx, SYSTEM, "BR1", DepartmentKept(name="BR1", name_en="BR1"))["id"]
    found = {}
    for who, (number, roles) in OTHERS.items():
        kept = PersonKept(name=f"旁人{number}", department="BR1", site="BR")
        ids.people[who] = people.keep_person(tx, SYSTEM, number, kept)["id"]
        held = frozenset(role.format(branch, dept) for role in roles)
        for code, _, scope in (role.partition("@") for role in held):
            decisions.give_role(tx, SYSTEM, number, RoleAsked(role=Role(code), scope=scope))
        now, scopes = clock.unix(), frozenset({STAFF_SCOPE})
        found[who] = Actor(
            ActorKind.PERSON, ids.people[who], held, scopes, auth_time=now, strength="password", session="s"
        )
    return found
