"""What a measured process runs: `python -m tests.bench.serving <what> <folder> <port>`, stopped by a signal.

visitor   the visitor service alone, its tokens signed by the key whose public part lies in <folder>/jwks.json
open      the same, with the check of who calls taken out and nothing else: what authentication costs
floor     the floors of `floors.py`
whole     the whole product in one process
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import orjson
import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp

from chassis import logs, routes
from chassis.actor import Actor
from chassis.asgi import Answer
from chassis.service import Connections, observed
from chassis.settings import Settings
from cli.serving import KEEP_ALIVE_SECONDS
from tests.bench.actors import device
from tests.bench.floors import floor_app


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


SERVED = {"visitor": _visitor, "open": _open, "floor": floor_app, "whole": _whole}


def main(what: str, folder: str, port: str) -> None:
    """Serve until a signal, with the server settings of the product."""
    logs.set_up(Settings(data=Path(folder)).log)
    app = cast("Any", SERVED[what](Path(folder)))
    uvicorn.run(app, port=int(port), access_log=False, log_level="warning", timeout_keep_alive=KEEP_ALIVE_SECONDS,
                server_header=False, lifespan="on")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
