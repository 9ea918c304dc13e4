"""One OpenAPI 3.1 document for the whole product, and the page that shows it without a JavaScript framework."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.problems import NotFound
from chassis.settings import SERVICES
from gateway.api_reference import METHODS, Operation, operations
from gateway.clients import ServiceDown

router = APIRouter(include_in_schema=False)
PROBLEM = {
    "description": "Problem (RFC 9457), in the language of Accept-Language",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


async def merged(request: Request) -> dict[str, Any]:
    """The gateway's own document and those of the services that answer, as one."""
    documents = [_own(request)]
    for name in SERVICES:
        try:
            got = await request.app.state.clients[name].call("GET", "/openapi.json", seconds=5)
        except ServiceDown:
            continue
        documents.append(orjson.loads(got.body))
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Gatehouse 门岗", "version": "1", "description": "The door, the permissions, the floor."},
        "paths": {},
        "components": {"schemas": {"Problem": PROBLEM_SCHEMA}, "securitySchemes": _security(request)},
        "security": [{"client": []}],
    }
    for document in documents:
        whole["paths"] |= document.get("paths", {})
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            whole["components"]["schemas"].setdefault(name, schema)
    for path in whole["paths"].values():
        for method in METHODS:
            if method in path:
                _with_problems(path[method])
    return whole


def _own(request: Request) -> dict[str, Any]:
    document: dict[str, Any] = request.app.openapi()
    return document


def _security(request: Request) -> dict[str, Any]:
    flow = {"tokenUrl": "/oauth/token", "scopes": {}}
    return {"client": {"type": "oauth2", "flows": {"clientCredentials": flow}}}


def _with_problems(operation: dict[str, Any]) -> None:
    """Every refusal of an operation is a problem; FastAPI's own 422 is replaced."""
    responses = operation.setdefault("responses", {})
    for status in ("400", "401", "403", "404", "409", "412", "422", "428", "429", "503"):
        responses[status] = PROBLEM


@router.get("/api/openapi.json")
async def openapi_json(request: Request) -> Response:
    """The merged document."""
    return Response(orjson.dumps(await merged(request)), media_type="application/json")


@router.get("/api")
async def api_page(request: Request) -> Response:
    """Every call by its subject; with `?part=` those of one, each with its fields, an example and a line to copy."""
    found = operations(await merged(request))
    groups: dict[str, list[Operation]] = {}
    for one in found:
        groups.setdefault(one.tag, []).append(one)
    part = request.query_params.get("part", "")
    if part and part not in groups:
        raise NotFound()
    page: Response = request.app.state.render.page(
        request, "api.html", groups=sorted(groups.items()), part=part, operations=groups.get(part, ())
    )
    return page
