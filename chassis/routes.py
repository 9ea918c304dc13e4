"""What a route needs of the house: who calls, which database, which key and version; and one way to answer.

@router.post("/visits", status_code=201, response_model=schemas.Visit)
async def invite(call: Annotated[Call, writes("visits:write")], body: schemas.Invitation) -> Response:
    \"\"\"Invite a visitor.\"\"\"
    return await call.write(actions.invite, body)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec

import orjson
import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel
from starlette.responses import Response

from chassis import clock, idempotency
from chassis.actor import Actor, ActorKind
from chassis.db import Database, Tx
from chassis.identity import TokenRefused, Verifier
from chassis.problems import BadRequest, Forbidden, KeyRequired, NotSignedIn, Problem, VersionRequired
from chassis.rules import PolicyRefused

P = ParamSpec("P")
LONGEST_KEY = 120
VERSION = re.compile('(?:W/)?"?([0-9]{1,9})"?')
"""A version as ETag gives it, or the number alone; whoever compresses an answer on its way marks it as weak."""
_TRACED = any(name.startswith("OTEL_") for name in os.environ)
TELEMETRY: TelemetryConfig = {"tracing": _TRACED, "metrics": _TRACED, "logs": _TRACED}
"""OpenTelemetry for whoever sets its variables; else FastAPI would look for it in the environment at each request."""


def encode(value: Any) -> bytes:
    """JSON of a model, a dictionary or a list of rows; instants as UTC with Z."""
    if isinstance(value, BaseModel):
        return value.__pydantic_serializer__.to_json(value)
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)


def answer(value: Any, status: int = 200) -> Response:
    """`value` as a JSON response, with its `version` as ETag where it has one."""
    return _response(encode(value), status, _etag(value))


def _response(body: bytes, status: int, etag: str | None) -> Response:
    headers = {"ETag": etag} if etag else None
    return Response(body, status, headers, "application/json")


def _etag(value: Any) -> str | None:
    version = value.get("version") if isinstance(value, dict) else getattr(value, "version", None)
    return None if version is None else f'"{version}"'


@dataclass(slots=True)
class Call:
    """One authenticated call of a route."""

    actor: Actor
    db: Database
    request: Request
    keys: sa.Table
    key: idempotency.Key | None = None

    async def read(self, query: Callable[Concatenate[Tx, Actor, P], Any], /, *args: P.args, **kw: P.kwargs) -> Response:
        """Answer with what `query(tx, actor, *args)` finds."""
        return answer(await self.db.read(query, self.actor, *args, **kw))

    async def write(
        self, action: Callable[Concatenate[Tx, Actor, P], Any], /, *args: P.args, **kw: P.kwargs
    ) -> Response:
        """Run `action(tx, actor, *args)` once for its Idempotency-Key and answer with what it returned."""
        status = self.request.scope["route"].status_code or 200
        key, actor, keys = self.key, self.actor, self.keys

        def once(tx: Tx) -> idempotency.Kept:
            kept = idempotency.find(tx, keys, key) if key else None
            if kept is None:
                value = action(tx, actor, *args, **kw)
                kept = idempotency.Kept(status, encode(value), _etag(value))
                if key:
                    idempotency.keep(tx, keys, key, kept)
            return kept

        try:
            kept = await self.db.write(once)
        except (PolicyRefused, Problem, sa.exc.IntegrityError) as refused:
            kept = await self._after_another(once, refused)
        return _response(kept.answer, kept.status, kept.etag)

    async def _after_another(self, once: Callable[[Tx], idempotency.Kept], refused: Exception) -> idempotency.Kept:
        """A call that ran beside this one may be why it was refused: an equal one's answer is this one's too, and where
        another took a place that is unique, the rules judge once more.
        """
        kept = await self.db.read(idempotency.find, self.keys, self.key) if self.key else None
        if kept is not None:
            return kept
        if isinstance(refused, sa.exc.IntegrityError):
            return await self.db.write(once)
        raise refused


def signed_in(request: Request) -> Actor:
    """Who calls, by the bearer token alone. Raises `NotSignedIn`."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotSignedIn(headers={"WWW-Authenticate": "Bearer"})
    verifier: Verifier = request.app.state.verifier
    try:
        return verifier.verify(token, now=clock.unix())
    except TokenRefused as error:
        raise NotSignedIn(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from error


def _call(request: Request, scope: str) -> Call:
    actor = signed_in(request)
    if not actor.may(scope):
        raise Forbidden(f"此凭证没有 {scope} 权限范围", f"This credential lacks the scope {scope}", needed_scope=scope)
    request.state.actor = actor
    state = request.app.state
    return Call(actor, state.db, request, state.keys)


def seen(request: Request) -> int | None:
    """The version that If-Match names, or None without the header. Raises `BadRequest`."""
    text = request.headers.get("if-match")
    if text is None:
        return None
    found = VERSION.fullmatch(text)
    if found is None:
        raise BadRequest("If-Match 无法识别", "If-Match is not a version this API gave")
    return int(found[1])


def seen_version(request: Request) -> int:
    """The version the caller has seen. Raises `VersionRequired` (428) without If-Match."""
    version = seen(request)
    if version is None:
        raise VersionRequired()
    return version


MaySee = Annotated[int | None, Depends(seen)]
"""Parameter of a route that refuses a lost update when the caller says which version they have seen."""
MustSee = Annotated[int, Depends(seen_version)]
"""Parameter of a route whose caller has to say which version they have seen."""


@dataclass(frozen=True)
class Needs:
    """What a route needs of its caller: a scope, and for a change an Idempotency-Key; the API's document says it."""

    scope: str
    changes: bool = False
    key: bool = False

    async def __call__(self, request: Request) -> Call:
        """The call. Raises `NotSignedIn`, `Forbidden`, `KeyRequired`, `BadRequest`."""
        made = _call(request, self.scope)
        text = request.headers.get("idempotency-key", "").strip('"') if self.changes else ""
        if len(text) > LONGEST_KEY:
            raise BadRequest("Idempotency-Key 最长 120 个字符", "An Idempotency-Key has at most 120 characters")
        if text:
            hashed = idempotency.body_hash(request.method, request.scope["path"], await request.body())
            made.key = idempotency.Key(f"{made.actor.kind}:{made.actor.id}", text, hashed)
        elif self.key and made.actor.kind in (ActorKind.CLIENT, ActorKind.DEVICE):
            raise KeyRequired()
        return made


def reads(scope: str) -> Any:
    """Dependency of a route that only reads, open to callers with `scope` (people at their desk have them all)."""
    return Depends(Needs(scope))


def writes(scope: str, *, key: bool = True) -> Any:
    """Dependency of a route that changes something. With `key`, machines must send an Idempotency-Key."""
    return Depends(Needs(scope, changes=True, key=key))
