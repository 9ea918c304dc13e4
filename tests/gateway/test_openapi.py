"""The merged document says of each call who may make it, what it answers and how it refuses, and nothing empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.settings import SERVICES
from tests.gateway.test_api_reference import document_of
from tests.whole import whole_product

pytestmark = pytest.mark.anyio
METHODS = ("get", "post", "put", "patch", "delete")
FOR_ALL = {
    "POST /api/gateway/v1/devices",
    "POST /api/gateway/v1/passkeys/sign-in-options",
    "POST /api/gateway/v1/passwords",
    "POST /api/gateway/v1/sessions",
    "POST /api/gateway/v1/sessions/by-passkey",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def document(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> dict[str, Any]:
    async with whole_product(tmp_path_factory.mktemp("whole")) as whole:
        found: dict[str, Any] = (await whole.browser().get("/api/openapi.json")).json
        return found


@pytest.fixture
def calls(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    paths = document["paths"].items()
    return {f"{name.upper()} {path}": one for path, named in paths for name, one in named.items() if name in METHODS}


def empty(answers: dict[str, Any]) -> list[str]:
    """The 2xx answers that say nothing of what they hold: no shape of JSON, no kind of file, and not none at all."""
    return [
        status
        for status, answer in answers.items()
        if status.startswith("2")
        for kind, held in answer.get("content", {}).items()
        if kind == "application/json" and not held.get("schema")
    ]


def test_no_call_declares_an_empty_answer(calls: dict[str, dict[str, Any]]) -> None:
    assert len(calls) > 140
    assert {name: bad for name, one in calls.items() if (bad := empty(one["responses"]))} == {}
    silent = [name for name, one in calls.items() if not any(status.startswith("2") for status in one["responses"])]
    assert silent == []


def test_the_search_for_empty_answers_can_fail() -> None:
    assert empty({"200": {"content": {"application/json": {"schema": {}}}}, "404": {}}) == ["200"]
    assert empty({"204": {"description": "Done"}}) == []


def test_every_refusal_is_a_problem_but_those_of_oauth(
    document: dict[str, Any], calls: dict[str, dict[str, Any]]
) -> None:
    kinds: dict[str, set[str]] = {}
    for name, one in calls.items():
        for status, answer in one["responses"].items():
            if status >= "4":
                told = followed(document, answer)
                kinds.setdefault(name, set()).update(told["content"])
    oauth = {name: kinds.pop(name) for name in ("POST /oauth/token", "POST /oauth/revoke")}
    assert set().union(*kinds.values()) == {"application/problem+json"}
    assert set().union(*oauth.values()) == {"application/problem+json", "application/json"}


def test_refusals_follow_from_what_a_call_takes(calls: dict[str, dict[str, Any]]) -> None:
    change = calls["PATCH /api/visitor/v1/visits/{visit_id}"]
    assert {"401", "403", "404", "409", "412", "413", "422", "428"} <= change["responses"].keys()
    read = calls["GET /api/visitor/v1/visits/{visit_id}"]
    assert {"401", "403", "404", "429"} <= read["responses"].keys()
    assert not {"409", "412", "413", "428", "507"} & read["responses"].keys()
    assert "410" in calls["POST /api/gateway/v1/passwords"]["responses"]
    assert "401" not in calls["GET /.well-known/jwks.json"]["responses"]


def test_every_call_says_who_may_make_it(document: dict[str, Any], calls: dict[str, dict[str, Any]]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert {name for name, one in calls.items() if not one["security"]} == FOR_ALL
    assert {name for one in calls.values() for way in one["security"] for name in way} == schemes.keys()
    scopes = {scope for one in calls.values() for way in one["security"] for scope in way.get("client", ())}
    assert scopes == schemes["client"]["flows"]["clientCredentials"]["scopes"].keys()
    assert calls["POST /api/visitor/v1/walk-ins"]["security"] == [
        {"client": ["kiosk"]},
        {"session": []},
        {"tablet": []},
    ]
    assert calls["GET /api/visitor/v1/lobby"]["security"] == [{"client": ["visits:read"]}, {"session": []}]


def test_if_match_is_told_where_it_is_read(calls: dict[str, dict[str, Any]]) -> None:
    def told(name: str) -> list[bool]:
        return [one["required"] for one in calls[name].get("parameters", ()) if one["name"] == "If-Match"]

    assert told("PUT /api/visitor/v1/settings") == [True]
    assert told("PUT /api/access/v1/sites/{site}") == [False]
    assert told("GET /api/visitor/v1/visits/{visit_id}") == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert len(found) > 200
    for reference in found:
        assert followed(document, {"$ref": reference}), reference
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()


def test_a_shape_means_the_same_in_every_document(document: dict[str, Any]) -> None:
    for service in SERVICES:
        for name, shape in document_of(service)["components"]["schemas"].items():
            assert document["components"]["schemas"][name] == shape, (service, name)


def followed(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for, or the part itself."""
    found: Any = part
    if "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return dict(found)


def references(part: Any) -> Iterator[str]:
    """Every reference within a part of the document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)
