"""One part of the product as a process of its own, reaching the others over HTTP."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.peers import Peer
from chassis.peers_over_http import PeerOverHttp, post_form
from chassis.service import Connections, observed
from chassis.settings import SERVICES, Settings, SettingsWrong
from gateway import app as gateway_app
from gateway.app import Reach
from gateway.clients_over_http import OverHttp, open_session
from gateway.identity.keeper import Keeper

RENEW_BEFORE_SECONDS = 15


def build_part(part: str, settings: Settings) -> tuple[ASGIApp, Callable[[], None]]:
    """The gateway or one service, ready to serve, and what lets its long-polls go when it stops.

    Raises `SettingsWrong` when an address or secret is missing.
    """
    if part != "gateway":
        service = _Service(part, settings)
        return service, service.release
    app = _gateway(settings)
    return gateway_app.served(app, settings), lambda: app.state.db.release()


def _url(settings: Settings, name: str) -> str:
    url: str | None = getattr(settings, f"{name}_url")
    if not url:
        raise SettingsWrong(f"GATEHOUSE_{name.upper()}_URL is not set")
    return url.rstrip("/")


class ServiceTokens:
    """Tokens a service fetches from the gateway with its secret, kept until shortly before they end."""

    def __init__(self, name: str, settings: Settings, session: Any) -> None:
        if settings.service_secret is None:
            raise SettingsWrong("GATEHOUSE_SERVICE_SECRET (or …_FILE) is not set")
        credential = f"{name}:{settings.service_secret.get_secret_value()}"
        self._headers = {"Authorization": "Basic " + base64.b64encode(credential.encode()).decode()}
        self._url = _url(settings, "gateway") + "/oauth/token"
        self._session = session
        self._kept: dict[str, tuple[float, str]] = {}

    async def __call__(self, audience: str) -> str:
        """A token for `audience`, from the gateway or still good."""
        kept = self._kept.get(audience)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        form = {"grant_type": "client_credentials", "scope": "journal:read", "resource": audience}
        status, body = await post_form(self._session, self._url, form, self._headers)
        if status != 200:
            raise PermissionError(f"the gateway gave no token: {status}")
        answer = orjson.loads(body)
        self._kept[audience] = (time.monotonic() + answer["expires_in"] - RENEW_BEFORE_SECONDS, answer["access_token"])
        return str(answer["access_token"])


class _Service:
    """A service whose connections open with its lifespan."""

    def __init__(self, name: str, settings: Settings) -> None:
        self._name = name
        self._settings = settings
        self._app: FastAPI | None = None
        self._served: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3: the app is made at the start, when there is an event loop to connect in."""
        if self._served is None:
            self._app = self._make()
            self._served = observed(self._app)
        await self._served(scope, receive, send)

    def release(self) -> None:
        """Let long-polls go."""
        if self._app is not None:
            self._app.state.db.release()

    def _make(self) -> FastAPI:
        from importlib import import_module

        session = open_session()
        tokens = ServiceTokens(self._name, self._settings, session)
        others = [name for name in ("gateway", *SERVICES) if name != self._name]
        peers: dict[str, Peer] = {
            name: PeerOverHttp(name, _url(self._settings, name), tokens, session)
            for name in others
            if name == "gateway" or getattr(self._settings, f"{name}_url")
        }

        async def jwks() -> Mapping[str, Any]:
            got = await peers["gateway"].get("/.well-known/jwks.json", {})
            found: Mapping[str, Any] = orjson.loads(got.body)
            return found

        made: FastAPI = import_module(f"services.{self._name}.app").build(self._settings, Connections(jwks, peers))
        return made


def _gateway(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def open_reach(keeper: Keeper) -> AsyncIterator[Reach]:
        async with open_session() as session:
            clients = {name: OverHttp(name, _url(settings, name), session) for name in SERVICES}

            async def token(audience: str) -> str:
                return await keeper.service_token("gateway", audience)

            peers: dict[str, Peer] = {
                name: PeerOverHttp(name, _url(settings, name), token, session) for name in SERVICES
            }
            yield Reach(clients, peers)

    return gateway_app.build(settings, open_reach)
