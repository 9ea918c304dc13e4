"""Sessions: listed, ended, renewed by a second check, and cut off within a second on every replica."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from chassis import clock
from chassis.columns import instant_text
from chassis.identity import Verifier
from gateway.identity.keeper import Keeper
from tests.builders import fact_names, facts
from tests.gateway.identity.browser import Browser
from tests.gateway.identity.conftest import PASSWORD, House, Later, build, guarded

pytestmark = pytest.mark.anyio
API = "/api/gateway/v1"


async def test_a_person_ends_one_of_their_sessions(house: House) -> None:
    first, second = await house.signed_in("agent"), await house.signed_in("agent")
    items = (await first.get(f"{API}/sessions")).json["items"]
    assert len(items) == 2
    other = next(item["id"] for item in items if not item["current"])
    assert (await first.delete(f"{API}/sessions/{other}")).json == {"ended": 1}
    assert (await second.get(f"{API}/sessions")).status == 401
    assert (await first.get(f"{API}/sessions")).status == 200
    assert fact_names(house.db)[-1] == "SessionEnded"


async def test_a_person_ends_all_but_the_one_calling(house: House) -> None:
    browsers = [await house.signed_in("agent") for _ in range(3)]
    assert (await browsers[2].delete(f"{API}/sessions")).json == {"ended": 2}
    assert [(await one.get(f"{API}/sessions")).status for one in browsers] == [401, 401, 200]


async def test_nobody_ends_a_session_of_somebody_else(house: House) -> None:
    agent, guard = await house.signed_in("agent"), await house.signed_in("guard")
    theirs = (await guard.get(f"{API}/sessions")).json["items"][0]["id"]
    assert (await agent.delete(f"{API}/sessions/{theirs}")).status == 404
    assert (await guard.get(f"{API}/sessions")).status == 200


async def test_only_administrators_see_and_end_the_sessions_of_others(house: House) -> None:
    agent, admin = await house.signed_in("agent"), await house.signed_in("admin")
    path = f"{API}/people/{house.people['agent']}/sessions"
    for name in ("agent", "guard", "auditor"):
        browser = await house.signed_in(name)
        assert (await browser.get(path)).status == 403
        assert (await browser.delete(path)).rules == ["administers_accounts"]
    assert len((await admin.get(path)).json["items"]) == 2
    assert (await admin.delete(path)).json["ended"] == 2
    assert (await agent.get(f"{API}/sessions")).status == 401
    assert (await house.browser().get(path)).status == 401
    unknown = path.replace(house.people["agent"], "01890000-0000-7000-8000-000000000000")
    assert (await admin.delete(unknown)).status == 404


async def test_a_second_check_renews_cookies_and_time_but_keeps_the_session(house: House) -> None:
    later = Later()
    with clock.reading(later):
        browser = await house.signed_in("agent")
        before = dict(browser.cookies)
        named = (await browser.get(f"{API}/sessions")).json["items"][0]["id"]
        later.go(minutes=6)
        said = await browser.post(f"{API}/me/pin", {"pin": "739204"})
        assert (said.status, said.json["type"]) == (403, "/problems/second-check-needed")
        assert (await browser.post(f"{API}/sessions/current/second-check", {"password": "no"})).status == 403
        said = await browser.post(f"{API}/sessions/current/second-check", {"password": PASSWORD})
        assert (said.status, said.json["session_id"]) == (200, named)
        assert not set(before.values()) & set(browser.cookies.values())
        assert (await house.browser(cookies=before).get(f"{API}/sessions")).status == 401
        assert (await browser.post(f"{API}/me/pin", {"pin": "739204"})).status == 204


async def test_the_page_of_a_second_check_leads_back(house: House) -> None:
    later = Later()
    with clock.reading(later):
        browser = await house.signed_in("agent")
        later.go(minutes=6)
        said = await browser.submit("/me/pin", pin="739204")
        assert said.headers["location"] == "/second-check?next=/me%23pin"
        assert (await browser.submit("/second-check", password="no", next="/me")).status == 422
        said = await browser.submit("/second-check", password=PASSWORD, next="/me#pin")
        assert said.headers["location"] == "/me#pin"
        assert (await browser.submit("/me/pin", pin="739204")).headers["location"] == "/me?done=pin"


async def replica(house: House) -> tuple[Keeper, Browser]:
    """A second gateway process on the same database, as far as memory goes."""
    keeper = Keeper(house.db, house.settings)
    await keeper.start()
    return keeper, Browser(guarded(build(keeper)))


async def test_a_leaver_is_out_within_a_second_on_every_replica(house: House) -> None:
    browser = await house.signed_in("agent")
    keeper, elsewhere = await replica(house)
    elsewhere.cookies = browser.cookies
    try:
        assert (await browser.get(f"{API}/sessions")).status == 200
        assert (await elsewhere.get(f"{API}/sessions")).status == 200
        await house.copy("agent", active=False)
        cut = time.monotonic()
        await asyncio.sleep(0.8)
        assert (await browser.get(f"{API}/sessions")).status == 401
        assert (await elsewhere.get(f"{API}/sessions")).status == 401
        assert time.monotonic() - cut < 1.5
        assert facts(house.db)[-1]["fact"] == "SubjectCutOff"
        await house.copy("agent", active=True)
        await asyncio.sleep(0.8)
        assert (await browser.get(f"{API}/sessions")).status == 401, "an old session does not come back"
    finally:
        await keeper.stop()


async def test_a_person_ends_at_the_second_of_their_leaving(house: House) -> None:
    later = Later()
    with clock.reading(later):
        browser = await house.signed_in("agent")
        await house.copy("agent", leaves_at="2999-01-01T00:00:00.000000Z")
        assert (await browser.get(f"{API}/sessions")).status == 200
        soon = (clock.now()).isoformat()
        await house.copy("agent", leaves_at=soon)
        later.go(seconds=1)
        house.keeper.forget()
        assert (await browser.get(f"{API}/sessions")).status == 401


async def test_a_changed_password_ends_the_other_sessions_alone(house: House) -> None:
    browser, other = await house.signed_in("agent"), await house.signed_in("agent")
    body = {"old_password": "wrong", "password": "another long secret"}
    assert (await browser.post(f"{API}/me/password", body)).status == 403
    body["old_password"] = PASSWORD
    assert (await browser.post(f"{API}/me/password", body)).status == 204
    assert (await browser.get(f"{API}/sessions")).status == 200
    assert (await other.get(f"{API}/sessions")).status == 401
    said = await house.browser().post(f"{API}/sessions", {"employee_no": "E010", "password": PASSWORD})
    assert said.status == 401


async def test_tokens_carry_the_roles_of_the_moment_and_are_reused_until_they_near_their_end(house: House) -> None:
    from gateway.identity.principal import Principal

    later = Later()
    with clock.reading(later):
        await house.signed_in("agent")
        verifier = Verifier("visitor", house.settings.issuer, house.keeper.jwks())
        principal = await _principal(house, "agent")
        assert isinstance(principal, Principal)
        first = await house.keeper.token_for(principal, "visitor")
        actor = verifier.verify(first, clock.unix())
        assert (actor.id, actor.roles, actor.scopes) == (house.people["agent"], {"agent"}, {"staff"})
        assert await house.keeper.token_for(principal, "visitor") == first
        assert await house.keeper.token_for(principal, "access") != first
        later.go(seconds=46)
        assert await house.keeper.token_for(principal, "visitor") != first


async def test_a_role_counts_from_its_beginning_to_its_end(house: House) -> None:
    later, now = Later(), clock.now()
    dates = {"starts_at": instant_text(now + timedelta(hours=1)), "ends_at": instant_text(now + timedelta(hours=2))}
    await house.with_password("agent")
    await house.copy("agent", roles=[{"role": "hr", **dates}])
    with clock.reading(later):
        seen = []
        for minutes in (0, 61, 60):
            later.go(minutes=minutes)
            principal = await _principal(house, "agent")
            seen.append(principal.actor.roles)
        assert seen == [frozenset(), {"hr"}, frozenset()]


async def _principal(house: House, name: str):  # type: ignore[no-untyped-def]
    from starlette.requests import Request

    browser = await house.signed_in(name)
    cookie = "; ".join(f"{key}={value}" for key, value in browser.cookies.items()).encode()
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"gate.example.com"), (b"cookie", cookie)],
        "server": ("gate.example.com", 443),
        "client": ("192.0.2.10", 1),
    }
    return await house.keeper.principal_of(Request(scope))


async def test_administrators_without_a_passkey_lose_their_powers_after_seven_days(house: House) -> None:
    later = Later()
    with clock.reading(later):
        await house.signed_in("admin")
        assert (await _principal(house, "admin")).actor.roles == {"platform_admin", "security_admin"}
        later.go(days=7, minutes=1)
        principal = await _principal(house, "admin")
        assert principal.actor.roles == frozenset()
        assert principal.needs_passkey
        assert not (await _principal(house, "guard")).needs_passkey
