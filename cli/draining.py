"""Stopping without dropping anybody: first say "not ready", serve on until proxies have noticed, then finish and go."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

NOT_READY = b'{"status":"not ready","failing":["stopping"]}'


class Draining:
    """Plain ASGI in front of an app: once begun, `/readyz` answers 503 and everything else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if not self.begun or scope["type"] != "http" or scope["path"] != "/readyz":
            await self.app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(NOT_READY)).encode())]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": NOT_READY})


class DrainingServer(uvicorn.Server):
    """Stops `seconds` after SIGTERM, at once on Ctrl-C or a second signal. `release` lets long-polls go at that moment.

    After that uvicorn finishes what was accepted, for `timeout_graceful_shutdown` at most.
    """

    def __init__(self, config: uvicorn.Config, draining: Draining, seconds: float, release: Callable[[], None]) -> None:
        super().__init__(config)
        self._draining = draining
        self._seconds = seconds
        self._release = release

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal, between two steps of the event loop."""
        at_once = sig != signal.SIGTERM or self._draining.begun
        self._draining.begun = True
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(loop.call_later, 0 if at_once else self._seconds, self._stop, sig, frame)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        self._release()
        super().handle_exit(sig, frame)
