"""Whether a process can serve, part by part, as `/readyz` and `/status` say it; and the health routes of a service.

    database   it answers
    schema     it stands at the newest revision this code knows, or at one of a later release
    keys       the signing keys are known
    disk       the folders this process writes into have room left, and are not read-only
    clock      it was not set back while this process runs, and shows no more time than went by
    followers  none has failed at the same fact again and again

Without the first three nothing can be served, and `/readyz` answers 503: a load balancer leaves this process out. The
others are for an operator: with a full disk, say, pages are still read, and the replica beside this one stands no
better.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import sqlalchemy as sa
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.engine import Row
from starlette.responses import Response

from chassis import clock
from chassis.actor import ActorKind
from chassis.db import Database, Tx
from chassis.identity import Verifier
from chassis.peers import ALARM_AFTER_TRIES
from chassis.problems import Forbidden
from chassis.routes import Call, answer, encode, reads
from chassis.settings import Settings
from migrations.databases import is_old, known_revisions

if TYPE_CHECKING:
    from chassis.service import Running

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 3.0
MEGABYTE = 1_000_000
NEEDED = ("database", "schema", "keys")
"""Parts without which nothing can be served."""
REVISION = sa.table("alembic_version", sa.column("version_num", sa.String))

Found = dict[str, dict[str, Any]]
"""Each part by name: `ok`, and the figures it was judged by. What could not be looked at is left out."""


class _Seen(NamedTuple):
    size: int
    revision: str | None
    cursors: Sequence[Row[Any]]


class Health:
    """Looks at one process's database, disk and clock whenever it is asked."""

    def __init__(self, name: str, db: Database, cursors: sa.Table, settings: Settings, verifier: Verifier) -> None:
        self._db = db
        self._cursors = cursors
        self._verifier = verifier
        self._known = known_revisions(name)
        self._limit = settings.disk_low_mb * MEGABYTE
        self._folders = [settings.data, settings.checkpoint_folder]
        if db.dialect == "sqlite" and db.engine.url.database:
            self._folders.append(Path(db.engine.url.database).parent)
        self._back, self._ahead = clock.SetBack(), clock.SetAhead()

    async def look(self) -> Found:
        """How every part stands now; takes `PATIENCE_SECONDS` at most."""
        seen = await self._read()
        found: Found = {"database": {"ok": seen is not None}, "keys": {"ok": self._verifier.has_keys}}
        if seen is not None:
            found["schema"] = {"ok": not is_old(seen.revision, self._known), "at": seen.revision}
            found["followers"] = _followers(seen.cursors)
        found["disk"] = await asyncio.to_thread(self._disk)
        behind, ahead = self._back.seconds(), self._ahead.seconds()
        figures = {"behind_seconds": round(behind, 1), "ahead_seconds": round(ahead, 1)}
        found["clock"] = {"ok": not behind and not ahead, **figures}
        return found

    async def _read(self) -> _Seen | None:
        try:
            return await asyncio.wait_for(self._db.read(self._seen), PATIENCE_SECONDS)
        except Exception as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return None

    def _seen(self, tx: Tx) -> _Seen:
        revision = tx.scalar(sa.select(REVISION.c.version_num))
        return _Seen(self._db.journal.size(tx.connection), revision, tx.rows(sa.select(self._cursors)))

    def _disk(self) -> dict[str, Any]:
        try:
            stands = [os.statvfs(_standing(folder)) for folder in self._folders]
        except OSError as error:
            return {"ok": False, "because": error.strerror}
        free = min(one.f_bavail * one.f_frsize for one in stands)
        read_only = any(one.f_flag & os.ST_RDONLY for one in stands)
        figures = {"free_bytes": free, "limit_bytes": self._limit, "read_only": read_only}
        return {"ok": free >= self._limit and not read_only, **figures}


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already: one of these will hold it."""
    resolved = folder.resolve()
    return next(one for one in (resolved, *resolved.parents) if one.exists())


def _followers(cursors: Sequence[Row[Any]]) -> dict[str, Any]:
    follows = [
        {"source": row.source, "idx": row.idx, "tries": row.tries, "ok": row.tries < ALARM_AFTER_TRIES}
        for row in cursors
    ]
    return {"ok": all(one["ok"] for one in follows), "follows": follows}


def can_serve(found: Found) -> bool:
    """Whether no part fails without which nothing can be served."""
    return all(found[name]["ok"] for name in NEEDED if name in found)


def readiness_answer(found: Found, *, details: bool = True) -> Response:
    """`/readyz`: 503 while a part fails without which nothing can be served. `details` are for operators."""
    ready = can_serve(found)
    body: dict[str, Any] = {"status": "ready" if ready else "not ready"}
    if details:
        body |= {"failing": [name for name, part in found.items() if not part["ok"]], "parts": found}
    headers = {"Cache-Control": "no-store"}
    return Response(encode(body), 200 if ready else 503, headers, "application/json")


def health_router() -> APIRouter:
    """The routes of a service that say how it stands; reachable inside the deployment only."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> Response:
        """Alive: the event loop turns."""
        return answer({"status": "alive"})

    @router.get("/readyz")
    async def readyz(request: Request) -> Response:
        """Can serve, part by part. A follower that is merely behind, or whose source is away, counts for nothing."""
        return readiness_answer(await request.app.state.running.health.look())

    @router.get("/internal/metrics")
    async def metrics() -> Response:
        """Prometheus text."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/internal/status")
    async def status(call: Annotated[Call, reads("journal:read")]) -> Response:
        """Loops, followers and journal of this process, for `/status`."""
        if call.actor.kind is not ActorKind.SERVICE:
            raise Forbidden()
        return answer(await status_of(call.request.app.state.running))

    return router


async def status_of(running: Running) -> Mapping[str, Any]:
    """How a service's loops, followers and journal stand."""
    cursors = running.parts.base.cursors
    rows = await running.db.read(lambda tx: tx.rows(sa.select(cursors)))
    size = await running.db.read(lambda tx: running.db.journal.size(tx.connection))
    return {
        "service": running.parts.name,
        "engine": running.db.dialect,
        "journal_size": size,
        "loops": [
            {"name": loop.name, "ran_at": loop.ran_at, "failed": loop.failed, "failures": loop.failures}
            for loop in running.loops.all
        ],
        "follows": [
            {"source": row.source, "idx": row.idx, "checked_at": row.checked_at, "tries": row.tries, "error": row.error}
            for row in rows
        ],
    }
