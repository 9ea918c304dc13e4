"""The ladder that every route of a service is climbed on: works, 401, 403, 404, 412 and 422, by each of the cast.

A table of rows says in writing who may; nothing of it is worked out from the code under test. Every call is made for
real on one prepared world, and what it wrote is undone, so that each of the cast meets the same world.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.actor import Actor, ActorKind
from chassis.asgi import call_app
from chassis.ids import new_id
from chassis.service import Parts, routed_app
from tests.calls import Caller, Said
from tests.people import Ids, actor_of, tablet, token

STAFF = frozenset({
    "platform", "security", "leader", "manager", "supervisor", "host", "deputy", "duty_manager", "guard",
    "floor_manager", "hr", "auditor", "agent", "far",
})  # fmt: skip
"""Everybody with a session of their own. `far` runs door, floor and department of another site, and none here."""
PROGRAMS = frozenset({"pin", "tablet", "client", "service", "mute", "nobody"})
"""The guard by PIN at a tablet, the tablet itself, a program with the route's scope, a service, a program without."""
EVERYBODY = STAFF | {"pin", "client"}
HELD = {
    "pin": {"strangers:write", "id-checks:write", "visits:read"},
    "tablet": {"kiosk", "strangers:write"},
    "service": {"journal:read", "controls:read", "invitations:read"},
    "mute": {"nothing:read"},
}
"""What the credentials cover that do not cover every route."""
UNKNOWN = {
    "sha": "0" * 64,
    "badge": "X999",
    "site_code": "NOPE",
    "area_code": "NOPE",
    "host_no": "NOPE",
    "today": "2026-12-01",
    "review": "2026-12-01",
}
HOLE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Row:
    """One route: who may call it, and what each other one reads.

    `sees` are those for whom the thing exists, everybody else gets 404; None where it is no secret. `version` names the
    version that If-Match takes, `must` that it has to. `upserts` makes what it does not find. Without a `scope` the
    route looks at who calls alone.
    """

    call: str
    scope: str
    may: frozenset[str]
    sees: frozenset[str] | None = None
    body: Any = None
    version: str = ""
    must: bool = False
    refused: int = 403
    upserts: bool = False

    @property
    def method(self) -> str:
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.call.partition(" ")[2].partition("?")[0]

    def says_of(self, who: str) -> int:
        """The status that `who` gets; 200 for any good one."""
        if who == "nobody":
            return 200 if who in self.may else 401
        if who in HELD and self.scope and self.scope not in HELD[who]:
            return 403
        if who in self.may:
            return 200
        if self.sees is not None and who not in self.sees:
            return 404
        return self.refused if who in STAFF else 403


def row(
    call: str, scope: str, *may: str | frozenset[str], sees: str | frozenset[str] | None = None, **more: Any
) -> Row:
    """A row; people by their names in one text, or as a set."""
    return Row(call, scope, named(*may), None if sees is None else named(sees), **more)


def named(*groups: str | frozenset[str]) -> frozenset[str]:
    """Everybody in these groups; a name that nobody has is refused."""
    found = frozenset(who for group in groups for who in (group.split() if isinstance(group, str) else group))
    assert found <= STAFF | PROGRAMS, found - STAFF - PROGRAMS
    return found


