"""A browser without a socket for tests of pages: keeps cookies, follows nothing."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from chassis.asgi import call_app

Form = Mapping[str, Any]
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


@dataclass(frozen=True)
class Page:
    """What a browser got."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()


@dataclass
class Browser:
    """One person's browser."""

    app: ASGIApp
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Page:
        """Open an address."""
        return self._send("GET", address, headers or {}, b"")

    def post(
        self, address: str, data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Send a form."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._send("POST", address, kind | dict(headers or {}), urlencode(data or {}, doseq=True).encode())

    def _send(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Page:
        path, _, query = address.partition("?")
        known = {"cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        sent = {"host": "gate.example"} | known | {name.lower(): value for name, value in headers.items()}
        answer = asyncio.run(call_app(self.app, method, path, query=query, headers=sent, body=body))
        for name, morsel in SimpleCookie(answer.headers.get("set-cookie", "")).items():
            self.cookies[name] = morsel.value
        content = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
        return Page(answer.status, answer.headers, content)
