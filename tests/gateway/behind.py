"""The gateway itself, with a stand-in for what lies behind it: a service that says what reached it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.asgi import Answer, Observed
from chassis.settings import SERVICES, Settings
from gateway import app as gateway_app
from gateway.app import Reach
from gateway.clients import InProcess, ServiceClient
from gateway.clients_over_http import OverHttp, open_session
from gateway.identity.keeper import Keeper
from gateway.identity.tables import BASE
from tests.builders import make_database
from tests.gateway.identity.conftest import SERVICE_SECRET, House

ANSWERED = (
    (b"content-type", b"application/json"),
    (b"etag", b'"7"'),
    (b"x-inner", b"not for outside"),
    (b"set-cookie", b"inner=1"),
    (b"server", b"inner"),
)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the method, path, query, headers and length of body that came."""
    if scope["type"] != "http":
        return
    length, more = 0, True
    while more:
        message: Message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    said: dict[str, Any] = {name: scope[name] for name in ("method", "path")}
    said |= {"query": scope["query_string"].decode(), "length": length}
    said["headers"] = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    said["padding"] = "abc" * (1000 if scope["query_string"] == b"long" else 0)
    body = orjson.dumps(said)
    headers = [*ANSWERED, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class NoNews:
    """A peer whose journal never grows."""

    async def get(self, _path: str, params: Mapping[str, str]) -> Answer:
        """Wait as long as asked, then say that nothing happened."""
        await asyncio.sleep(float(params["wait"]))
        return Answer(200, {}, b'{"size":0,"items":[]}')


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve `app` on a free port of this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def clients_of(transport: str, app: ASGIApp) -> AsyncIterator[dict[str, ServiceClient]]:
    """Clients of every service, all of them `app`, reached `in process` or `over http`."""
    if transport == "in process":
        yield {name: InProcess(name, Observed(app, name)) for name in SERVICES}
        return
    async with serving(Observed(app, "behind")) as url, open_session() as session:
        yield {name: OverHttp(name, url, session) for name in SERVICES}


@asynccontextmanager
async def gateway_before(transport: str, app: ASGIApp, folder: Path, **more: Any) -> AsyncIterator[House]:
    """The whole gateway on a SQLite file, with `app` in place of each service."""
    url = f"sqlite:///{folder}/gateway.db"
    await make_database(url, BASE).close()
    settings = Settings(
        data=folder,
        gateway_database_url=url,
        public_url="https://gate.example.com",
        service_secret=SecretStr(SERVICE_SECRET),
        log="off",
        **more,
    )

    @asynccontextmanager
    async def open_reach(_keeper: Keeper) -> AsyncIterator[Reach]:
        async with clients_of(transport, app) as clients:
            yield Reach(clients, {name: NoNews() for name in SERVICES})

    built = gateway_app.build(settings, open_reach)
    async with built.router.lifespan_context(built):
        yield House(built.state.db, built.state.keeper, gateway_app.served(built, settings), settings)
