"""Everything in one process: the three services built here, reached without sockets. Alone imports their apps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from chassis.peers import Peer, PeerInProcess
from chassis.service import Connections, observed
from chassis.settings import SERVICES, Settings
from gateway import app as gateway_app
from gateway.app import Reach
from gateway.clients import InProcess
from gateway.identity.keeper import Keeper
from services.access import app as access
from services.equipment import app as equipment
from services.visitor import app as visitor

BUILD = {"visitor": visitor.build, "access": access.build, "equipment": equipment.build}


class _Tokens:
    """Tokens for a service of this process, minted by the keeper."""

    def __init__(self, keeper: Keeper, name: str) -> None:
        self._keeper = keeper
        self._name = name

    async def __call__(self, audience: str) -> str:
        """A token that lets the service read the journal of `audience`."""
        return await self._keeper.service_token(self._name, audience)


def build(settings: Settings) -> tuple[FastAPI, ASGIApp]:
    """The gateway's app with everything inside it, and the same as a server calls it."""

    @asynccontextmanager
    async def open_reach(keeper: Keeper) -> AsyncIterator[Reach]:
        apps: dict[str, ASGIApp] = {"gateway": app}

        async def jwks() -> Mapping[str, Any]:
            return keeper.jwks()

        def peers_of(name: str) -> dict[str, Peer]:
            tokens = _Tokens(keeper, name)
            return {other: PeerInProcess(other, lambda other=other: apps[other], tokens) for other in PEERS}  # type: ignore[misc]

        async with AsyncExitStack() as stack:
            for name in ("access", "visitor", "equipment"):
                service = BUILD[name](settings, Connections(jwks, peers_of(name)))
                apps[name] = observed(service)
                await stack.enter_async_context(service.router.lifespan_context(service))
                await service.state.refresh_keys.run_once()
            yield Reach({name: InProcess(name, apps[name]) for name in SERVICES}, peers_of("gateway"))

    app = gateway_app.build(settings, open_reach)
    return app, gateway_app.served(app, settings)


PEERS = ("gateway", *SERVICES)
