"""Lets schemathesis call an app that lives in an event loop of its own, and gathers what it found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from anyio.from_thread import BlockingPortal
from schemathesis.engine import events, from_schema
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "https://localhost"
DEEP = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""How many generated calls each operation gets in a deep run (`make fuzz`); 0 in the ordinary one."""
SHARE = 4
"""Of the calls with wrong values the ordinary run makes one in so many; a deep run all."""
CHECKS = {
    # What the shape allows the rules may still refuse: 409, 412 and 422 answer valid data on purpose.
    "positive_data_acceptance": {"enabled": False},
    # A change without If-Match is 428 (RFC 6585).
    "missing_required_header": {"expected-statuses": [400, 401, 403, 406, 415, 422, 428]},
}
Sign = Callable[[Any], None]
"""Puts the caller's credentials on a case."""


@dataclass
class Found:
    """What a run did and found; `failures` names the operation, the check and what it said, with a line to try it."""

    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(counted.total() for counted in self.statuses.values())

    def reached(self, family: int) -> int:
        """How many operations answered at least once with a status of a family, such as 2 for 2xx."""
        return sum(any(status // 100 == family for status in counted) for counted in self.statuses.values())


def run(
    document: Mapping[str, Any], app: ASGIApp, portal: BlockingPortal, sign: Sign, phases: Sequence[str], only: str = ""
) -> Found:
    """Call every operation of the document, in order and with the same values each time, as `sign` signs the calls.

    With `only`, those operations that take the credentials of that scheme.
    """
    schema = schemathesis.openapi.from_dict(dict(document), config=_config(phases))
    schema.app = _elsewhere(app, portal)
    if only:
        schema = schema.include(lambda context: any(only in way for way in _raw(context.operation)["security"]))

    @schema.auth()
    class Signed:
        def get(self, case: Any, context: Any) -> Sign:
            return sign

        def set(self, case: Any, data: Sign, context: Any) -> None:
            data(case)

    if not DEEP:
        schema.hook("filter_case")(_one_of_some())
    found = Found()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(found, event.recorder)
        elif isinstance(event, events.NonFatalError):
            found.errors.append(f"{event.label}: {event.value!r}")
    return found


def _raw(operation: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = operation.definition.raw
    return found


def _one_of_some() -> Callable[[Any, Any], bool]:
    """Lets through what is valid, each wrong method, and one in `SHARE` of the calls that are wrong in their values."""
    counted: Counter[str] = Counter()

    def filter_case(_context: Any, case: Any) -> bool:
        if case.method != case.operation.method.upper() or not case.meta.generation.mode.is_negative:
            return True
        counted[case.operation.label] += 1
        return counted[case.operation.label] % SHARE == 1

    return filter_case


def _config(phases: Sequence[str]) -> schemathesis.Config:
    phases_on: dict[str, dict[str, Any]] = {
        one: {"enabled": one in phases} for one in ("examples", "coverage", "fuzzing", "stateful")
    }
    if not DEEP:
        phases_on["coverage"]["unexpected-methods"] = ["delete", "options", "patch"]
    generation = {"deterministic": True, "no-shrink": not DEEP, "max-examples": DEEP or 2}
    return schemathesis.Config.from_dict(
        {
            "seed": 1,
            "base-url": ADDRESS,
            "continue-on-failure": True,
            "generation": {**generation, "with-security-parameters": False, "database": "none"},
            "phases": phases_on,
            "checks": CHECKS,
        }
    )


def _note(found: Found, recorder: Any) -> None:
    counted = found.statuses.setdefault(recorder.label, Counter())
    counted.update(one.response.status_code for one in recorder.interactions.values() if one.response is not None)
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                place = (recorder.label, check.name, str(failure.message or failure.title))
                found.failures.setdefault(place, check.failure_info.code_sample)


def _elsewhere(app: ASGIApp, portal: BlockingPortal) -> ASGIApp:
    """The app as schemathesis may call it from its own loop; the app is started and stopped by whoever built it."""

    async def across(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        for said in portal.call(_exchange, app, {**scope, "state": {}}, body):
            await send(said)

    return across


async def _exchange(app: Callable[..., Awaitable[None]], scope: Scope, body: bytes) -> list[Message]:
    """One request with its whole body; the caller stays until the answer ends."""
    scope["asgi"] = {"version": "3.0", "spec_version": "2.4"}
    answer: list[Message] = []
    asked = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer
