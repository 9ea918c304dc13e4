"""One OpenAPI 3.1 document for the whole product, and the page that shows it without a JavaScript framework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from chassis.api_document import ServiceApi
from chassis.problems import NotFound
from chassis.settings import SERVICES
from gateway.api_reference import METHODS, Operation, operations
from gateway.clients import ServiceDown
from gateway.identity import oauth
from gateway.identity.calls import SESSION, TABLET, TAKES
from gateway.identity.rules import DEVICE_SCOPES

router = APIRouter(include_in_schema=False)
SCHEMES: Mapping[str, Mapping[str, Any]] = {
    SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-sid",
        "description": "A person's session. Changes need the cookie `__Host-wr` as well, and come from our own pages.",
    },
    TABLET: {"type": "apiKey", "in": "cookie", "name": "__Host-kiosk", "description": "A paired tablet."},
    "basic": {"type": "http", "scheme": "basic", "description": "An API client's id and secret."},
}
BY_CLIENT: list[dict[str, list[str]]] = [{"basic": []}, {}]
"""How a client asks for a token: by HTTP Basic, or by fields of the form."""


class GatewayApi(ServiceApi):
    """The gateway's own routes, whose callers are known by cookies too."""

    def ways_in(self, route: APIRoute) -> list[dict[str, list[str]]]:
        """The credentials a route takes, one of them enough; empty when everybody may call it."""
        if route in oauth.router.routes and route.methods == {"POST"}:
            return BY_CLIENT
        takes = [TAKES.get(one.call, ()) for one in route.dependant.dependencies if one.call is not None]
        return [*super().ways_in(route), *_one_of(name for names in takes for name in names)]


async def merged(request: Request) -> dict[str, Any]:
    """The gateway's own document and those of the services that answer, as one."""
    documents = [request.app.openapi()]
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
        "components": {"schemas": {}, "responses": {}},
    }
    for document in documents:
        whole["paths"] |= document["paths"]
        for kind in whole["components"]:
            whole["components"][kind] = document["components"][kind] | whole["components"][kind]
    whole["components"]["securitySchemes"] = {**SCHEMES, "client": _clients(whole)}
    for operation in _operations(whole):
        operation["security"] = _with_people(operation["security"])
    return whole


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for calls in document["paths"].values():
        yield from (calls[method] for method in METHODS if method in calls)


def _clients(document: Mapping[str, Any]) -> dict[str, Any]:
    """How programs call, with each scope and the calls it opens."""
    scopes: dict[str, list[str]] = {}
    for operation in _operations(document):
        for scope in (scope for way in operation["security"] for scope in way.get("client", ())):
            scopes.setdefault(scope, []).append(operation["summary"])
    told = {scope: "; ".join(dict.fromkeys(calls)) for scope, calls in sorted(scopes.items())}
    return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": told}}}


def _with_people(ways: list[dict[str, list[str]]]) -> list[dict[str, list[str]]]:
    """What is open to a client's scope is open to people in their session, and by two of the scopes to tablets."""
    scope = next((scope for way in ways for scope in way.get("client", ())), None)
    if scope is None:
        return ways
    return [*ways, *_one_of((SESSION, TABLET) if scope in DEVICE_SCOPES else (SESSION,))]


def _one_of(schemes: Iterable[str]) -> list[dict[str, list[str]]]:
    return [{name: []} for name in schemes]


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
