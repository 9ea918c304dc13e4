"""Whether the gateway and everything behind it works: for load balancers, for Prometheus, for people."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from chassis.db import Tx, records
from chassis.health import PATIENCE_SECONDS, can_serve, readiness_answer
from chassis.problems import NotFound
from chassis.roles import Role
from chassis.routes import answer
from chassis.settings import SERVICES
from gateway.clients import ServiceDown
from gateway.identity.credentials import is_loopback
from gateway.identity.principal import Principal
from gateway.notices import channel_store, delivery_store
from gateway.notices.because import because
from gateway.security import came_by_proxy

router = APIRouter(include_in_schema=False)
LOOKING_SECONDS = PATIENCE_SECONDS + 2
"""How long a service may take to look at itself: longer than its own patience with its database."""
OPERATORS = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@router.get("/healthz")
async def healthz() -> Response:
    """Alive: the event loop turns."""
    return answer({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Can serve, by the gateway's own parts: a service that is down makes its pages fail, not the gateway.

    Which part fails is for this machine, operators and programs with the scope `metrics:read`.
    """
    found = await request.app.state.health.look()
    return readiness_answer(found, details=_may_look_inside(request))


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine, for operators and for programs with the scope `metrics:read`."""
    if not _may_look_inside(request):
        raise NotFound()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/status")
async def status(request: Request) -> Response:
    """Up or down for everybody; loops, followers and journals for operators and auditors."""
    principal = request.state.principal
    details = principal is not None and _is_operator(principal)
    services = [await _gateway(request), *[await _service(request, name, details) for name in SERVICES]]
    ways = await request.app.state.db.read(_ways_out) if details else None
    values = {"services": services, "details": details, "ways": ways, "because": because}
    page: Response = request.app.state.render.page(request, "status.html", **values)
    return page


def _may_look_inside(request: Request) -> bool:
    principal: Principal | None = request.state.principal
    if is_loopback(request.client.host if request.client else None) and not came_by_proxy(request.headers):
        return True
    return principal is not None and (_is_operator(principal) or "metrics:read" in principal.actor.scopes)


def _is_operator(principal: Principal) -> bool:
    return any(principal.actor.has(role) for role in OPERATORS)


def _ways_out(tx: Tx) -> dict[str, Any]:
    """Messages that wait, and the channels and mail servers that fail."""
    waiting, failed = delivery_store.waiting_tries(tx)
    return {"waiting": waiting, "failed": failed, "failing": records(channel_store.failing(tx))}


async def _gateway(request: Request) -> dict[str, Any]:
    """The gateway itself, as it says of services."""
    parts = await request.app.state.health.look()
    return {"name": "gateway", "ready": can_serve(parts), "parts": parts, "details": None}


async def _service(request: Request, name: str, details: bool) -> dict[str, Any]:
    client = request.app.state.clients[name]
    try:
        said = await client.call("GET", "/readyz", seconds=LOOKING_SECONDS)
        found = await _details(request, name) if details else None
        parts = orjson.loads(said.body).get("parts", {})
    except (ServiceDown, ValueError, AttributeError):  # it is away, or what it says is rubbish
        return {"name": name, "ready": False, "parts": {"answer": {"ok": False}}, "details": None}
    return {"name": name, "ready": said.status == 200, "parts": parts, "details": found}


async def _details(request: Request, name: str) -> Any:
    token = await request.app.state.keeper.service_token("gateway", name)
    headers = {"authorization": f"Bearer {token}"}
    got = await request.app.state.clients[name].call("GET", "/internal/status", headers=headers, seconds=3)
    return orjson.loads(got.body) if got.status == 200 else None
