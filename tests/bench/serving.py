"""What a measured process runs: `python -m tests.bench.serving <what> <folder> <port>`, stopped by a signal.

visitor   the visitor service alone, its tokens signed by the key whose public part lies in <folder>/jwks.json
open      the same, with the check of who calls taken out and nothing else: what authentication costs
floor     the floors of `floors.py`
whole     the whole product in one process
watched   the same, with its event loop looked at: GET /lags tells by how many seconds it was late since last asked
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import logs, routes
from chassis.actor import Actor
from chassis.asgi import Answer
from chassis.service import Connections, observed
from chassis.settings import Settings
from cli.serving import KEEP_ALIVE_SECONDS
from tests.bench.actors import device
from tests.bench.floors import floor_app

LOOKED_AT_EVERY = 0.002
"""Seconds between two looks at the event loop."""


class _NobodyThere:
    """A peer that never answers: the service is measured without the traffic of the others."""

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError


def _visitor(folder: Path) -> ASGIApp:
    from services.visitor.app import build

    async def jwks() -> Mapping[str, Any]:
        found: Mapping[str, Any] = orjson.loads((folder / "jwks.json").read_bytes())
        return found

    nobody = _NobodyThere()
    return observed(build(Settings(data=folder), Connections(jwks, {"access": nobody, "gateway": nobody})))


def _open(folder: Path) -> ASGIApp:
    """The service believes everybody: exactly what `signed_in` does is left out."""
    anybody = device(folder)

    def signed_in(_request: Request) -> Actor:
        return anybody

    routes.signed_in = signed_in
    return _visitor(folder)


def _whole(folder: Path) -> ASGIApp:
    from gateway.embedded import build

    return build(Settings(data=folder))[1]


class _Watched:
    """An app whose event loop is looked at from the first GET /lags on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lags: list[float] = []
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/lags":
            await self._app(scope, receive, send)
            return
        self._watching = self._watching or asyncio.create_task(self._watch())
        told, self._lags = self._lags, []
        await Response(orjson.dumps(told))(scope, receive, send)

    async def _watch(self) -> None:
        while True:
            due = time.perf_counter() + LOOKED_AT_EVERY
            await asyncio.sleep(LOOKED_AT_EVERY)
            self._lags.append(time.perf_counter() - due)


SERVED = {
    "visitor": _visitor, "open": _open, "floor": floor_app, "whole": _whole,
    "watched": lambda folder: _Watched(_whole(folder)),
}  # fmt: skip


def main(what: str, folder: str, port: str) -> None:
    """Serve until a signal, with the server settings of the product."""
    logs.set_up(Settings(data=Path(folder)).log)
    app = cast("Any", SERVED[what](Path(folder)))
    uvicorn.run(app, port=int(port), access_log=False, log_level="warning", timeout_keep_alive=KEEP_ALIVE_SECONDS,
                server_header=False, lifespan="on")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