@dataclass
class World:
    """A service on a prepared database: `names` fill the holes of paths and bodies, `versions` are as things stand."""

    parts: Parts
    app: FastAPI
    ids: Ids
    others: dict[str, Actor]
    names: dict[str, str]
    versions: dict[str, int] = field(default_factory=dict)

    def as_(self, who: str, scope: str) -> Caller:
        """One of the cast with the credential they have; programs with the scope of the route."""
        return Caller(self.app, self.parts.name, self.actor(who, scope))

    def actor(self, who: str, scope: str) -> Actor | None:
        """The caller as a token tells them."""
        if who == "nobody":
            return None
        if who in self.others:
            return self.others[who]
        if who == "tablet":
            return tablet(self.ids, self.names.get("at", "MAIN"))
        if who == "pin":
            at = tablet(self.ids)
            guard = actor_of("guard", self.ids)
            return replace(guard, scopes=frozenset(HELD["pin"]), device=at.id, site=at.site, door=at.door)
        if who in ("client", "mute"):
            return Actor(ActorKind.CLIENT, "program", scopes=frozenset(HELD.get(who, {scope})))
        if who == "service":
            return Actor(ActorKind.SERVICE, "gateway", scopes=frozenset(HELD["service"]))
        return actor_of(who, self.ids)

    def fill(self, value: Any) -> Any:
        """A path or body with its holes filled."""
        if isinstance(value, dict):
            return {name: self.fill(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        return HOLE.sub(lambda hole: self.names[hole[1]], value) if isinstance(value, str) else value

    def whole(self, path: str) -> str:
        """The path as it is sent."""
        return path if path.startswith("/internal") else f"/api/{self.parts.name}/v1{path}"

    async def send(self, who: str, one: Row, **changes: Any) -> Said:
        """The row's call as one of the cast; `changes` replace parts of it."""
        version = self.versions[one.version] if one.version else None
        asked = {
            "path": self.fill(one.path),
            "body": self.fill(one.body),
            "version": version,
            "key": new_id(),
            **changes,
        }
        query = self.fill(one.call.partition("?")[2])
        params = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        return await self.as_(who, one.scope).send(
            one.method, asked.pop("path"), asked.pop("body"), params=params, **asked
        )

    async def takes_any_token(self, one: Row) -> bool:
        """Whether the route lets somebody in who may, but by a token for another service."""
        actor = self.actor(min(one.may), one.scope)
        assert actor is not None
        headers = {"Authorization": f"Bearer {token(actor, 'another')}"}
        said = await call_app(self.app, one.method, self.whole(self.fill(one.path)), headers=headers)
        return said.status != 401


async def wrong_doors(world: World, rows: Sequence[Row]) -> list[str]:
    """Where somebody of the cast gets another answer than the table says, or one without the words of a problem."""
    wrong = []
    for one in rows:
        for who in sorted(STAFF | PROGRAMS):
            said = await world.send(who, one)
            status = 200 if 200 <= said.status < 300 else said.status
            if status != one.says_of(who):
                wrong.append(f"{one.call} as {who}: {said.status}, not {one.says_of(who)}: {_told(said)}")
            elif status != 200:
                wrong += [f"{one.call} as {who}: {fault}" for fault in _faults(said, who)]
        if await world.takes_any_token(one):
            wrong.append(f"{one.call}: takes a token for another service")
    return wrong


def _faults(said: Said, who: str) -> Iterator[str]:
    if said.headers.get("content-type") != "application/problem+json" or not said.body["title"]:
        yield f"{said.status} without words"
    if who == "tablet" and any("control" in error for error in said.body.get("errors", [])):
        yield "a control code at a tablet (2.12.2)"


async def wrong_keys(world: World, rows: Sequence[Row], keyless: Collection[str]) -> list[str]:
    """Where a change by a program needs no Idempotency-Key though it is none of the `keyless`, or the reverse."""
    wrong = []
    for one in rows:
        if one.method == "GET":
            continue
        said = await world.send("client", one, key="")
        refused = said.status == 400 and said.body["type"] == "/problems/idempotency-key-required"
        if refused is (one.call in keyless):
            wrong.append(f"{one.call}: {said.status} without an Idempotency-Key: {_told(said)}")
    return wrong


async def missing_rungs(world: World, rows: Sequence[Row]) -> list[str]:
    """Where a route takes an unknown id, a bad body or a version that is no longer the newest."""
    wrong = []
    for one in rows:
        who = min(one.may)
        for name, status, changes in _rungs(world, one):
            said = await world.send(who, one, **changes)
            if said.status != status or said.headers["content-type"] != "application/problem+json":
                wrong.append(f"{one.call} as {who}, {name}: {said.status}, not {status}: {_told(said)}")
    return wrong


def _rungs(world: World, one: Row) -> Iterator[tuple[str, int, dict[str, Any]]]:
    if HOLE.search(one.path) and not one.upserts:
        unknown = HOLE.sub(lambda hole: UNKNOWN.get(hole[1]) or new_id(), one.path)
        yield "unknown", 404, {"path": unknown}
    if one.body is not None:
        whole, first = world.fill(one.body), next(iter(one.body))
        yield "an extra field", 422, {"body": {**whole, "unexpected": 1}}
        yield "a wrong type", 422, {"body": {**whole, first: [[]]}}
        yield "a list", 422, {"body": [1]}
        yield "no body", 422, {"body": None}
    if one.version:
        yield "an older version", 412, {"version": world.versions[one.version] + 7}
    if one.must:
        yield "no version", 428, {"version": None}


def _told(said: Said) -> str:
    return str(said.body)[:160]


def gaps(parts: Parts, rows: Sequence[Row], open_to_all: frozenset[str]) -> list[str]:
    """Routes without a row, rows that meet no route, and routes that take a version or body their rows do not know."""
    return gaps_in(list(api_routes(routed_app(parts).router.routes)), f"/api/{parts.name}/v1", rows, open_to_all)


def api_routes(routes: Iterable[Any]) -> Iterator[APIRoute]:
    """Every route there is, also those within others."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from api_routes(getattr(route, "routes", None) or ())


def gaps_in(known: Sequence[APIRoute], prefix: str, rows: Sequence[Row], open_to_all: frozenset[str]) -> list[str]:
    """The same for these routes; the rows leave `prefix` out."""
    met: dict[str, list[Row]] = defaultdict(list)
    wrong = []
    for one in rows:
        path = HOLE.sub(lambda hole: UNKNOWN.get(hole[1]) or new_id(), one.path)
        whole = path if path.startswith("/internal") else prefix + path
        found = next((r for r in known if one.method in r.methods and r.path_regex.match(whole)), None)
        if found is None:
            wrong.append(f"no route for {one.call}")
        else:
            met[_name(found)].append(one)
    for route in known:
        those = met[_name(route)]
        if not those and _name(route) not in open_to_all:
            wrong.append(f"no row for {_name(route)}")
        if "call.seen" in inspect.getsource(route.endpoint) and not all(one.version for one in those):
            wrong.append(f"{_name(route)} takes a version")
        if route.body_field is not None and not all(one.body for one in those):
            wrong.append(f"{_name(route)} takes a body")
    return wrong


def _name(route: APIRoute) -> str:
    return f"{min(route.methods)} {route.path}"
