"""The API passed on: what goes through, what is dropped, what is refused, in one process and across two."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from chassis import clock
from chassis.identity import Verifier
from gateway.identity import clients
from gateway.limits import LARGE_BODY, SMALL_BODY
from tests.gateway.behind import echo, gateway_before
from tests.gateway.identity.conftest import OPERATOR, House

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["in process", "over http"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    async with gateway_before(request.param, echo, tmp_path) as made:
        yield made


async def test_a_call_passes_unchanged_with_a_token_for_that_service(house: House) -> None:
    browser = await house.signed_in("guard")
    said = await browser.get("/api/visitor/v1/visits?state=open&q=%E5%BC%A0")
    assert said.status == 200
    assert (said.json["method"], said.json["path"]) == ("GET", "/api/visitor/v1/visits")
    assert said.json["query"] == "state=open&q=%E5%BC%A0"
    kind, _, token = said.json["headers"]["authorization"].partition(" ")
    verifier = Verifier("visitor", "gatehouse", house.keeper.jwks())
    actor = verifier.verify(token, clock.unix())
    assert (kind, actor.id) == ("Bearer", house.people["guard"])


async def test_only_listed_headers_go_in(house: House) -> None:
    browser = await house.signed_in("guard")
    sent = {
        "idempotency-key": "k-1",
        "if-match": '"3"',
        "prefer": "return=minimal",
        "x-request-id": "ABCDEF123456",
        "x-forwarded-for": "203.0.113.9",
        "forwarded": "for=203.0.113.9",
        "x-actor": "somebody else",
        "content_type": "text/evil",
        "x-http-method-override": "DELETE",
    }
    said = await browser.send("POST", "/api/access/v1/people", b"{}", sent)
    came = said.json["headers"]
    assert came["idempotency-key"] == "k-1"
    assert (came["if-match"], came["prefer"], came["x-request-id"]) == ('"3"', "return=minimal", "ABCDEF123456")
    assert came["accept-language"] == "en"
    assert not {"cookie", "x-forwarded-for", "forwarded", "x-actor", "content_type", "origin"} & came.keys()
    assert not [name for name in came if name.startswith(("x-forwarded", "sec-", "x-http"))]
    assert said.headers["x-request-id"] == "ABCDEF123456"


async def test_only_listed_headers_come_back(house: House) -> None:
    said = await (await house.signed_in("guard")).get("/api/visitor/v1/visits")
    assert said.headers["etag"] == '"7"'
    assert (said.headers["x-content-type-options"], said.headers["cache-control"]) == ("nosniff", "no-store")
    assert "max-age" in said.headers["strict-transport-security"]
    assert not {"x-inner", "set-cookie", "server"} & said.headers.keys()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_body_arrives_whole(house: House, method: str) -> None:
    browser = await house.signed_in("guard")
    said = await browser.send(method, "/api/visitor/v1/visits", b"x" * 200_000)
    assert (said.json["method"], said.json["length"]) == (method, 200_000)


async def test_a_program_calls_with_its_own_token_which_goes_no_further(house: House) -> None:
    made = await house.db.write(clients.add_client, OPERATOR, "hr", ["people:read"])
    form = f"grant_type=client_credentials&client_id={made['id']}&client_secret={made['secret']}"
    browser = house.browser(fetch_site=None)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    token = (await browser.send("POST", "/oauth/token", form.encode(), kind)).json["access_token"]
    said = await browser.send("POST", "/api/access/v1/people", b"{}", {"authorization": f"Bearer {token}"})
    assert said.status == 200
    assert said.json["headers"]["authorization"] != f"Bearer {token}"


async def test_nobody_is_refused_in_their_language(house: House) -> None:
    said = await house.browser().get("/api/visitor/v1/visits")
    assert (said.status, said.json["title"]) == (401, "Please sign in")
    assert said.headers["www-authenticate"] == "Bearer"
    assert said.headers["content-type"] == "application/problem+json"
    assert len(said.json["request_id"]) >= 6


@pytest.mark.parametrize(
    "path",
    [
        "/api/visitor/v1/../../internal/journal",
        "/api/visitor/v1/visits/..",
        "/api/visitor/v1/./visits",
        "/api/visitor/v1//visits",
        "/api/visitor/v1/visits/",
        "/api/visitor/v1/a%2fb",
        "/api/visitor/v1/%2e%2e/%2e%2e/internal/journal",
        "/api/visitor/v1/a%5cb",
        "/api/visitor/v1/a%252fb",
        "/api/visitor/v1/a%00b",
        "/api/visitor/v1/a%0d%0ab",
        "/api/visitor/v1\\visits",
        "/api/visitor/v1",
        "/api/visitor/v1/",
        "/api/visitor/v2/visits",
        "/api/visitor/internal/journal",
        "/api/visitor",
    ],
)
async def test_a_path_that_can_be_read_in_two_ways_is_nowhere(house: House, path: str) -> None:
    browser = await house.signed_in("guard")
    assert (await browser.get(path)).status == 404


async def test_the_inside_of_a_service_is_out_of_reach(house: House) -> None:
    browser = await house.signed_in("admin")
    for path in ("/api/visitor/v1/../../internal/status", "/internal/status", "/visitor/internal/journal"):
        assert (await browser.get(path)).status == 404
    assert (await browser.get("/internal/journal")).status in (401, 404)
    through = await browser.send("GET", "/internal/journal", headers={"x-forwarded-for": "203.0.113.9"})
    assert through.status == 404


@pytest.mark.parametrize(("path", "most"), [("/visits", SMALL_BODY), ("/visits/1/photo", LARGE_BODY)])
async def test_a_body_has_its_limit_by_route(house: House, path: str, most: int) -> None:
    browser = await house.signed_in("guard")
    address = f"/api/visitor/v1{path}"
    assert (await browser.send("PUT", address, b"x" * most)).json["length"] == most
    said = await browser.send("PUT", address, b"x" * (most + 1))
    assert (said.status, said.json["type"]) == (413, "/problems/too-large")


async def test_a_large_answer_is_pressed_for_who_takes_it(house: House) -> None:
    browser = await house.signed_in("guard")
    said = await browser.send("GET", "/api/visitor/v1/visits?long", headers={"accept-encoding": "gzip, br"})
    assert said.headers["content-encoding"] == "gzip"
    assert b"abcabc" in gzip.decompress(said.body)
    assert "content-encoding" not in (await browser.get("/api/visitor/v1/visits?long")).headers


async def test_a_write_needs_the_strict_cookie_and_our_own_page(house: House) -> None:
    browser = await house.signed_in("guard")
    strict = browser.cookies.pop("__Host-wr")
    assert (await browser.get("/api/visitor/v1/visits")).status == 200
    assert (await browser.post("/api/visitor/v1/visits", {})).status == 401
    browser.cookies["__Host-wr"] = strict
    assert (await browser.post("/api/visitor/v1/visits", {})).status == 200
    for site in ("cross-site", "same-site", "none"):
        browser.fetch_site = site
        said = await browser.post("/api/visitor/v1/visits", {})
        assert (said.status, said.json["type"]) == (403, "/problems/cross-site")


async def test_a_client_that_calls_too_often_waits(tmp_path: Path) -> None:
    async with gateway_before("in process", echo, tmp_path, calls_per_second=1) as house:
        busy, other = await house.signed_in("guard"), await house.signed_in("agent", address="192.0.2.11")
        said = [await busy.get("/api/visitor/v1/visits") for _ in range(7)]
        assert [one.status for one in said[:5]] == [200] * 5
        assert said[-1].status == 429
        assert 1 <= int(said[-1].headers["retry-after"]) <= 2
        assert (await other.get("/api/visitor/v1/visits")).status == 200


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    """A service that breaks: at once, or in the middle of its answer."""
    if scope["path"].endswith("/middle"):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})
    raise RuntimeError("broken")


async def test_a_service_that_breaks_is_told_in_a_problem(tmp_path: Path) -> None:
    async with gateway_before("in process", breaks, tmp_path) as house:
        browser = await house.signed_in("guard")
        said = await browser.get("/api/visitor/v1/visits")
        assert (said.status, said.json["type"]) == (500, "/problems/internal")
        assert "RuntimeError" not in said.text
        assert (await browser.get("/api/visitor/v1/middle")).body == b"12345"
