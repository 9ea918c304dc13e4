"""The company's sign-in: PKCE, state and nonce bound to the browser, every claim checked, nobody created."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from chassis import clock
from chassis.settings import Settings, SettingsWrong
from gateway.identity.oidc_provider import Provider
from tests.builders import fact_names
from tests.gateway.identity.browser import Browser, Said
from tests.gateway.identity.conftest import House, Later
from tests.gateway.identity.openid import CLIENT, SECRET, OpenId, serving
from tests.gateway.identity.test_sessions import _principal

pytestmark = pytest.mark.anyio
API = "/api/gateway/v1"


@pytest.fixture
async def company(house: House) -> AsyncIterator[OpenId]:
    """The provider, and a gateway that is configured for it."""
    async with serving() as provider:
        oidc = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
        house.keeper.settings = house.settings.model_copy(update=oidc)
        await house.copy("agent")
        yield provider


async def come_back(browser: Browser, sent: dict[str, str]) -> Said:
    """The provider leads the browser back, which another site's navigation is."""
    browser.fetch_site = "cross-site"
    strict = {name: value for name, value in browser.cookies.items() if name == "__Host-wr"}
    for name in strict:
        del browser.cookies[name]
    said = await browser.get("/login/oidc/callback?" + urlencode(sent))
    browser.fetch_site = "same-origin"
    browser.cookies = {**strict, **browser.cookies}
    return said


async def sign_in(browser: Browser, company: OpenId, target: str = "/visits") -> Said:
    begun = await browser.get("/login/oidc?" + urlencode({"next": target}))
    assert begun.status == 303, begun.text
    return await come_back(browser, company.consent(begun.headers["location"]))


async def test_a_person_signs_in_with_the_company_account(house: House, company: OpenId) -> None:
    browser = house.browser()
    said = await sign_in(browser, company)
    assert (said.status, said.headers["location"]) == (303, "/visits")
    assert set(browser.cookies) == {"__Host-sid", "__Host-wr"}
    mine = (await browser.get(f"{API}/sessions")).json["items"][0]
    assert mine["strength"] == "oidc"
    asked = company.asked[0]
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == (
        "S256",
        "code",
        "openid profile",
    )
    assert asked["redirect_uri"] == "https://gate.example.com/login/oidc/callback"
    assert "SignedIn" in fact_names(house.db)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"iat": 2**33},
        {"nonce": "another"},
        {"nonce": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"preferred_username": None},
        {"preferred_username": ["E010"]},
        {"preferred_username": "  "},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_signs_nobody_in(
    house: House, company: OpenId, claims: dict[str, Any]
) -> None:
    company.claims = claims
    browser = house.browser()
    said = await sign_in(browser, company)
    assert said.status == 422
    assert "__Host-sid" not in browser.cookies
    assert "did not work" in said.text


@pytest.mark.parametrize("forged_with", ["another key", "HS256", "none"])
async def test_a_token_with_another_signature_signs_nobody_in(house: House, company: OpenId, forged_with: str) -> None:
    company.forged_with = forged_with
    browser = house.browser()
    assert (await sign_in(browser, company)).status == 422
    assert "__Host-sid" not in browser.cookies


@pytest.mark.parametrize("fault", ["another browser", "no cookie", "state", "iss", "denied", "twice", "late"])
async def test_a_callback_opens_nothing_unless_this_browser_began_it(house: House, company: OpenId, fault: str) -> None:
    later = Later()
    with clock.reading(later):
        browser = house.browser()
        begun = await browser.get("/login/oidc")
        sent = company.consent(begun.headers["location"])
        if fault == "another browser":
            browser = house.browser()
            await browser.get("/login/oidc")
        elif fault == "no cookie":
            browser = house.browser()
        elif fault == "state":
            sent["state"] += "x"
        elif fault == "iss":
            sent["iss"] = "https://evil.example"
        elif fault == "denied":
            sent = {"state": sent["state"], "error": "access_denied"}
        elif fault == "twice":
            kept = dict(browser.cookies)
            assert (await come_back(browser, sent)).status == 303
            browser = house.browser(cookies=kept)
        elif fault == "late":
            later.go(minutes=11)
        assert (await come_back(browser, sent)).status == 422
        assert "__Host-sid" not in browser.cookies


