"""Credentials on the wire: which cookies a browser holds, how they are named, and when plain HTTP is acceptable.

The session is two cookies: `__Host-sid` (SameSite=Lax, so that links from chat work) reads, `__Host-wr`
(SameSite=Strict, never sent by a request another site started) is demanded for writes. A paired tablet holds
`__Host-kiosk` (Strict). Browsers keep `Secure` cookies off plain HTTP, so on loopback, and there alone, the names go
without prefix; a plain-HTTP host elsewhere gets no session at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from gateway.identity.rules import SessionKind

PHONE = re.compile(r"Mobile|Android|iPhone|iPad|HarmonyOS", re.IGNORECASE)
SameSite = Literal["lax", "strict"]
SAME_SITE: dict[str, SameSite] = {"sid": "lax", "wr": "strict", "kiosk": "strict", "ceremony": "lax"}
KIOSK_SECONDS = 400 * 24 * 3600
"""The longest a browser keeps a cookie (RFC 6265bis); the tablet renews it with each start page."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from."""

    address: str
    agent: str

    @property
    def kind(self) -> SessionKind:
        """Desk or phone, by the browser's own word: it decides comfort, not rights."""
        return SessionKind.PHONE if PHONE.search(self.agent) else SessionKind.DESK


def origin_of(request: Request) -> Origin:
    """The caller's address (proxies are resolved before) and browser."""
    agent = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return Origin(request.client.host if request.client else "", agent[:120])


def is_loopback(host: str | None) -> bool:
    """Whether a host name can only mean this machine (W3C Secure Contexts, 3.1)."""
    if not host:
        return False
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_safe(request: Request) -> bool:
    """Whether secrets may travel: https, or plain http that never leaves this machine."""
    return request.url.scheme == "https" or is_loopback(request.url.hostname)


def name_of(request: Request, short: str) -> str:
    """The cookie's name for this request."""
    return f"__Host-{short}" if request.url.scheme == "https" else short


def read(request: Request, short: str) -> str | None:
    """The cookie's value, or None; on plain http beyond loopback there is none, whatever was sent."""
    value = request.cookies.get(name_of(request, short)) if is_safe(request) else None
    return value if value and len(value) <= 120 else None


def put(request: Request, response: Response, short: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie: HttpOnly, whole host, SameSite by purpose; without `seconds` it goes with the browser."""
    secure = request.url.scheme == "https"
    same_site = SAME_SITE[short]
    response.set_cookie(
        name_of(request, short), value, max_age=seconds, path="/", secure=secure, httponly=True, samesite=same_site
    )


def drop(request: Request, response: Response, *shorts: str) -> None:
    """Delete cookies."""
    for short in shorts:
        put(request, response, short, "", 0)


def bearer(request: Request) -> str | None:
    """The token of an Authorization header; "" when there is a header but no bearer token in it."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
