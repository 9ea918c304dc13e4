"""How the gateway reaches a service: in this process by calling its app, or over HTTP (`clients_over_http.py`).

Both answer the same two questions: `call` for pages (a whole answer) and `pass_on` for the API (streamed). Nothing but
the transport differs. Only what is safe is ever tried twice: a POST repeated on another replica would count double.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.types import ASGIApp

from chassis.asgi import Answer, call_app

DEADLINE_SECONDS = 10.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ServiceDown(Exception):
    """The service did not answer in time, or not at all. `sent` says whether it may have received the call."""

    def __init__(self, service: str, *, sent: bool = True) -> None:
        super().__init__(service)
        self.service = service
        self.sent = sent


class ServiceClient(Protocol):
    """One service, however it is reached."""

    name: str

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = DEADLINE_SECONDS,
    ) -> Answer:
        """One call and its whole answer, whatever the status. Raises `ServiceDown`."""
        ...

    @property
    def pass_on(self) -> ASGIApp:
        """Lets the service answer a request itself. Raises `ServiceDown` before anything was sent."""
        ...


class InProcess:
    """A service whose app runs in this process."""

    def __init__(self, name: str, app: ASGIApp) -> None:
        self.name = name
        self.pass_on: ASGIApp = app

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float = DEADLINE_SECONDS,
    ) -> Answer:
        """Call the app without a socket."""
        try:
            async with asyncio.timeout(seconds):
                return await call_app(self.pass_on, method, path, query=query, headers=headers, body=body)
        except TimeoutError as error:
            raise ServiceDown(self.name) from error
