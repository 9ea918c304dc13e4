"""What stands in front of the gateway's own pages and API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.settings import Settings
from gateway.limits import SMALL_BODY, Limits
from gateway.security import hosts_of, is_same_origin
from tests.gateway.behind import echo, gateway_before
from tests.gateway.identity.conftest import PASSWORD, House

pytestmark = pytest.mark.anyio
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with gateway_before("in process", echo, tmp_path) as made:
        yield made


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/status"])
async def test_every_page_carries_its_policies(house: House, path: str) -> None:
    said = await house.browser().get(path)
    assert said.headers["content-type"].startswith("text/html")
    assert said.headers["content-security-policy"] == CSP
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["referrer-policy"] == "same-origin"
    assert said.headers["cross-origin-opener-policy"] == "same-origin"
    assert said.headers["cache-control"] == "no-store"
    assert "max-age=31536000" in said.headers["strict-transport-security"]


async def test_plain_http_promises_no_https(house: House) -> None:
    said = await house.browser(scheme="http", host="localhost:8080").get("/login")
    assert said.status == 200
    assert "strict-transport-security" not in said.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "gate.example.com.evil.example", "", "gate.example.com@evil", "[::2]"]
)
@pytest.mark.parametrize("path", ["/login", "/api/visitor/v1/visits"])
async def test_a_foreign_host_is_refused(house: House, host: str, path: str) -> None:
    said = await house.browser(host=host).get(path)
    assert said.status == 400
    assert "evil" not in said.text


@pytest.mark.parametrize(
    "host", ["gate.example.com", "GATE.example.com:8443", "localhost:8080", "127.0.0.1", "[::1]:80"]
)
async def test_our_own_hosts_are_served(house: House, host: str) -> None:
    assert (await house.browser(host=host).get("/login")).status == 200


def test_hosts_come_from_every_address_of_ours() -> None:
    settings = Settings(
        public_url="https://Gate.example.com", hosts="gate.local, desk.local", gateway_url="http://gateway:8080"
    )
    assert {"gate.example.com", "gate.local", "desk.local", "gateway"} <= hosts_of(settings)
    assert "" not in hosts_of(settings)


@pytest.mark.parametrize("path", ["/login", "/api/gateway/v1/sessions", "/oauth/token", "/api/visitor/v1/visits"])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(house: House, path: str) -> None:
    said = await house.browser().send("POST", path, b"x" * (SMALL_BODY + 1))
    assert said.status == 413


async def test_another_site_cannot_sign_anybody_in(house: House) -> None:
    await house.with_password("guard")
    browser = house.browser(fetch_site="cross-site")
    said = await browser.submit("/login", employee_no="G001", password=PASSWORD)
    assert said.status in (403, 422)
    assert said.set_cookies == []


@pytest.mark.parametrize(
    ("sent", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://gate.example.com"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://gate.example.com"}, True),
        ({"origin": "http://gate.example.com"}, False),
        ({"origin": "https://gate.example.com:8443"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_browser_says_where_a_request_comes_from(sent: dict[str, str], ours: bool) -> None:
    assert is_same_origin({"host": "gate.example.com", **sent}, "https") is ours


async def test_without_the_strict_cookie_nothing_is_changed(house: House) -> None:
    browser, other = await house.signed_in("guard"), await house.signed_in("guard")
    strict = browser.cookies.pop("__Host-wr")
    assert (await browser.delete("/api/gateway/v1/sessions")).status == 401
    assert (await other.get("/api/gateway/v1/sessions")).status == 200
    browser.cookies["__Host-wr"] = strict
    assert (await browser.delete("/api/gateway/v1/sessions")).status == 200
    assert (await other.get("/api/gateway/v1/sessions")).status == 401


async def test_the_gateways_own_trail_is_read_like_a_services(house: House) -> None:
    auditor, guard = await house.signed_in("auditor"), await house.signed_in("guard")
    said = await auditor.get("/api/gateway/v1/journal?fact=SignedIn")
    assert said.status == 200
    assert {row["fact"] for row in said.json["items"]} == {"SignedIn"}
    assert (await guard.get("/api/gateway/v1/journal")).status == 403
    assert (await house.browser().get("/api/gateway/v1/journal")).status == 401


async def test_metrics_are_for_this_machine_and_operators(house: House) -> None:
    assert (await house.browser(address="127.0.0.1").get("/metrics")).status == 200
    assert (await house.browser().get("/metrics")).status == 404
    passed_on = await house.browser(address="127.0.0.1").send("GET", "/metrics", headers={"x-forwarded-for": "1.2.3.4"})
    assert passed_on.status == 404
    assert (await (await house.signed_in("admin")).get("/metrics")).status == 200
    assert (await (await house.signed_in("guard")).get("/metrics")).status == 404


async def test_faults_of_the_house_show_nothing_of_its_inside(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("select secret from account")

    browser = await house.signed_in("guard")
    monkeypatch.setattr(house.keeper.db, "read", fail)
    for path in ("/me", "/api/gateway/v1/sessions"):
        said = await browser.get(path)
        assert said.status == 500
        assert "secret" not in said.text
        assert said.headers["content-security-policy"] == CSP


def test_a_client_has_a_burst_and_then_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("gateway.limits.time.monotonic", lambda: now[0])
    limits = Limits(10)
    assert [limits.wait("a", "/x") for _ in range(50)] == [0.0] * 50
    assert limits.wait("a", "/x") == pytest.approx(0.1)
    assert limits.wait("b", "/x") == 0.0
    now[0] += 0.15
    assert limits.wait("a", "/x") == 0.0
    assert limits.wait("a", "/x") == pytest.approx(0.05)
    assert [limits.wait("a", "/visits/1/photo") for _ in range(10)] == [0.0] * 10
    assert limits.wait("a", "/visits/1/photo") == pytest.approx(0.5)


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.limits.MOST_BUCKETS", 3)
    limits = Limits(10)
    for client in "abcde":
        limits.wait(client, "/x")
    assert len(limits._buckets) == 3
