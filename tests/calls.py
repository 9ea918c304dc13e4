"""Calling a service's routes as one of the cast, with a real token, on a real database, without a socket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import orjson
from fastapi import FastAPI

from chassis.actor import Actor
from chassis.asgi import Answer, call_app
from chassis.db import Database
from chassis.identity import Verifier
from chassis.service import Parts, routed_app
from tests.people import SIGNER, token


@dataclass(frozen=True)
class Said:
    """An answer, with its body read as JSON."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def rules(self) -> list[str]:
        """The names of the rules that refused."""
        return [error["rule"] for error in self.body.get("errors", [])]


@dataclass(frozen=True)
class Caller:
    """One of the cast at a service's routes. A POST carries a fresh Idempotency-Key unless one is given; "" is none."""

    app: FastAPI
    service: str
    actor: Actor | None
    language: str = "zh"

    async def get(self, path: str, **params: Any) -> Said:
        """GET under the service's prefix."""
        return await self.send("GET", path, params=params)

    async def post(self, path: str, body: Any = None, **options: Any) -> Said:
        """POST JSON."""
        return await self.send("POST", path, body, **options)

    async def put(self, path: str, body: Any = None, **options: Any) -> Said:
        """PUT JSON."""
        return await self.send("PUT", path, body, **options)

    async def patch(self, path: str, body: Any = None, **options: Any) -> Said:
        """PATCH JSON."""
        return await self.send("PATCH", path, body, **options)

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Said:
        """Any call."""
        headers = {"Accept-Language": self.language, "Content-Type": "application/json"}
        if self.actor is not None:
            headers["Authorization"] = f"Bearer {token(self.actor, self.service)}"
        if key is None and method == "POST":
            key = uuid4().hex
        if key:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        sent = b"" if body is None else orjson.dumps(body)
        full = path if path.startswith("/internal") else f"/api/{self.service}/v1{path}"
        named = {name: value if isinstance(value, list) else str(value) for name, value in (params or {}).items()}
        query = urlencode(named, doseq=True)
        answer: Answer = await call_app(self.app, method, full, query=query, headers=headers, body=sent)
        is_json = answer.body and "json" in answer.headers.get("content-type", "")
        return Said(answer.status, orjson.loads(answer.body) if is_json else None, answer.headers)


@asynccontextmanager
async def serving(parts: Parts, db: Database) -> AsyncIterator[FastAPI]:
    """The service's routes on an open database, without loops and followers: tests say when those run."""
    app = _free[parts.name].pop() if _free[parts.name] else routed_app(parts)
    app.state.verifier = Verifier(parts.name, "gatehouse", SIGNER.jwks)
    app.state.db = db
    yield app
    _free[parts.name].append(app)


_free: dict[str, list[FastAPI]] = defaultdict(list)
"""Apps nobody uses now: FastAPI works out each route of an app at the first call, which costs more than most tests."""
