"""The OpenAPI document of an app says of each route what it needs of a caller, and every way in which it may refuse.

What a route can refuse follows from what it takes: whoever needs a caller may answer 401, whoever takes a body 413, and
so on. Only what is particular to one route is declared beside it: `responses=problems(LinkUsedUp)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.problems import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    NotSignedIn,
    Problem,
    Stale,
    StorageFull,
    TooLarge,
    TooMany,
    Unavailable,
    Unprocessable,
    VersionRequired,
)
from chassis.routes import LONGEST_KEY, VERSION, Needs, seen, seen_version

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this one act: sent again with the same key it is done once, and answered as the first time. "
    "Clients and tablets must send it.",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The version that the caller has seen, as ETag gave it: changed meanwhile, nothing is done.",
    "schema": {"type": "string", "pattern": f"^{VERSION.pattern}$", "examples": ['"3"']},
}
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "Why a call was refused (RFC 9457), in the language of Accept-Language.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "`/problems/` and a word that programs go by"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "Names the call in the log"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
    },
}
ERROR_SCHEMA = {
    "title": "ProblemError",
    "description": "One thing to put right, or one rule that refused.",
    "type": "object",
    "required": ["pointer", "rule", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "The field (RFC 6901); empty for the call as a whole"},
        "rule": {"type": "string"},
        "control": {"type": "string", "description": "The control behind the rule, for staff and clients"},
        "detail": {"type": "string"},
    },
}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
USUAL = (
    BadRequest, NotSignedIn, Forbidden, NotFound, Conflict, Stale, TooLarge, Unprocessable, VersionRequired, TooMany,
    Unavailable, StorageFull,
)  # fmt: skip
"""The problems that routes have in common, each a response of the document."""
OF_FASTAPI = ("HTTPValidationError", "ValidationError")


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """What one route may refuse besides the usual, for its `responses=`."""
    return {kind.status: _told(kind) for kind in kinds}


class ServiceApi(FastAPI):
    """A FastAPI app whose document names the callers of each route, the headers it reads, and its refusals."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for route in self.routes:
                if isinstance(route, APIRoute) and route.include_in_schema:
                    for method in route.methods or ():
                        self._add(document["paths"][route.path_format][method.lower()], method, route)
            parts = document.setdefault("components", {})
            schemas = {name: one for name, one in parts.get("schemas", {}).items() if name not in OF_FASTAPI}
            parts["schemas"] = {**schemas, "Problem": PROBLEM_SCHEMA, "ProblemError": ERROR_SCHEMA}
            parts["responses"] = {kind.__name__: _told(kind) for kind in USUAL}
        assert self.openapi_schema is not None
        return self.openapi_schema

    def ways_in(self, route: APIRoute) -> list[dict[str, list[str]]]:
        """The credentials a route takes, one of them enough; empty when everybody may call it."""
        return [{"client": [one.scope]} for one in _called(route) if isinstance(one, Needs)]

    def _add(self, operation: dict[str, Any], method: str, route: APIRoute) -> None:
        needs = next((one for one in _called(route) if isinstance(one, Needs)), None)
        operation["security"] = self.ways_in(route)
        headers = [KEY] if needs is not None and needs.changes else []
        headers += [
            {**IF_MATCH, "required": one is seen_version} for one in _called(route) if one in (seen, seen_version)
        ]
        if headers:
            operation["parameters"] = [*operation.get("parameters", ()), *headers]
        answers = {status: one for status, one in operation["responses"].items() if not _is_of_fastapi(one)}
        for kind in refusals(operation, method):
            answers.setdefault(str(kind.status), {"$ref": f"#/components/responses/{kind.__name__}"})
        operation["responses"] = dict(sorted(answers.items()))


def refusals(operation: Mapping[str, Any], method: str) -> Iterable[type[Problem]]:
    """The usual problems that an operation may answer, by what it takes."""
    takes, changes, body = operation.get("parameters", ()), method != "GET", "requestBody" in operation
    version = next((one for one in takes if one["name"] == "If-Match"), None)
    may = {
        NotSignedIn: bool(operation["security"]),
        Forbidden: bool(operation["security"]) or changes,
        NotFound: body or any(one["in"] != "header" for one in takes),
        Conflict: changes,
        Stale: version is not None,
        TooLarge: body,
        Unprocessable: body or bool(takes),
        VersionRequired: version is not None and version["required"],
        StorageFull: changes,
    }
    return [kind for kind in USUAL if may.get(kind, True)]


def _called(route: APIRoute) -> list[Callable[..., Any] | None]:
    return [one.call for one in route.dependant.dependencies]


def _told(kind: type[Problem]) -> dict[str, Any]:
    return {"description": (kind.__doc__ or kind.en).partition("\n\n")[0], "content": CONTENT}


def _is_of_fastapi(answer: Mapping[str, Any]) -> bool:
    """FastAPI's own 422, which no app of ours answers."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).endswith(OF_FASTAPI)
