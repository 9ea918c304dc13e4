"""What goes wrong, as the one who asked can read it: a page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.db import Full, Lost
from chassis.problems import (
    BadRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    Problem,
    StorageFull,
    TooLarge,
    TooMany,
    Unavailable,
)
from chassis.refusals import handle_refusals
from chassis.refusals import problem as problem_response
from chassis.routing import methods_at
from chassis.rules import PolicyRefused
from gateway.caller import Down, Refused, SignInNeeded
from gateway.clients import ServiceDown

log = logging.getLogger(__name__)
FOR_PROGRAMS = (
    "/api/",
    "/oauth/",
    "/.well-known/",
    "/internal/",
    "/scim/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
)
BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    401: NotSignedIn,
    403: Forbidden,
    404: NotFound,
    413: TooLarge,
    422: BadRequest,
    429: TooMany,
    503: Unavailable,
}


def for_people(request: Request) -> bool:
    """Whether a person reads the answer in a browser."""
    return not request.url.path.startswith(FOR_PROGRAMS) and hasattr(request.app.state, "render")


def refusal(request: Request, error: Problem) -> Response:
    """One typed error as a page or as a problem."""
    titles, details = (error.zh, error.en), (error.detail_zh, error.detail_en)
    if not for_people(request):
        return problem_response(
            request, error.status, error.slug, titles, details, headers=error.headers, **error.extra
        )
    chosen = 0 if request.app.state.render.language(request).startswith("zh") else 1
    says = details[chosen] if details != titles else ""
    return _page(request, error.status, titles[chosen], says, headers=error.headers)


def _page(request: Request, status: int, heading: str, says: str, *, headers: dict[str, str] | None = None) -> Response:
    answer: Response = request.app.state.render.page(
        request, "error.html", block="notice", status=status, headers=headers, heading=heading, says=says, link=None
    )
    return answer


def as_problem(error: Exception) -> Problem:
    """Any exception as what may be told of it; what nobody expected is logged and told as nothing but a fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Lost):
        log.error("database: %s", error)
        return StorageFull() if isinstance(error, Full) else Unavailable()
    if isinstance(error, ServiceDown):
        return Unavailable(service=error.service)
    log.error("unexpected", exc_info=error)
    return Problem()


async def _sign_in(request: Request, _error: Exception) -> Response:
    """Lead to the sign-in, and back to a page that was only read."""
    if not for_people(request):
        return refusal(request, NotSignedIn())
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(address)}" if request.method == "GET" and address != "/" else ""
    response: Response = request.app.state.render.go(request, f"/login{back}")
    return response


def _page_of(request: Request) -> str:
    """The page a form stood on, as its browser says (Referer, our own host only); else the start page."""
    came_from = urlsplit(request.headers.get("referer", ""))
    return came_from.path if came_from.netloc == request.headers.get("host") else "/"


async def _refused(request: Request, error: Exception) -> Response:
    """A service's refusal that the page did not turn into its form."""
    assert isinstance(error, Refused)
    if error.status == 401:
        return await _sign_in(request, error)
    if error.needs_second_check:
        led: Response = request.app.state.render.go(request, f"/second-check?next={quote(_page_of(request))}")
        return led
    return _page(request, error.status, str(error.problem.get("title", "")), str(error.problem.get("detail", "")))


async def _down(request: Request, error: Exception) -> Response:
    assert isinstance(error, Down)
    return refusal(request, Unavailable(service=error.service))


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return refusal(request, error)


async def _database(request: Request, error: Exception) -> Response:
    return refusal(request, as_problem(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        text = ("这个地址不支持此操作", "This address does not support the method")
        return problem_response(request, 405, "method-not-allowed", text, text, headers={"Allow": methods_at(request)})
    return refusal(request, BY_STATUS.get(error.status_code, BadRequest)())


def handle_errors(app: FastAPI) -> None:
    """Install the gateway's handlers over those every service has."""
    handle_refusals(app)
    as_problems: dict[Any, Any] = dict(app.exception_handlers)

    def for_each(kind: type[Exception], page: Any) -> None:
        """Programs get what a service would answer, people a page."""

        async def handle(request: Request, error: Exception) -> Response:
            chosen = page if for_people(request) else as_problems[kind]
            answer: Response = await chosen(request, error)
            return answer

        app.add_exception_handler(kind, handle)

    async def unreadable(request: Request, _error: Exception) -> Response:
        return refusal(request, BadRequest())

    async def forbidden(request: Request, error: Exception) -> Response:
        assert isinstance(error, PolicyRefused)
        chinese = request.app.state.render.language(request).startswith("zh")
        says = " ".join(dict.fromkeys(breach.text("zh" if chinese else "en") for breach in error.breaches))
        return _page(request, 403, Forbidden.zh if chinese else Forbidden.en, says)

    for kind, page in (
        (Problem, _problem),
        (HTTPException, _http),
        (Lost, _database),
        (RequestValidationError, unreadable),
        (PolicyRefused, forbidden),
    ):
        for_each(kind, page)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Down, _down)
    app.add_exception_handler(SignInNeeded, _sign_in)


class LastResort:
    """Plain ASGI inside every other layer: what nobody expected becomes an answer like any other, and a log line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun:
                raise
            await refusal(Request(scope), as_problem(error))(scope, receive, send)
