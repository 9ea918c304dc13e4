"""The OpenAPI document of a service says what its routes need of a caller: a scope, and for a change a key."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.routes import LONGEST_KEY, Needs

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this one act: sent again with the same key it is done once, and answered as the first time. "
    "Clients and tablets must send it.",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}


class ServiceApi(FastAPI):
    """A FastAPI app whose document names the scope of each route and the headers that its dependencies read."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for route in self.routes:
                if isinstance(route, APIRoute) and route.include_in_schema:
                    _add_needs(document["paths"][route.path_format], route)
        assert self.openapi_schema is not None
        return self.openapi_schema


def _add_needs(operations: dict[str, Any], route: APIRoute) -> None:
    needs = next((one.call for one in route.dependant.dependencies if isinstance(one.call, Needs)), None)
    if needs is None:
        return
    for method in route.methods or ():
        operation = operations[method.lower()]
        operation["security"] = [{"client": [needs.scope]}]
        if needs.changes:
            operation["parameters"] = [*operation.get("parameters", ()), KEY]
