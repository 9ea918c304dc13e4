"""What a page uses to ask the services: bound to one request, it speaks for whoever makes it.

    found = await caller.get("visitor", "/visits", {"state": "open"})
    made = await caller.post("visitor", "/visits", body, key=form["form_key"])

An answer that is a problem raises `Refused`, which a page turns into its form again; a service that does not answer
raises `Down`, which a page shows in the part it concerns. Both have a page of their own when nobody catches them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import Depends, Request

from chassis import clock
from chassis.asgi import Answer
from chassis.problems import SecondCheckNeeded
from gateway.clients import DEADLINE_SECONDS, ServiceClient, ServiceDown
from gateway.identity.principal import Principal

FILE_SECONDS = 60.0
Params = Mapping[str, str | int | bool | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A good answer: its status, its JSON (None when there is none) and its version, for the next change."""

    status: int
    data: Any
    etag: str | None


class Refused(Exception):
    """The service refused: `problem` is its problem+json (RFC 9457), in the viewer's language."""

    def __init__(self, problem: Mapping[str, Any], status: int) -> None:
        super().__init__(f"{status} {problem.get('type', '')}")
        self.problem = problem
        self.status = status

    @property
    def needs_second_check(self) -> bool:
        """Whether the step only waits for a second check; raised on, it leads there and back."""
        return str(self.problem.get("type")) == f"/problems/{SecondCheckNeeded.slug}"


class Down(Exception):
    """The service did not answer; nothing is known of what was asked, and after a write not whether it was saved."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class SignInNeeded(Exception):
    """Nobody is signed in: the page leads to the sign-in and back."""


class Caller:
    """Calls services in the name of `principal`, who made `request`."""

    def __init__(self, request: Request, principal: Principal) -> None:
        self.request = request
        self.principal = principal
        self._clients: Mapping[str, ServiceClient] = request.app.state.clients
        self._language = request.app.state.render.language(request)

    @property
    def checked_lately(self) -> bool:
        """Whether a step that needs a second check is open now."""
        return self.principal.actor.checked_lately(clock.unix())

    async def get(self, service: str, path: str, params: Params | None = None) -> Found:
        """Read `path` (behind `/api/<service>/v1`). Raises `Refused` and `Down`."""
        return await self.ask(service, "GET", path, query=params)

    async def post(self, service: str, path: str, body: Any = None, *, key: str | None = None,
                   version: str | int | None = None) -> Found:  # fmt: skip
        """Do something once for `key`, the form's own; with `version`, only if it is still the newest."""
        return await self.ask(service, "POST", path, body=body, key=key, version=version)

    async def put(self, service: str, path: str, body: Any, *, key: str | None = None,
                  version: str | int | None = None) -> Found:  # fmt: skip
        """Replace what stands at `path`."""
        return await self.ask(service, "PUT", path, body=body, key=key, version=version)

    async def patch(self, service: str, path: str, body: Any, *, key: str | None = None,
                    version: str | int | None = None) -> Found:  # fmt: skip
        """Change parts of what stands at `path`."""
        return await self.ask(service, "PATCH", path, body=body, key=key, version=version)

    async def delete(self, service: str, path: str, *, key: str | None = None,
                     version: str | int | None = None) -> Found:  # fmt: skip
        """Take away what stands at `path`."""
        return await self.ask(service, "DELETE", path, key=key, version=version)

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: Params | None = None,
        body: Any = None,
        key: str | None = None,
        version: str | int | None = None,
    ) -> Found:
        """One call. `path` is quoted here; `None` in `query` is left out, a list repeats its name."""
        answer = await self.raw(
            service,
            method,
            path,
            query=_query(query),
            body=b"" if body is None else orjson.dumps(body),
            headers=_conditions(key, version),
        )
        if answer.status < 300:
            data = orjson.loads(answer.body) if answer.body else None
            return Found(answer.status, data, answer.headers.get("etag"))
        raise _failure(service, method, answer)

    async def file(self, service: str, path: str, params: Params | None = None) -> Answer:
        """A file as it came, with its headers. Raises `Refused` and `Down`."""
        answer = await self.raw(service, "GET", path, query=_query(params), seconds=FILE_SECONDS)
        if answer.status != 200:
            raise _failure(service, "GET", answer)
        return answer

    async def raw(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
        seconds: float = DEADLINE_SECONDS,
    ) -> Answer:
        """The bare answer, for files and pictures. Raises `Down`."""
        token = await self.request.app.state.keeper.token_for(self.principal, service)
        sent = {
            "authorization": f"Bearer {token}",
            "accept-language": self._language,
            "x-request-id": self.request.state.request_id,
            **(headers or {}),
        }
        if body:
            sent["content-type"] = media_type
        whole = f"/api/{service}/v1{path}"
        try:
            return await self._clients[service].call(
                method, whole, query=query, headers=sent, body=body, seconds=seconds
            )
        except ServiceDown as error:
            raise Down(service) from error


def _query(params: Params | None) -> str:
    given = {name: _text(value) for name, value in (params or {}).items() if value is not None}
    return urlencode(given, doseq=True, quote_via=quote)


def _text(value: str | int | bool | Sequence[str]) -> str | int | Sequence[str]:
    return str(value).lower() if isinstance(value, bool) else value


def _conditions(key: str | None, version: str | int | None) -> dict[str, str]:
    headers = {}
    if key:
        headers["idempotency-key"] = key
    if version is not None:
        headers["if-match"] = version if isinstance(version, str) and version.startswith('"') else f'"{version}"'
    return headers


def _failure(service: str, method: str, answer: Answer) -> Refused | Down:
    """What a page raises for an answer that is not a good one."""
    problem = _problem(answer)
    if problem is None or (answer.status >= 500 and method == "GET"):
        return Down(service)
    return Refused(problem, answer.status)


def _problem(answer: Answer) -> Mapping[str, Any] | None:
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    problem: Mapping[str, Any] = orjson.loads(answer.body)
    return problem


async def caller(request: Request) -> Caller:
    """The signed-in caller of a page. Raises `SignInNeeded`."""
    principal: Principal | None = request.state.principal
    if principal is None:
        raise SignInNeeded()
    return Caller(request, principal)


async def perhaps(request: Request) -> Caller | None:
    """The caller of a page that also serves those who are not signed in."""
    return Caller(request, request.state.principal) if request.state.principal else None


SignedIn = Annotated[Caller, Depends(caller)]
"""Parameter of a page for signed-in people and tablets."""
PerhapsSignedIn = Annotated[Caller | None, Depends(perhaps)]
"""Parameter of a page for everybody."""