async def test_an_unknown_number_or_a_leaver_gets_no_account(house: House, company: OpenId) -> None:
    company.claims = {"preferred_username": "E999"}
    said = await sign_in(house.browser(), company)
    assert "No employee in force" in said.text
    company.claims = {}
    await house.copy("agent", active=False)
    assert "No employee in force" in (await sign_in(house.browser(), company)).text


async def test_a_second_check_is_passed_at_the_provider_just_now_by_the_same_person(
    house: House, company: OpenId
) -> None:
    later = Later()
    with clock.reading(later):
        browser = house.browser()
        await sign_in(browser, company)
        later.go(minutes=6)
        company.claims = {"auth_time": clock.unix() - 400}
        assert (await _check(browser, company)).status == 422, "an old sign-in is no second check"
        company.claims = {"auth_time": None}
        assert (await _check(browser, company)).status == 422
        await house.copy("guard")
        company.claims = {"preferred_username": "G001"}
        assert (await _check(browser, company)).status == 422
        assert (await browser.post(f"{API}/me/pin", {"pin": "739204"})).status == 403
        company.claims = {}
        assert (await _check(browser, company)).headers["location"] == "/me"
        assert company.asked[-1]["max_age"] == "0"
        assert (await browser.post(f"{API}/me/pin", {"pin": "739204"})).status == 204


async def _check(browser: Browser, company: OpenId) -> Said:
    begun = await browser.get("/login/oidc?check=1&next=/me")
    return await come_back(browser, company.consent(begun.headers["location"]))


async def test_an_old_sign_in_at_the_provider_is_not_a_fresh_one_here(house: House, company: OpenId) -> None:
    company.claims = {"auth_time": clock.unix() - 3600}
    browser = house.browser()
    assert (await sign_in(browser, company)).status == 303
    assert (await browser.post(f"{API}/me/pin", {"pin": "739204"})).json["type"] == "/problems/second-check-needed"


async def test_a_rotated_key_is_fetched(house: House, company: OpenId) -> None:
    from joserfc.jwk import ECKey

    assert (await sign_in(house.browser(), company)).status == 303
    company.key = ECKey.generate_key("P-256", auto_kid=True)
    assert (await sign_in(house.browser(), company)).status == 303


async def test_when_the_provider_is_down_the_page_says_what_to_do(house: House, company: OpenId) -> None:
    company.broken = True
    said = await house.browser().get("/login/oidc")
    assert said.status in (422, 503)
    assert "Use your password" in said.text
    assert 'name="password"' in said.text


async def test_the_company_account_keeps_an_administrators_powers(house: House, company: OpenId) -> None:
    later = Later()
    with clock.reading(later):
        await house.with_password("admin")
        later.go(days=8)
        assert (await _principal(house, "admin")).needs_passkey
        company.claims = {"preferred_username": "A001"}
        browser = house.browser()
        await sign_in(browser, company)
        assert (await browser.get(f"{API}/clients")).status == 200


async def test_without_a_provider_there_is_no_such_page(house: House) -> None:
    assert (await house.browser().get("/login/oidc")).status == 404
    assert "company account" not in (await house.browser().get("/login")).text


@pytest.mark.parametrize(
    "issuer",
    ["http://id.example.com", "ftp://id.example.com"],
)
async def test_a_provider_without_tls_or_secret_stops_the_start(issuer: str) -> None:
    secret = SecretStr(SECRET)
    with pytest.raises(SettingsWrong, match="https"):
        Provider(Settings(oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=secret))
    with pytest.raises(SettingsWrong, match="CLIENT_SECRET"):
        Provider(Settings(oidc_issuer="https://id.example.com", oidc_client_id=CLIENT))
