"""The gateway: the only door. Pages, sign-in, tokens, and the API passed on to the services."""

from __future__ import annotations

import asyncio
import contextlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

import gateway.pages
from chassis.asgi import Observed
from chassis.db import Database, open_database
from chassis.feed import feed_router, trail_router
from chassis.health import Health
from chassis.loops import Loops
from chassis.notary import EVERY_SECONDS, Notary
from chassis.peers import Follower, Follows, Peer
from chassis.routes import TELEMETRY
from chassis.routing import add_routes
from chassis.settings import Settings
from chassis.vault import Vault, keys_of
from gateway import health, openapi
from gateway.clients import ServiceClient
from gateway.errors import LastResort, handle_errors
from gateway.identity import api as identity_api
from gateway.identity import oauth
from gateway.identity.base import BASE
from gateway.identity.follows import FOLLOWS
from gateway.identity.keeper import Keeper
from gateway.limits import Limits
from gateway.live import Live
from gateway.notices import api as notices_api
from gateway.notices import chat, delivery_store, mail_store
from gateway.notices import store as notices_store
from gateway.notices.follows import follows_visitor
from gateway.notices.invitations import Invitations
from gateway.notices.mailer import Mailer
from gateway.notices.outbox import Outbox
from gateway.pages.styleguide import Styleguide
from gateway.proxy import Proxy
from gateway.render import Deployment, Renderer
from gateway.security import Guard, Guarded, hosts_of
from gateway.tablet import NotPaired, PinNeeded


@dataclass
class Reach:
    """How the gateway reaches the services: clients for pages and the API, peers to follow their journals."""

    clients: Mapping[str, ServiceClient]
    peers: Mapping[str, Peer]


PRESSED = 4
"""How hard pages are compressed: 6 takes half as long again for little less, 3 makes long pages an eighth larger."""
OpenReach = Callable[[Keeper], AbstractAsyncContextManager[Reach]]


def build(settings: Settings, open_reach: OpenReach) -> FastAPI:
    """The gateway's app; `open_reach` connects it to the services within its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(app, settings, open_reach):
            yield

    app = openapi.GatewayApi(
        title="Gatehouse", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan,
        telemetry=TELEMETRY,
    )  # fmt: skip
    app.state.settings = settings
    app.state.keys = BASE.keys
    app.state.render = Renderer(Deployment(demo=settings.demo, development=settings.mode == "development"))
    handle_errors(app)
    app.add_exception_handler(NotPaired, _to_pairing)
    app.add_exception_handler(PinNeeded, _to_pin)
    trail, feed = trail_router("gateway", BASE.journal), feed_router(BASE.journal, {})
    own = (*identity_api.routers, oauth.router, notices_api.router, trail, openapi.router, health.router)
    add_routes(app, *own, *_pages(app, development=settings.mode == "development"), feed)
    app.add_api_route("/static/{path:path}", app.state.render.assets.serve, include_in_schema=False)
    return app


def served(app: FastAPI, settings: Settings) -> ASGIApp:
    """The app as a server calls it, with everything that stands in front of its routes."""
    guard = Guard(hosts_of(settings), Limits(settings.calls_per_second))
    pages = GZipMiddleware(LastResort(app), minimum_size=1024, compresslevel=PRESSED)
    return _Lifespan(Proxy(app, Observed(Guarded(app, pages, guard), "gateway"), guard), app)


class _Lifespan:
    """Hands start and stop to the app itself, and requests to what stands in front of it."""

    def __init__(self, outer: ASGIApp, app: FastAPI) -> None:
        self._outer = outer
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        await (self._app if scope["type"] == "lifespan" else self._outer)(scope, receive, send)


def _pages(app: FastAPI, *, development: bool) -> Iterator[Router]:
    """Every module in `gateway/pages` by its `router` or `routes`; the style guide in development only."""
    for found in sorted(pkgutil.iter_modules(gateway.pages.__path__), key=lambda module: module.name):
        module = import_module(f"gateway.pages.{found.name}")
        if hasattr(module, "router"):
            yield module.router
        elif hasattr(module, "routes"):
            yield Router(module.routes)
    if development:
        yield Router(Styleguide(app.state.render).routes)


async def _to_pairing(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/kiosk/pair", 303, headers={"Cache-Control": "no-store"})


async def _to_pin(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/kiosk/staff/in", 303, headers={"Cache-Control": "no-store"})


@asynccontextmanager
async def _running(app: FastAPI, settings: Settings, open_reach: OpenReach) -> AsyncIterator[None]:
    db = open_database(settings.database_url("gateway"), BASE.journal, pool=settings.database_pool)
    db.vault = Vault(BASE.vault, *keys_of(settings))
    keeper = Keeper(db, settings)
    app.state.db, app.state.keeper, app.state.verifier = db, keeper, keeper.verifier
    app.state.health = Health("gateway", db, BASE.cursors, settings, keeper.verifier)
    notary = Notary("gateway", BASE.journal, settings)
    chat.guard(private=settings.private_channels)
    keeper.loops.every(1, "outbox", Outbox(db, settings).send_due)
    keeper.loops.destroying(3600, "forget notices", lambda: db.write(notices_store.forget_old))
    keeper.loops.destroying(3600, "forget messages", lambda: db.write(delivery_store.forget_old))
    keeper.loops.destroying(3600, "forget mails", lambda: db.write(mail_store.forget_old))
    keeper.loops.every(EVERY_SECONDS, "checkpoint", lambda: db.read(notary.sign))
    await keeper.start()
    try:
        async with open_reach(keeper) as reach, _following(db, reach, follows_visitor(mail=Mailer(settings).is_set)):
            app.state.clients, app.state.live = reach.clients, Live(reach.peers["visitor"])
            async with _mailing(Invitations(keeper, app.state.render, reach.clients["visitor"])):
                yield
            app.state.live.close()
    finally:
        await keeper.stop()
        with contextlib.suppress(Exception):  # a journal that cannot be signed alarms while it runs; stopping goes on
            await db.read(notary.sign)
        await db.close()


@asynccontextmanager
async def _mailing(invitations: Invitations) -> AsyncIterator[None]:
    """Mail visitors while the services can be asked."""
    loops = Loops()
    loops.every(1, "invitations", invitations.send_due)
    loops.start()
    try:
        yield
    finally:
        await loops.stop()


@asynccontextmanager
async def _following(db: Database, reach: Reach, visitor: Follows) -> AsyncIterator[None]:
    """Follow people and places of access, and the notices that services ask for, until these stop."""
    followers = [Follower(db, BASE.cursors, follows, reach.peers[follows.source]) for follows in (FOLLOWS, visitor)]
    tasks = [asyncio.create_task(one.run(), name=f"gateway follows {one.follows.source}") for one in followers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
