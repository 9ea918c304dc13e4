"""Passkeys: added after a second check, two factors in one, good in the browser that asked and once."""

from __future__ import annotations

import pytest

from chassis import clock
from tests.builders import fact_names
from tests.gateway.identity.authenticator import Authenticator
from tests.gateway.identity.browser import PHONE, Browser, Said
from tests.gateway.identity.conftest import House, Later
from tests.gateway.identity.test_sessions import _principal

pytestmark = pytest.mark.anyio
API = "/api/gateway/v1"


async def add(browser: Browser, device: Authenticator) -> Said:
    options = await browser.post(f"{API}/passkeys/options")
    assert options.status == 201, options.text
    return await browser.post(f"{API}/passkeys", {"credential": device.create(options.json), "name": "我的手机"})


async def with_passkey(house: House, name: str = "agent") -> tuple[Browser, Authenticator]:
    browser, device = await house.signed_in(name), Authenticator()
    assert (await add(browser, device)).status == 201
    return browser, device


async def sign_in(browser: Browser, device: Authenticator) -> Said:
    options = (await browser.post(f"{API}/passkeys/sign-in-options")).json
    return await browser.post(f"{API}/sessions/by-passkey", {"credential": device.get(options)})


async def test_a_passkey_signs_in_without_number_and_password(house: House) -> None:
    _, device = await with_passkey(house)
    browser = house.browser()
    said = await sign_in(browser, device)
    assert (said.status, said.json["person_id"]) == (201, house.people["agent"])
    assert set(browser.cookies) == {"__Host-sid", "__Host-wr"}
    mine = (await browser.get(f"{API}/sessions")).json["items"][0]
    assert (mine["strength"], mine["kind"]) == ("passkey", "desk")
    assert (await browser.get(f"{API}/passkeys")).json["items"][0]["name"] == "我的手机"
    assert "PasskeyAdded" in fact_names(house.db)


async def test_on_a_phone_it_lasts_seven_days(house: House) -> None:
    later = Later()
    with clock.reading(later):
        _, device = await with_passkey(house)
        phone = house.browser(agent=PHONE)
        assert (await sign_in(phone, device)).json["ends_in_seconds"] == 7 * 24 * 3600
        later.go(days=6, hours=23)
        assert (await phone.get(f"{API}/sessions")).status == 200
        later.go(hours=2)
        assert (await phone.get(f"{API}/sessions")).status == 401


async def test_adding_one_needs_a_second_check_and_one_device_is_added_once(house: House) -> None:
    later = Later()
    with clock.reading(later):
        browser, device = await with_passkey(house)
        options = (await browser.post(f"{API}/passkeys/options")).json
        assert [one["id"] for one in options["excludeCredentials"]] == [device.create(options)["id"]]
        again = await browser.post(f"{API}/passkeys", {"credential": device.create(options)})
        assert again.status == 409
        later.go(minutes=6)
        assert (await browser.post(f"{API}/passkeys/options")).json["type"] == "/problems/second-check-needed"


async def test_a_second_check_by_passkey_renews_the_session(house: House) -> None:
    later = Later()
    with clock.reading(later):
        browser, device = await with_passkey(house)
        later.go(minutes=6)
        before = dict(browser.cookies)
        options = (await browser.post(f"{API}/passkeys/check-options")).json
        body = {"credential": device.get(options)}
        assert (await browser.post(f"{API}/sessions/current/second-check-by-passkey", body)).status == 200
        assert browser.cookies["__Host-sid"] != before["__Host-sid"]
        assert (await browser.post(f"{API}/me/pin", {"pin": "739204"})).status == 204


async def test_anothers_passkey_passes_no_second_check(house: House) -> None:
    browser, _ = await with_passkey(house)
    _, theirs = await with_passkey(house, "guard")
    options = (await browser.post(f"{API}/passkeys/check-options")).json
    body = {"credential": theirs.get(options)}
    assert (await browser.post(f"{API}/sessions/current/second-check-by-passkey", body)).status == 401


@pytest.mark.parametrize(
    "fault",
    ["unverified", "origin", "unknown", "other browser", "twice", "counter", "signature", "late", "rubbish"],
)
async def test_what_does_not_fit_signs_nobody_in(house: House, fault: str) -> None:
    later = Later()
    with clock.reading(later):
        _, device = await with_passkey(house)
        browser = house.browser()
        options = (await browser.post(f"{API}/passkeys/sign-in-options")).json
        if fault == "unverified":
            device.verifies = False
        elif fault == "origin":
            device.origin = "https://gate.example.com.evil.example"
        elif fault == "unknown":
            device = Authenticator(user=device.user)
        elif fault == "other browser":
            other = house.browser()
            await other.post(f"{API}/passkeys/sign-in-options")
            browser = other
        elif fault == "twice":
            assert (await sign_in(house.browser(), device)).status == 201
            said = await browser.post(f"{API}/sessions/by-passkey", {"credential": device.get(options)})
            assert said.status == 201
        elif fault == "counter":
            assert (await sign_in(house.browser(), device)).status == 201
            device.count = 0
        elif fault == "late":
            later.go(minutes=6)
        credential = device.get(options)
        if fault == "signature":
            credential["response"]["signature"] = Authenticator().get(options)["response"]["signature"]
        elif fault == "rubbish":
            credential = {"id": credential["id"], "response": [1, 2]}
        said = await browser.post(f"{API}/sessions/by-passkey", {"credential": credential})
        assert said.status == 401, said.text
        assert fact_names(house.db)[-1] == "SignInFailed"


async def test_a_leavers_passkey_opens_nothing(house: House) -> None:
    _, device = await with_passkey(house)
    await house.copy("agent", active=False)
    assert (await sign_in(house.browser(), device)).status == 401


async def test_a_removed_passkey_opens_nothing(house: House) -> None:
    browser, device = await with_passkey(house)
    named = (await browser.get(f"{API}/passkeys")).json["items"][0]["id"]
    guard = await house.signed_in("guard")
    assert (await guard.delete(f"{API}/passkeys/{named}")).status == 404
    assert (await browser.delete(f"{API}/passkeys/{named}")).status == 204
    assert (await sign_in(house.browser(), device)).status == 401


async def test_an_ip_address_has_no_passkeys_and_the_page_says_so(house: House) -> None:
    await house.with_password("agent")
    browser = await house.signed_in("agent", scheme="http", host="127.0.0.1:8080", address="127.0.0.1")
    assert (await browser.post(f"{API}/passkeys/options")).json["type"] == "/problems/name-needed"
    assert "Passkeys do not work on an IP address" in (await browser.get("/me")).text
    local = await house.signed_in("agent", scheme="http", host="localhost:8080", address="127.0.0.1")
    device = Authenticator(origin="http://localhost:8080")
    assert (await add(local, device)).status == 201


async def test_an_administrator_with_a_passkey_keeps_their_powers(house: House) -> None:
    later = Later()
    with clock.reading(later):
        _, device = await with_passkey(house, "admin")
        later.go(days=8)
        assert (await _principal(house, "admin")).needs_passkey
        browser = house.browser()
        assert (await sign_in(browser, device)).status == 201
        assert (await browser.get(f"{API}/clients")).status == 200
