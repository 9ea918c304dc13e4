"""Whether the gateway and everything behind it works: for load balancers, for Prometheus, for people."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from chassis.db import Tx, records
from chassis.problems import NotFound
from chassis.roles import Role
from chassis.routes import answer, encode
from chassis.settings import SERVICES
from gateway.clients import ServiceDown
from gateway.identity.credentials import is_loopback
from gateway.identity.principal import Principal
from gateway.notices import channel_store, delivery_store
from gateway.notices.because import because
from gateway.security import came_by_proxy

router = APIRouter(include_in_schema=False)
OPERATORS = (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@router.get("/healthz")
async def healthz() -> Response:
    """Alive: the event loop turns."""
    return answer({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Can serve: the gateway's own database answers. A service that is down makes its parts fail, not the gateway."""
    db = request.app.state.db
    try:
        await asyncio.wait_for(db.read(lambda tx: db.journal.size(tx.connection)), 3)
    except Exception:
        return Response(encode({"status": "not ready"}), 503, media_type="application/json")
    return answer({"status": "ready"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine, for operators and for programs with the scope `metrics:read`."""
    principal = request.state.principal
    here = is_loopback(request.client.host if request.client else None) and not came_by_proxy(request.headers)
    allowed = principal is not None and (_is_operator(principal) or "metrics:read" in principal.actor.scopes)
    if not here and not allowed:
        raise NotFound()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/status")
async def status(request: Request) -> Response:
    """Up or down for everybody; loops, followers and journals for operators and auditors."""
    principal = request.state.principal
    details = principal is not None and _is_operator(principal)
    services = [await _service(request, name, details) for name in SERVICES]
    ways = await request.app.state.db.read(_ways_out) if details else None
    values = {"services": services, "details": details, "ways": ways, "because": because}
    page: Response = request.app.state.render.page(request, "status.html", **values)
    return page


def _is_operator(principal: Principal) -> bool:
    return any(principal.actor.has(role) for role in OPERATORS)


def _ways_out(tx: Tx) -> dict[str, Any]:
    """Messages that wait, and the channels and mail servers that fail."""
    waiting, failed = delivery_store.waiting_tries(tx)
    return {"waiting": waiting, "failed": failed, "failing": records(channel_store.failing(tx))}


async def _service(request: Request, name: str, details: bool) -> dict[str, Any]:
    client = request.app.state.clients[name]
    try:
        ready = (await client.call("GET", "/readyz", seconds=3)).status == 200
        found = await _details(request, name) if ready and details else None
    except ServiceDown:
        return {"name": name, "ready": False, "details": None}
    return {"name": name, "ready": ready, "details": found}


async def _details(request: Request, name: str) -> Any:
    token = await request.app.state.keeper.service_token("gateway", name)
    headers = {"authorization": f"Bearer {token}"}
    got = await request.app.state.clients[name].call("GET", "/internal/status", headers=headers, seconds=3)
    return orjson.loads(got.body) if got.status == 200 else None
