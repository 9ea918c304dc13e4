"""A path named in full is never taken for a value, and a wrong method is told every method there is."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse, Response

from chassis.asgi import call_app
from chassis.refusals import handle_refusals
from chassis.routing import add_routes

pytestmark = pytest.mark.anyio
ROUTES = (
    ("GET", "/visits/{id}"),
    ("PATCH", "/visits/{id}"),
    ("GET", "/visits/waiting"),
    ("POST", "/visits/{id}:leave"),
    ("GET", "/visits/{id}/pictures/{what}"),
    ("POST", "/visits/{id}/pictures/{what}:withdraw"),
    ("DELETE", "/visits/{id}/pictures/all"),
    ("GET", "/visits/{id}/pass"),
)


@pytest.fixture
def app() -> FastAPI:
    """Routes that answer with their own address, the general ones first; added in two steps, as apps do."""
    made = FastAPI()
    handle_refusals(made)
    for routes in (ROUTES[:4], ROUTES[4:]):
        router = APIRouter()
        for method, path in routes:
            router.add_api_route(path, _says(f"{method} {path}"), methods=[method])
        add_routes(made, router)
    return made


def _says(text: str):  # type: ignore[no-untyped-def]
    async def route() -> Response:
        return PlainTextResponse(text)

    return route


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("GET /visits/7", "GET /visits/{id}"),
        ("PATCH /visits/7", "PATCH /visits/{id}"),
        ("GET /visits/waiting", "GET /visits/waiting"),
        ("GET /visits/waiting2", "GET /visits/{id}"),
        ("POST /visits/7:leave", "POST /visits/{id}:leave"),
        ("GET /visits/7/pictures/face", "GET /visits/{id}/pictures/{what}"),
        ("GET /visits/waiting/pass", "GET /visits/{id}/pass"),
        ("DELETE /visits/7/pictures/all", "DELETE /visits/{id}/pictures/all"),
    ],
)
async def test_the_route_that_says_most_answers(app: FastAPI, call: str, found: str) -> None:
    method, path = call.split()
    said = await call_app(app, method, path)
    assert (said.status, said.body.decode()) == (200, found)


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        ("DELETE /visits/7", "GET, PATCH"),
        ("PATCH /visits/waiting", "GET"),
        ("GET /visits/7:leave", "POST"),
        ("GET /visits/7/pictures/face:withdraw", "POST"),
        ("GET /visits/7/pictures/all", "DELETE"),
    ],
)
async def test_a_wrong_method_is_told_every_method_there_is(app: FastAPI, call: str, allowed: str) -> None:
    method, path = call.split()
    said = await call_app(app, method, path)
    assert (said.status, said.headers["allow"]) == (405, allowed)


async def test_what_is_nowhere_stays_nowhere(app: FastAPI) -> None:
    assert (await call_app(app, "GET", "/visits")).status == 404
    assert (await call_app(app, "GET", "/visits/7/pictures")).status == 404


async def test_what_was_added_in_other_ways_is_found_too(app: FastAPI) -> None:
    app.mount("/static", PlainTextResponse("mounted"))
    app.add_api_route("/later", _says("later"))
    assert (await call_app(app, "GET", "/static/x")).body == b"mounted"
    assert (await call_app(app, "GET", "/visits/7")).body == b"GET /visits/{id}"
    assert (await call_app(app, "GET", "/later")).body == b"later"
