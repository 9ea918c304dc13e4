"""What stands in front of every route: hosts, headers, cross-site requests, body size, how often, and who calls.

Plain ASGI throughout; `BaseHTTPMiddleware` would cost more than the requests themselves. `Guard` decides, for pages
(`Guarded`) and for the API passed on (`proxy.py`) alike. Proxies are believed by the server, by their exact address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import NotFound, Problem, TooLarge, TooMany
from chassis.settings import Settings
from gateway.clients import SAFE
from gateway.errors import FOR_PROGRAMS, as_problem, refusal
from gateway.identity.keeper import Keeper
from gateway.identity.principal import Principal
from gateway.limits import Limits, largest_body
from gateway.menu import places
from gateway.notices import store as notices

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SCANNING = {"Content-Security-Policy": f"{CSP}; worker-src blob:"}
"""For the page that reads a pass by camera: the decoder runs in a worker made of its own text."""
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # `no-referrer` would make browsers send `Origin: null` with our own forms
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
    (b"cache-control", b"no-store"),
)
HSTS = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
NOBODY = ("/static/", "/healthz", "/readyz", "/.well-known/")
"""Addresses that answer everybody alike: nobody is looked up or counted for them."""
OWN_API = "/api/gateway/"
BY_PROXY = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "via"})


class UnknownHost(Problem):
    """The Host header names no host of this deployment."""

    status, slug = 400, "unknown-host"
    zh, en = "这个地址没有在本系统登记", "This host name is not one of this deployment's"


class CrossSite(Problem):
    """Another site's page, or one that cannot be told, wants to change something with this browser's cookies."""

    status, slug, zh, en = 403, "cross-site", "请从本系统的页面提交", "Only this system's own pages may send this"


def hosts_of(settings: Settings) -> frozenset[str]:
    """The host names this deployment answers to: those set and those of its own addresses."""
    own = (urlsplit(url).hostname for url in (settings.public_url, settings.gateway_url) if url)
    named = (host.strip().lower() for host in settings.hosts.split(","))
    return frozenset(host for host in (*named, *own, settings.host) if host)


def came_by_proxy(headers: Mapping[str, str]) -> bool:
    """Whether somebody passed the request on: what is meant for this machine alone is then not theirs."""
    return not BY_PROXY.isdisjoint(headers)


class Guard:
    """Decides whether a request may go on, and in whose name. Loopback is always a host of ours."""

    def __init__(self, hosts: Iterable[str], limits: Limits) -> None:
        self._hosts = frozenset((*hosts, *LOOPBACK))
        self._limits = limits

    def check(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Refuse what is wrong whoever sent it. Raises `UnknownHost`, `TooLarge`, `CrossSite`."""
        if _host(headers.get("host", "")) not in self._hosts:
            raise UnknownHost()
        length = headers.get("content-length")
        if length is not None and (not length.isdecimal() or int(length) > largest_body(scope["path"])):
            raise TooLarge()
        by_cookie = scope["method"] not in SAFE and "cookie" in headers and "authorization" not in headers
        if by_cookie and not is_same_origin(headers, scope["scheme"]):
            raise CrossSite()

    async def caller(self, scope: Scope, keeper: Keeper) -> Principal | None:
        """Who calls. A write with cookies needs the Strict one too, or counts as nobody's. Raises `TooMany`."""
        principal = await keeper.principal_of(Request(scope))
        client = scope["client"]
        seconds = self._limits.wait(principal.actor.id if principal else client[0] if client else "", scope["path"])
        if seconds:
            raise TooMany(headers={"Retry-After": str(int(seconds) + 1)})
        if principal is not None and scope["method"] not in SAFE and not principal.may_write:
            return None
        return principal


class Guarded:
    """The guard in front of the gateway's own routes: refuses, finds out who calls, adds the security headers."""

    def __init__(self, gateway: FastAPI, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self._gateway = gateway
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        scope["app"] = self._gateway
        headers = headers_of(scope)
        secured = _adding(send, (*HEADERS, *HSTS) if scope["scheme"] == "https" else HEADERS)
        state = scope.setdefault("state", {})
        state["principal"] = state["viewer"] = None
        try:
            self._guard.check(scope, headers)
            if scope["path"].startswith("/internal/") and came_by_proxy(headers):
                raise NotFound()
            if not scope["path"].startswith(NOBODY):
                await self._find_out(scope)
        except Exception as error:
            await refusal(Request(scope), as_problem(error))(scope, receive, secured)
            return
        await self.app(scope, limited(scope, headers, receive), secured)

    async def _find_out(self, scope: Scope) -> None:
        keeper: Keeper = self._gateway.state.keeper
        principal = await self._guard.caller(scope, keeper)
        if principal is not None and scope["path"].startswith(OWN_API):
            scope["headers"] = _with_token(scope["headers"], await keeper.token_for(principal, "gateway"))
        state = scope["state"]
        viewer = principal if principal is not None and principal.actor.is_person else None
        state["principal"], state["viewer"] = principal, viewer
        state["actor"] = principal.actor if principal is not None else None
        if viewer is not None and not scope["path"].startswith(FOR_PROGRAMS):
            waiting = await keeper.db.read(notices.waiting_count, viewer.actor.id)
            state["places"] = places(viewer.actor, waiting)


def _with_token(headers: list[tuple[bytes, bytes]], token: str) -> list[tuple[bytes, bytes]]:
    """The gateway's own API is called like a service's: with a token for it in place of what came."""
    kept = [pair for pair in headers if pair[0] != b"authorization"]
    return [*kept, (b"authorization", b"Bearer " + token.encode())]


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by lower-case name; of a repeated one the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def is_same_origin(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether a browser says that a page of ours sent this: Sec-Fetch-Site, or where absent a matching Origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == f"{scheme}://{headers.get('host', '')}"


def _host(header: str) -> str:
    """A Host header without its port, lower case."""
    name, _, port = header.rpartition(":")
    return (name if name and port.isdecimal() else header).lower()


def _adding(send: Send, extra: tuple[tuple[bytes, bytes], ...]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message.get("headers", ())}
            message["headers"] = [*message.get("headers", ()), *(pair for pair in extra if pair[0] not in own)]
        await send(message)

    return with_headers


def limited(scope: Scope, headers: Mapping[str, str], receive: Receive) -> Receive:
    """The body, refused with 413 where it passes the limit; only one without a length needs counting."""
    if "transfer-encoding" not in headers:
        return receive
    left = largest_body(scope["path"])

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, TooLarge.zh)
        return message

    return counted
