"""The OpenAPI document as a person reads it: each call with its scope, its fields, an example and a line to copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 3
"""How deep fields inside fields are listed; deeper ones are named by their type alone."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One value that is sent or answered. `where` is path, query, header or body; `name` is dotted inside a body."""

    name: str
    where: str
    type: str
    required: bool
    says: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    method: str
    path: str
    tag: str
    summary: str
    says: str
    scope: str
    sent: Sequence[Field]
    answered: Sequence[Field]
    example: str
    """A body to send, as JSON; empty without one."""

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"{self.method}-{self.path}".lower().translate(_PLAIN).strip("-")


_PLAIN = {ord(sign): "-" for sign in "/{}:._"}


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every call in the document, by address."""
    read = _Reader(document.get("components", {}).get("schemas", {}))
    return [
        read.operation(method.upper(), path, calls[method])
        for path, calls in sorted(document["paths"].items())
        for method in METHODS
        if method in calls
    ]


class _Reader:
    """Reads operations, following references into the document's schemas."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def operation(self, method: str, path: str, call: Mapping[str, Any]) -> Operation:
        body = _json(call.get("requestBody", {}))
        answered = next((_json(one) for status, one in sorted(call["responses"].items()) if status < "300"), {})
        parameters = (self._parameter(one) for one in call.get("parameters", ()))
        example = self._example(body) if body else None
        return Operation(
            method=method,
            path=path,
            tag=(call.get("tags") or ["other"])[0],
            summary=call.get("summary", ""),
            says=call.get("description", ""),
            scope=next((scope for one in call.get("security", ()) for scope in one.get("client", ())), ""),
            sent=(*parameters, *self._fields(body, "body")),
            answered=tuple(self._fields(answered, "body")),
            example="" if example is None else orjson.dumps(example, option=orjson.OPT_INDENT_2).decode(),
        )

    def _parameter(self, one: Mapping[str, Any]) -> Field:
        return Field(
            one["name"], one["in"], self._type(one["schema"]), one.get("required", False), one.get("description", "")
        )

    def _fields(self, schema: Schema, where: str, before: str = "", depth: int = 0) -> Iterator[Field]:
        inner = self._followed(schema)
        required = inner.get("required", ())
        for name, value in inner.get("properties", {}).items():
            says = value.get("description", "")
            yield Field(before + name, where, self._type(value), name in required, says)
            held, many = self._object_in(value)
            if held is not None and depth + 1 < DEEPEST:
                yield from self._fields(held, where, f"{before}{name}{'[]' if many else ''}.", depth + 1)

    def _object_in(self, schema: Schema) -> tuple[Schema | None, bool]:
        """The object that a field holds, or holds many of."""
        inner = self._followed(_not_null(schema))
        many = inner.get("type") == "array"
        if many:
            inner = self._followed(inner.get("items", {}))
        return (inner if "properties" in inner else None), many

    def _followed(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        return self._schemas.get(reference.rpartition("/")[2], {}) if reference else schema

    def _type(self, schema: Schema) -> str:
        inner = self._followed(schema)
        if "anyOf" in inner:
            return " | ".join(dict.fromkeys(self._type(one) for one in inner["anyOf"]))
        if "enum" in inner or "const" in inner:
            return " | ".join(str(one) for one in inner.get("enum") or [inner["const"]])
        if inner.get("type") == "array":
            return self._type(inner.get("items", {})) + "[]"
        return str(inner.get("format") or inner.get("type") or "any")

    def _example(self, schema: Schema) -> Any:
        inner = self._followed(_not_null(schema))
        for said in (schema.get("examples"), inner.get("examples")):
            if said:
                return said[0]
        if "enum" in inner:
            return inner["enum"][0]
        if "properties" in inner:
            wanted = inner.get("required", ())
            return {
                name: self._example(value)
                for name, value in inner["properties"].items()
                if name in wanted or value.get("examples")
            }
        if inner.get("type") == "array":
            return [self._example(inner.get("items", {}))]
        return schema.get("default") or _PLAIN_EXAMPLES.get(inner.get("format") or inner.get("type", ""), "…")


_PLAIN_EXAMPLES: Mapping[str, Any] = {
    "date-time": "2026-11-24T09:00:00+08:00",
    "date": "2026-11-24",
    "time": "09:00",
    "integer": 1,
    "number": 1,
    "boolean": True,
}


def _not_null(schema: Schema) -> Schema:
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return choices[0] if choices else schema


def _json(part: Mapping[str, Any]) -> Schema:
    found: Schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    return found
