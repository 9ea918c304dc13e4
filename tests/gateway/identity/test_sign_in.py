"""Signing in by password: what opens a session, what does not, and what the answer gives away."""

from __future__ import annotations

import statistics
import time

import pytest

from chassis import clock
from gateway.identity import accounts
from tests.builders import fact_names, facts
from tests.gateway.identity.browser import PHONE, Browser
from tests.gateway.identity.conftest import CAST, OPERATOR, PASSWORD, House, Later

pytestmark = pytest.mark.anyio
SESSIONS = "/api/gateway/v1/sessions"


async def try_in(browser: Browser, number: str, password: str) -> int:
    return (await browser.post(SESSIONS, {"employee_no": number, "password": password})).status


async def test_the_right_password_opens_a_session_with_two_cookies(house: House) -> None:
    await house.with_password("agent")
    browser = house.browser()
    said = await browser.post(SESSIONS, {"employee_no": " e010 ", "password": PASSWORD})
    assert said.status == 201
    assert said.headers["cache-control"] == "no-store"
    sid, wr = sorted(said.set_cookies)
    for cookie, same_site in ((sid, "samesite=lax"), (wr, "samesite=strict")):
        lower = cookie.lower()
        assert all(word in lower for word in ("httponly", "secure", "path=/", same_site)), cookie
        assert "domain" not in lower
    assert sid.startswith("__Host-sid=")
    assert wr.startswith("__Host-wr=")
    assert (await browser.get(SESSIONS)).json["items"][0]["current"] is True
    assert PASSWORD not in str(facts(house.db))


async def test_on_plain_http_only_this_machine_gets_a_session(house: House) -> None:
    await house.with_password("agent")
    here = house.browser(scheme="http", host="localhost", address="127.0.0.1")
    assert await try_in(here, "E010", PASSWORD) == 201
    assert set(here.cookies) == {"sid", "wr"}
    assert (await here.get(SESSIONS)).status == 200

    elsewhere = house.browser(scheme="http", host="gate.local")
    said = await elsewhere.post(SESSIONS, {"employee_no": "E010", "password": PASSWORD})
    assert (said.status, said.set_cookies) == (403, [])
    assert "caddy reverse-proxy" in said.json["detail"]
    stolen = house.browser(scheme="http", host="gate.local", cookies=dict(here.cookies))
    assert (await stolen.get(SESSIONS)).status == 401
    page = await elsewhere.get("/login")
    assert "caddy reverse-proxy" in page.text
    assert 'name="password"' not in page.text


async def test_wrong_and_unknown_get_the_same_answer_and_are_recorded_without_what_was_typed(house: House) -> None:
    person = await house.with_password("agent")
    wrong = await house.browser().post(SESSIONS, {"employee_no": "E010", "password": "not this one"})
    unknown = await house.browser().post(SESSIONS, {"employee_no": "E999", "password": "not this one"})
    assert wrong.status == unknown.status == 401
    assert wrong.json["detail"] == unknown.json["detail"]
    failed = [fact for fact in facts(house.db) if fact["fact"] == "SignInFailed"]
    assert [fact["subject"] for fact in failed] == [f"account:{person}", "account:unknown"]
    assert "E999" not in str(facts(house.db))
    assert "not this one" not in str(facts(house.db))


async def test_an_unknown_number_takes_as_long_as_a_wrong_password(house: House) -> None:
    await house.with_password("agent")
    spent: dict[str, list[float]] = {"E010": [], "E999": []}
    for turn in range(12):
        for number, times in spent.items():
            await house.db.write(lambda tx: tx.change(_attempts().delete()))
            browser = house.browser(address=f"198.51.100.{turn}")
            begun = time.perf_counter()
            assert await try_in(browser, number, "wrong password") == 401
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert 0.6 < known / unknown < 1.6, (known, unknown)


def _attempts():  # type: ignore[no-untyped-def]
    from gateway.identity.attempt_store import ATTEMPT

    return ATTEMPT


async def test_whoever_is_inactive_or_has_left_gets_the_answer_of_a_wrong_password(house: House) -> None:
    await house.with_password("agent")
    await house.copy("agent", active=False)
    assert await try_in(house.browser(), "E010", PASSWORD) == 401
    await house.copy("agent", active=True, leaves_at="2020-01-01T00:00:00.000000Z")
    assert await try_in(house.browser(), "E010", PASSWORD) == 401
    await house.copy("agent", active=True)
    assert await try_in(house.browser(), "E010", PASSWORD) == 201


async def test_a_person_without_a_password_cannot_sign_in(house: House) -> None:
    await house.copy("agent")
    assert await try_in(house.browser(), "E010", "") == 422
    assert await try_in(house.browser(), "E010", "anything at all") == 401


