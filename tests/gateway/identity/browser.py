"""A browser for tests: keeps cookies as a browser would, and calls an ASGI app without a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode

import orjson
from starlette.types import ASGIApp, Message

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140"
PHONE = "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile"


@dataclass
class Said:
    """An answer; `set_cookies` are the raw Set-Cookie headers."""

    status: int
    headers: dict[str, str]
    set_cookies: list[str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return orjson.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def rules(self) -> list[str]:
        """The names of the rules that refused."""
        return [error["rule"] for error in self.json.get("errors", [])]


@dataclass
class Browser:
    """One browser. `cookies` maps names to values; `strict` false leaves out what another site's request would lack."""

    app: ASGIApp
    scheme: str = "https"
    host: str = "gate.example.com"
    address: str = "192.0.2.10"
    agent: str = DESKTOP
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    fetch_site: str | None = "same-origin"

    async def get(self, path: str, **options: Any) -> Said:
        """GET."""
        return await self.send("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Said:
        """POST JSON."""
        return await self.send("POST", path, b"" if body is None else orjson.dumps(body), **options)

    async def submit(self, path: str, **fields: Any) -> Said:
        """POST a form."""
        kind = "application/x-www-form-urlencoded"
        return await self.send("POST", path, urlencode(fields, doseq=True).encode(), headers={"content-type": kind})

    async def delete(self, path: str) -> Said:
        """DELETE."""
        return await self.send("DELETE", path)

    async def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Said:
        """Any request; the path goes out as written."""
        path, _, query = path.partition("?")
        sent = {"host": self.host, "user-agent": self.agent, "accept-language": self.language}
        sent["content-type"] = "application/json"
        if self.fetch_site:
            sent["sec-fetch-site"] = self.fetch_site
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= headers or {}
        sent["content-length"] = str(len(body))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": (self.address, 50000),
            "server": (self.host, 443),
            "state": {},
        }
        said = await _exchange(self.app, scope, body)
        self._keep(said.set_cookies)
        return said

    def _keep(self, set_cookies: list[str]) -> None:
        for text in set_cookies:
            for name, morsel in SimpleCookie(text).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


async def _exchange(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Said:
    said = Said(0, {}, [], b"")
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.status = message["status"]
            pairs = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
            said.headers = dict(pairs)
            said.set_cookies = [value for name, value in pairs if name == "set-cookie"]
        else:
            said.body += message.get("body", b"")

    await app(scope, receive, send)
    return said
