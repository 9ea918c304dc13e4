"""The API's document as schemathesis shall read it: with values that exist, such as a user of the product has."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.fuzz.world import Known


def readied(document: dict[str, Any], known: Known, *, every_key: bool) -> dict[str, Any]:
    """The document with each known value as the example of the fields and parameters of its name.

    Without `every_key` the header that sixty operations share is named by one of them only.

    schemathesis takes the credentials away that a scheme names, to see whether they are missed; where an OAuth token
    travels it does not know, so the scheme says it as what it is on the wire.
    """
    made: dict[str, Any] = deepcopy(document)
    made["components"]["securitySchemes"]["client"] = {"type": "http", "scheme": "bearer"}
    _exemplify(made, known)
    if not every_key:
        _keep_one_key(made)
    return made


def scopes_of(document: dict[str, Any]) -> list[str]:
    """Every scope that an operation asks of a client."""
    operations = (one for calls in document["paths"].values() for one in calls.values())
    return sorted({scope for one in operations for way in one["security"] for scope in way.get("client", ())})


def _keep_one_key(document: dict[str, Any]) -> None:
    """Idempotency-Key is read by one dependency for sixty operations: it is tried at the first."""
    kept = False
    for calls in document["paths"].values():
        for one in calls.values():
            key = next((found for found in one.get("parameters", ()) if found["name"] == "Idempotency-Key"), None)
            if key is not None and kept:
                one["parameters"].remove(key)
            kept = kept or key is not None


def _exemplify(part: Any, known: Known) -> None:
    if isinstance(part, list):
        for inner in part:
            _exemplify(inner, known)
    elif isinstance(part, dict):
        if "in" in part and part.get("name") in known:
            part["examples"] = {str(n): {"value": value} for n, value in enumerate(known[part["name"]])}
        for name, field in part.get("properties", {}).items() if isinstance(part.get("properties"), dict) else ():
            if name in known and isinstance(field, dict):
                field["examples"] = list(known[name])
        for inner in part.values():
            _exemplify(inner, known)
