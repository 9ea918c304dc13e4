"""What the product is measured against: the least a good developer would write for the same answer, without the rest.

No sign-in, no rules, no journal, no log: FastAPI, one SQLite connection in the same mode, hand-written SQL, orjson.
Routes are `async def` and speak to SQLite on the event loop, which is the cheapest way there is in CPU time.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.responses import Response

from chassis import clock
from chassis.columns import instant_text
from chassis.ids import new_id
from services.visitor.arrivals.schemas import Arrival

TABLES = """
CREATE TABLE checkin (id TEXT PRIMARY KEY, visit_id TEXT NOT NULL, door_id TEXT NOT NULL, privacy_version TEXT NOT NULL,
  rules_version TEXT NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, arrived_at TEXT NOT NULL);
CREATE INDEX checkin_visit ON checkin (visit_id);
CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, fact TEXT NOT NULL,
  subject TEXT NOT NULL, data TEXT NOT NULL);
"""
LIST = """
SELECT v.id, v.site_id, v.party_id, v.kind, v.purpose, v.state, v.walk_in, g.name, g.company, v.starts_at, v.ends_at,
  v.arrived_at, v.entered_at, v.left_at, v.left_certainty, v.created_at, v.version, v.area_ids,
  h.id, h.name, h.employee_no, e.id, e.name, e.employee_no
FROM visit v JOIN visitor g ON g.id = v.visitor_id
LEFT JOIN person_copy h ON h.id = v.host_id LEFT JOIN person_copy e ON e.id = v.escort_id
WHERE v.site_id = ? ORDER BY v.starts_at DESC, v.id DESC LIMIT 50
"""
LIST_NAMES = (
    "id", "site_id", "party_id", "kind", "purpose", "state", "walk_in", "visitor_name", "company", "starts_at",
    "ends_at", "arrived_at", "entered_at", "left_at", "left_certainty", "created_at", "version",
)  # fmt: skip
ON_PREMISES = frozenset({"arrived", "cleared", "in_lounge", "inside"})


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def floor_app(folder: Path) -> FastAPI:
    """The app with every floor, on a database of its own for writing and a copy of the visits for reading."""
    app = FastAPI(docs_url=None, redoc_url=None)
    own, visits = _open(folder / "floor.db"), _open(folder / "visitor.db")
    own.executescript(TABLES)

    @app.get("/ready")
    async def ready() -> Response:
        return _json({})

    @app.post("/nothing/{visit_id}")
    async def nothing(visit_id: str, body: Arrival) -> Response:
        return _json(_waiting(visit_id))

    @app.post("/checkins/{visit_id}")
    async def checkin(visit_id: str, body: Arrival) -> Response:
        _insert(own, visit_id, body)
        return _json(_waiting(visit_id))

    @app.get("/visits")
    async def visit_list(site_id: str) -> Response:
        return _json({"items": _lines(visits, site_id), "next": None, "prev": None})

    return app


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


def _waiting(visit_id: str) -> dict[str, Any]:
    return {"visit_id": visit_id, "state": "arrived", "host_name": "李娜", "told": 0}


def _insert(connection: sqlite3.Connection, visit_id: str, body: Arrival) -> None:
    now = instant_text(clock.now())
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO checkin VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (new_id(), visit_id, "door", body.privacy_version, body.rules_version, body.language, "arrived", now),
    )
    connection.execute(
        "INSERT INTO audit (at, actor, fact, subject, data) VALUES (?, ?, ?, ?, ?)",
        (now, "device:tablet", "VisitorArrived", f"visit:{visit_id}", orjson.dumps({"door_id": "door"}).decode()),
    )
    connection.execute("COMMIT")


def _lines(connection: sqlite3.Connection, site_id: str) -> list[dict[str, Any]]:
    areas = {
        row[0]: {"code": row[1], "name": row[2], "name_en": row[3]}
        for row in connection.execute("SELECT id, code, name, name_en FROM area_copy")
    }
    now = instant_text(clock.now())
    lines = []
    for row in connection.execute(LIST, (site_id,)):
        line = dict(zip(LIST_NAMES, row, strict=False))
        line["walk_in"] = bool(line["walk_in"])
        line["areas"] = [areas[area] for area in orjson.loads(row[17])]
        line["host"] = _person(row[18:21])
        line["escort"] = _person(row[21:24])
        line["overstay"] = line["state"] in ON_PREMISES and now > line["ends_at"]
        lines.append(line)
    return lines


def _person(found: tuple[Any, ...]) -> dict[str, Any] | None:
    return {"id": found[0], "name": found[1], "employee_no": found[2]} if found[0] else None
