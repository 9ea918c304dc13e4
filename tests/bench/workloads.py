"""What callers ask of a server in a measurement: each method of these classes is one turn, in CPU seconds a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

import orjson

from chassis import clock
from chassis.columns import instant_text
from tests.bench import actors
from tests.bench.servers import Server
from tests.bench.wire import drive, request

Headers = Mapping[str, str]
JSON = {"Content-Type": "application/json"}
ARRIVAL = orjson.dumps({"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh", "belongings": []})
CALLERS = 8
VISITS = "/api/visitor/v1/visits"


@dataclass
class Served:
    """A server under load; a turn sends `size` requests, `spent` tells the CPU seconds used so far."""

    server: Server
    folder: Path
    size: int
    spent: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        self.stage = actors.stage_of(self.folder)
        self.approved = iter(self.stage["approved"])

    def drive(self, requests: Iterable[bytes], *, expect: int = 200) -> float:
        """Send them; CPU seconds for each."""
        spent = self.spent or self.server.cpu
        return drive(self.server.port, requests, spent, expect=expect, connections=CALLERS)


@dataclass
class Service(Served):
    """The visitor service alone on a port, or the gateway, which answers the same addresses."""

    by_gateway: bool = False
    """Whether callers show their own secret, as they do at the gateway, instead of a token."""

    def check_in(self) -> float:
        """The tablet's check-in: another visitor and another Idempotency-Key each time."""
        tablets = cycle(self._tablets())
        return self.drive(
            request("POST", f"/api/visitor/v1/arrivals/{visit_id}:arrive", {**next(tablets), **JSON, **_key()}, ARRIVAL)
            for visit_id in islice(self.approved, self.size)
        )

    def wait(self) -> float:
        """How a visitor's wait stands: the lightest authenticated GET there is, one row."""
        tablets, some = cycle(self._tablets()), cycle(self.stage["approved"][-200:])
        return self.drive(_wait(next(some), next(tablets)) for _ in range(self.size))

    def visit(self) -> float:
        """One visit as the guard sees it: steps, people, badge, what can be done."""
        some = cycle(self.stage["approved"][-200:])
        return self._as(actors.guard(self.folder), (f"{VISITS}/{next(some)}" for _ in range(self.size)))

    def visits(self) -> float:
        """The newest fifty of the log."""
        return self._as(actors.guard(self.folder), (f"{VISITS}?limit=50" for _ in range(self.size // 2)))

    def inbox(self) -> float:
        """What waits for the centre manager: the fifty visits whose floor step is theirs."""
        return self._as(actors.manager(self.folder), (f"{VISITS}/waiting" for _ in range(self.size // 4)))

    def invite(self) -> float:
        """An employee invites one visitor to the lounge."""
        host = actors.bearer(actors.host(self.folder))
        body = orjson.dumps(self._invitation())
        sent = (request("POST", VISITS, {**host, **JSON, **_key()}, body) for _ in range(self.size // 4))
        return self.drive(sent, expect=201)

    def _invitation(self) -> dict[str, object]:
        now = clock.now()
        return {
            "visitors": [{"name": "王小明", "company": "华信科技", "phone": "13800000427"}],
            "purpose": "季度业务回访",
            "areas": [self.stage["areas"]["LOUNGE"]],
            "starts_at": instant_text(now + timedelta(hours=1)),
            "ends_at": instant_text(now + timedelta(hours=2)),
        }

    def _tablets(self) -> list[Headers]:
        """As many tablets as connections, each with its secret or the token it has at the moment."""
        if self.by_gateway:
            return [{"Authorization": f"Bearer {secret}"} for secret in self.stage["tablets"]]
        return [actors.bearer(actors.device(self.folder, number)) for number in range(CALLERS)]

    def _as(self, actor: actors.Actor, paths: Iterable[str]) -> float:
        signed_in = actors.bearer(actor)
        return self.drive(request("GET", path, signed_in) for path in paths)


class Floor(Served):
    """The floors of `floors.py`."""

    def insert(self) -> float:
        """The check-in's body, checked and inserted."""
        return self.drive(self._posts("checkins"))

    def nothing(self) -> float:
        """The check-in's body, checked and forgotten."""
        return self.drive(self._posts("nothing"))

    def visits(self) -> float:
        """The newest fifty visits by one statement."""
        path = f"/visits?site_id={self.stage['site']}"
        return self.drive(request("GET", path) for _ in range(self.size // 2))

    def _posts(self, path: str) -> Iterator[bytes]:
        return (request("POST", f"/{path}/{uuid4()}", JSON, ARRIVAL) for _ in range(self.size))


class Pages(Served):
    """Pages as browsers ask for them: signed in, compressed."""

    def log(self) -> float:
        """The log of visits with fifty rows, whole."""
        return self._whole("/visits", "guard")

    def inbox(self) -> float:
        """What waits for the centre manager: the fifty visits whose floor step is theirs."""
        return self._whole("/inbox", "manager")

    def inside(self) -> float:
        """Who is inside."""
        return self._whole("/visits/inside", "guard")

    def visit(self) -> float:
        """One visit as the guard sees it."""
        return self._whole(f"/visits/{self.stage['approved'][-1]}", "guard")

    def board(self) -> float:
        """How every control of the policy stands."""
        return self._whole("/board", "manager")

    def _whole(self, path: str, who: str) -> float:
        asked = request("GET", path, self.browser(who))
        return self.drive(asked for _ in range(self.size // 4))

    def browser(self, who: str) -> Headers:
        """What a browser sends in which somebody is signed in."""
        held = self.stage["cookies"][who]
        cookies = f"sid={held['sid']}; wr={held['wr']}"
        return {"Cookie": cookies, "Accept-Encoding": "gzip, br", "Accept-Language": "zh-CN,zh;q=0.9"}


def _wait(visit_id: str, tablet: Headers) -> bytes:
    return request("GET", f"/api/visitor/v1/arrivals/{visit_id}", tablet)


def _key() -> Headers:
    return {"Idempotency-Key": uuid4().hex}