async def test_signing_in_again_replaces_the_session_and_its_cookies(house: House) -> None:
    browser = await house.signed_in("agent")
    before = dict(browser.cookies)
    assert await try_in(browser, "E010", PASSWORD) == 201
    assert not set(before.values()) & set(browser.cookies.values())
    assert (await house.browser(cookies=before).get(SESSIONS)).status == 401
    assert len((await browser.get(SESSIONS)).json["items"]) == 1


async def test_a_page_of_another_site_can_sign_nobody_in(house: House) -> None:
    await house.with_password("agent")
    foreign = house.browser(fetch_site="cross-site")
    assert await try_in(foreign, "E010", PASSWORD) == 403
    said = await foreign.submit("/login", employee_no="E010", password=PASSWORD)
    assert said.set_cookies == []


async def test_a_stolen_reading_cookie_alone_changes_nothing(house: House) -> None:
    browser = await house.signed_in("agent")
    half = house.browser(cookies={"__Host-sid": browser.cookies["__Host-sid"]})
    assert (await half.get(SESSIONS)).status == 200
    assert (await half.delete(SESSIONS)).status in (401, 403)
    forged = house.browser(cookies={**browser.cookies, "__Host-wr": "guess"})
    assert (await forged.delete(SESSIONS)).status in (401, 403)


async def test_a_desk_session_ends_after_thirty_idle_minutes_and_a_phone_after_eight_hours(house: House) -> None:
    later = Later()
    with clock.reading(later):
        desk = await house.signed_in("agent")
        phone = await house.signed_in("agent", agent=PHONE)
        later.go(minutes=29)
        assert (await desk.get(SESSIONS)).status == 200
        later.go(minutes=29)
        assert (await desk.get(SESSIONS)).status == 200, "used in between"
        later.go(minutes=31)
        assert (await desk.get(SESSIONS)).status == 401
        later.go(hours=6)
        assert (await phone.get(SESSIONS)).status == 200
        later.go(hours=8, minutes=1)
        assert (await phone.get(SESSIONS)).status == 401


async def test_no_session_lasts_longer_than_twelve_hours(house: House) -> None:
    later = Later()
    with clock.reading(later):
        phone = await house.signed_in("agent", agent=PHONE)
        for _ in range(3):
            later.go(hours=3, minutes=59)
            assert (await phone.get(SESSIONS)).status == 200
        later.go(minutes=4)
        assert (await phone.get(SESSIONS)).status == 401


async def test_the_journal_tells_who_signed_in(house: House) -> None:
    await house.signed_in("agent")
    assert fact_names(house.db)[-3:] == ["LinkIssued", "PasswordSet", "SignedIn"]
    assert facts(house.db)[-1]["actor"] == f"person:{house.people['agent']}"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_signing_in_leads_to_pages_of_this_site_alone(house: House, target: str) -> None:
    await house.with_password("agent")
    said = await house.browser().submit("/login", employee_no="E010", password=PASSWORD, next=target)
    assert (said.status, said.headers["location"]) == (303, "/")
    said = await house.browser().submit("/login", employee_no="E010", password=PASSWORD, next="/visits?q=1")
    assert said.headers["location"] == "/visits?q=1"


async def test_the_page_keeps_the_number_and_never_the_password(house: House) -> None:
    await house.with_password("agent")
    said = await house.browser().submit("/login", employee_no="E010", password="wrong password")
    assert said.status == 422
    assert "E010" in said.text
    assert "wrong password" not in said.text
    assert "Employee no. or password is not right" in said.text


async def test_signing_out_ends_the_session_on_the_server_too(house: House) -> None:
    browser = await house.signed_in("agent")
    kept = dict(browser.cookies)
    said = await browser.submit("/logout")
    assert said.status == 303
    assert "cache" in said.headers["clear-site-data"]
    assert browser.cookies == {}
    assert (await house.browser(cookies=kept).get(SESSIONS)).status == 401


async def test_every_page_of_identity_renders_in_both_languages(house: House) -> None:
    browser = await house.signed_in("guard")
    link = await house.db.write(accounts.issue_link, OPERATOR, house.people["guard"])
    pages = ("/me", "/settings/devices", "/second-check", f"/password/{link}", "/password/nothing")
    for language in ("zh", "en"):
        browser.language = language
        for path in pages:
            said = await browser.get(path)
            assert said.status in (200, 410), (path, said.text)
            assert "<h1" in said.text
        assert (await house.browser(language=language).get("/login")).status == 200
    assert CAST["guard"][1] in (await browser.get("/me")).text
