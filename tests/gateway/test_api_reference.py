"""The page of the API says of every call what it needs and gives, from the document alone."""

from __future__ import annotations

import importlib
from typing import Any

import orjson
import pytest

from chassis.service import routed_app
from chassis.settings import SERVICES
from gateway.api_reference import Operation, operations


def document_of(service: str) -> dict[str, Any]:
    """The document a service answers with."""
    return routed_app(importlib.import_module(f"services.{service}.app").PARTS).openapi()


@pytest.fixture(scope="module")
def calls() -> dict[str, Operation]:
    """Every call of every service, by method and address."""
    found = [one for service in SERVICES for one in operations(document_of(service))]
    return {f"{one.method} {one.path}": one for one in found}


def test_every_call_says_its_scope_and_what_it_is_for(calls: dict[str, Operation]) -> None:
    assert len(calls) > 100
    silent = [name for name, one in calls.items() if not (one.summary and one.says and one.scope)]
    assert silent == []
    assert len({one.anchor for one in calls.values()}) == len(calls)


def test_fields_examples_and_the_key_are_told(calls: dict[str, Operation]) -> None:
    invite = calls["POST /api/visitor/v1/visits"]
    sent = {one.name: one for one in invite.sent}
    assert (sent["starts_at"].type, sent["starts_at"].required, sent["starts_at"].where) == ("date-time", True, "body")
    assert sent["visitors[].name"].required
    assert sent["host_no"].type == "string | null"
    assert (sent["Idempotency-Key"].where, sent["Idempotency-Key"].required) == ("header", False)
    assert orjson.loads(invite.example)["purpose"] == "季度业务回访"
    assert "visits[].steps" in {one.name for one in invite.answered}
    assert invite.scope == "visits:write"


def test_a_read_takes_no_key(calls: dict[str, Operation]) -> None:
    log = calls["GET /api/visitor/v1/visits"]
    assert "Idempotency-Key" not in {one.name for one in log.sent}
    assert {one.where for one in log.sent} == {"query"}
    assert (log.scope, log.example) == ("visits:read", "")
