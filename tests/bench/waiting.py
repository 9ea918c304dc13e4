"""How long callers wait by the wall's clock while others work too: paced tablets, and the loop while people sign in."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Iterable, Sequence
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import orjson

from tests.bench.actors import stage_of
from tests.bench.servers import Server
from tests.bench.stage import PASSWORD
from tests.bench.wire import Broken, Got, ask, connect, request

T = TypeVar("T")
TABLETS = 100
EACH_SECONDS = 1 / 0.9
"""Between two calls of one tablet: ninety a second from all of them."""
SECONDS = 20
PEOPLE = 20
SAME_ORIGIN = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}


def p99(found: Sequence[float]) -> float:
    """The time that one in a hundred exceeds, in milliseconds."""
    return sorted(found)[int(len(found) * 0.99)] * 1e3


def paced(server: Server, folder: Path) -> tuple[float, float]:
    """The 99th percentile of pages and of JSON, in milliseconds, as a hundred tablets call at their own pace."""
    stage = stage_of(folder)
    visits, secrets = cycle(stage["approved"][-200:]), cycle(stage["tablets"])
    asked = [_of_tablet(next(secrets), next(visits)) for _ in range(TABLETS)]
    found = asyncio.run(_all(_tablet(server.port, calls) for calls in asked))
    return p99([took for pages, _ in found for took in pages]), p99([took for _, plain in found for took in plain])


def _of_tablet(secret: str, visit_id: str) -> tuple[bytes, bytes]:
    """A tablet's start page, and how a visitor's wait stands."""
    page = request("GET", "/kiosk", {"Cookie": f"kiosk={secret}", "Accept-Encoding": "gzip"})
    return page, request("GET", f"/api/visitor/v1/arrivals/{visit_id}", {"Authorization": f"Bearer {secret}"})


async def _tablet(port: int, calls: tuple[bytes, bytes]) -> tuple[list[float], list[float]]:
    line = await connect(port)
    took: tuple[list[float], list[float]] = ([], [])
    begun = time.monotonic() + random.uniform(0, EACH_SECONDS)  # noqa: S311  tablets are switched on at any moment
    for n in range(int(SECONDS / EACH_SECONDS)):
        await asyncio.sleep(begun + n * EACH_SECONDS - time.monotonic())
        took[n % 2].append(_good(await line.ask(calls[n % 2])).seconds)
    line.close()
    return took


def lag_while_people_sign_in(server: Server, folder: Path) -> float:
    """The 99th percentile of the event loop's lag, in milliseconds, while twenty people sign in at once."""
    people = sorted(number for number in stage_of(folder)["people"] if number.startswith("E"))[:PEOPLE]
    _lags(server)
    asyncio.run(_all(_sign_in(server.port, number) for number in people))
    return p99(_lags(server))


async def _sign_in(port: int, employee_no: str) -> Got:
    body = orjson.dumps({"employee_no": employee_no, "password": PASSWORD})
    line = await connect(port)
    got = _good(await line.ask(request("POST", "/api/gateway/v1/sessions", SAME_ORIGIN, body)))
    line.close()
    return got


def _lags(server: Server) -> list[float]:
    found: list[float] = orjson.loads(ask(server.port, request("GET", "/lags")).body)
    return found


async def _all(those: Iterable[Awaitable[T]]) -> list[T]:
    return list(await asyncio.gather(*those))


def _good(got: Got) -> Got:
    if got.status not in (200, 201):
        raise Broken(f"{got.status}: {got.body[:400]!r}")
    return got
