"""Builds a service's app from its parts: the same journal, health, controls and lifespan for each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from chassis import idempotency
from chassis.api_document import ServiceApi
from chassis.asgi import Observed
from chassis.control_routes import controls_router
from chassis.cutoffs import CutOffs
from chassis.db import Database, open_database
from chassis.feed import StateOf, feed_router, trail_router
from chassis.health import Health, health_router
from chassis.identity import Verifier
from chassis.journal import JournalTables, journal_tables
from chassis.loops import Loops
from chassis.measures import Measure
from chassis.notary import EVERY_SECONDS, Notary
from chassis.outside import ErasedList, Erasing, keep
from chassis.peers import Follower, Follows, Peer, cursor_table
from chassis.readiness import Task
from chassis.refusals import handle_refusals
from chassis.routes import TELEMETRY
from chassis.routing import add_routes
from chassis.settings import Settings
from chassis.setup_routes import setup_router
from chassis.vault import Vault, keys_of, vault_table

KEY_REFRESH_SECONDS = 300
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
JwksSource = Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Base:
    """The tables every service has, in the service's own metadata."""

    metadata: sa.MetaData
    journal: JournalTables
    keys: sa.Table
    vault: sa.Table
    cursors: sa.Table


def base_tables(metadata: sa.MetaData) -> Base:
    """Declare in `metadata` the tables that every service has."""
    return Base(
        metadata,
        journal_tables(metadata),
        idempotency.idempotency_table(metadata),
        vault_table(metadata),
        cursor_table(metadata),
    )


AddLoops = Callable[[Loops, Database], None]


@dataclass(frozen=True)
class Parts:
    """What makes one service: its routers, the state of its subjects, what it measures, follows, repeats and erases."""

    name: str
    title: str
    base: Base
    routers: Sequence[APIRouter]
    states: Mapping[str, StateOf]
    measures: Sequence[Measure] = ()
    readiness: Sequence[Task] = ()
    follows: Sequence[Follows] = ()
    add_loops: AddLoops = lambda loops, db: None
    erasing: Erasing | None = None


@dataclass
class Connections:
    """How a service reaches the others: peers by name, and where the signing keys are published."""

    jwks: JwksSource
    peers: Mapping[str, Peer]


@dataclass
class Running:
    """A service at work; kept on `app.state.running` for health pages."""

    parts: Parts
    db: Database
    loops: Loops
    notary: Notary
    health: Health
    followers: list[Follower] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


def service_app(parts: Parts, settings: Settings, connections: Connections) -> FastAPI:
    """The FastAPI app of one service. Its database opens in the lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = _start(app, parts, settings, connections)
        try:
            yield
        finally:
            await _stop(running)

    app = routed_app(parts, lifespan)
    app.state.verifier = Verifier(parts.name, settings.issuer)
    return app


def routed_app(parts: Parts, lifespan: Lifespan | None = None) -> FastAPI:
    """A service's routes on an app whose `state.db` and `state.verifier` the caller sets."""
    app = ServiceApi(
        title=parts.title, version="1", docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=TELEMETRY
    )
    app.state.keys = parts.base.keys
    app.state.parts = parts
    handle_refusals(app)
    trail, feed = trail_router(parts.name, parts.base.journal), feed_router(parts.base.journal, parts.states)
    controls, setup = controls_router(parts.name, parts.measures), setup_router(parts.name, parts.readiness)
    add_routes(app, *parts.routers, trail, controls, setup, feed, health_router())
    return app


def observed(app: FastAPI) -> ASGIApp:
    """The app as a server or another app calls it, with request ids, log and metrics around it."""
    return Observed(app, app.state.parts.name)


def _start(app: FastAPI, parts: Parts, settings: Settings, connections: Connections) -> Running:
    db = open_database(settings.database_url(parts.name), parts.base.journal, pool=settings.database_pool)
    app.state.db = db
    db.vault = Vault(parts.base.vault, *keys_of(settings))
    health = Health(parts.name, db, parts.base.cursors, settings, app.state.verifier)
    running = Running(parts, db, Loops(), Notary(parts.name, parts.base.journal, settings), health)
    app.state.running = running
    parts.add_loops(running.loops, db)

    async def refresh_keys() -> None:
        app.state.verifier.set_keys(await connections.jwks())

    async def forget_keys() -> None:
        await db.write(lambda tx: idempotency.forget_old(tx, parts.base.keys))

    app.state.refresh_keys = running.loops.every(KEY_REFRESH_SECONDS, "signing keys", refresh_keys)
    running.loops.destroying(3600, "forget answers", forget_keys)
    running.loops.every(EVERY_SECONDS, "checkpoint", lambda: db.read(running.notary.sign))
    erasing = parts.erasing
    if erasing is not None:
        outside = ErasedList(settings, parts.name, db.vault)
        running.loops.every(EVERY_SECONDS, "erasures outside", lambda: keep(db, erasing, outside))
    running.loops.start(db.read_now(lambda tx: db.journal.last_at(tx.connection)))
    gateway = connections.peers.get("gateway")
    if gateway is not None:
        running.tasks.append(asyncio.create_task(CutOffs(app.state.verifier, gateway).run(), name="cut-offs"))
    for follows in parts.follows:
        follower = Follower(db, parts.base.cursors, follows, connections.peers[follows.source])
        running.followers.append(follower)
        running.tasks.append(asyncio.create_task(follower.run(), name=f"{parts.name} follows {follows.source}"))
    return running


async def _stop(running: Running) -> None:
    for task in running.tasks:
        task.cancel()
    await asyncio.gather(*running.tasks, return_exceptions=True)
    await running.loops.stop()
    with contextlib.suppress(Exception):  # a journal that cannot be signed alarms while it runs; stopping goes on
        await running.db.read(running.notary.sign)
    await running.db.close()
