"""Tablets: paired by a code, revoked alone, never a person; people at them by PIN, for five minutes."""

from __future__ import annotations

import pytest

from chassis import clock
from chassis.identity import Verifier
from gateway.identity.rules import TABLET_SCOPES
from tests.builders import fact_names
from tests.gateway.identity.browser import Browser
from tests.gateway.identity.conftest import DOOR, PASSWORD, SITE, House, Later
from tests.gateway.identity.test_sessions import _principal

pytestmark = pytest.mark.anyio
API = "/api/gateway/v1"


async def with_pin(house: House, name: str = "agent", pin: str = "739204") -> Browser:
    browser = await house.signed_in(name)
    assert (await browser.post(f"{API}/me/pin", {"pin": pin})).status == 204
    return browser


async def token_at(house: House, browser: Browser, audience: str = "visitor"):  # type: ignore[no-untyped-def]
    """The actor a service would see for this browser."""
    from starlette.requests import Request

    cookie = "; ".join(f"{key}={value}" for key, value in browser.cookies.items()).encode()
    scope = {"type": "http", "method": "GET", "scheme": "https", "path": "/", "query_string": b""}
    scope |= {"headers": [(b"host", b"gate.example.com"), (b"cookie", cookie)], "server": ("gate.example.com", 443)}
    principal = await house.keeper.principal_of(Request(scope))
    if principal is None:
        return None
    token = await house.keeper.token_for(principal, audience)
    return Verifier(audience, house.settings.issuer, house.keeper.jwks()).verify(token, clock.unix())


async def test_a_code_pairs_one_tablet_to_one_door(house: House) -> None:
    tablet = await house.tablet()
    cookie = next(iter(tablet.cookies))
    assert cookie == "__Host-kiosk"
    actor = await token_at(house, tablet)
    assert (actor.kind, actor.site, actor.door, actor.roles) == ("device", SITE, DOOR, frozenset())
    assert actor.scopes == {"kiosk", "strangers:write"}
    assert "DevicePaired" in fact_names(house.db)


async def test_a_code_is_good_once_and_for_ten_minutes(house: House) -> None:
    later = Later()
    with clock.reading(later):
        guard = await house.signed_in("guard")
        used = (await guard.post(f"{API}/pairings", {"door_id": DOOR})).json["code"]
        assert (await house.browser().post(f"{API}/devices", {"code": used})).status == 201
        assert (await house.browser().post(f"{API}/devices", {"code": used})).status == 422
        old = (await guard.post(f"{API}/pairings", {"door_id": DOOR})).json["code"]
        later.go(minutes=10, seconds=1)
        assert (await house.browser().post(f"{API}/devices", {"code": old})).status == 422


async def test_guessing_codes_is_slowed_down(house: House) -> None:
    browser = house.browser(address="203.0.113.5")
    statuses = [(await browser.post(f"{API}/devices", {"code": f"{n:06d}"})).status for n in range(7)]
    assert statuses == [422] * 5 + [429] * 2


async def test_only_those_at_the_door_and_admins_pair(house: House) -> None:
    for name, status in (("agent", 403), ("auditor", 403), ("far_guard", 403), ("guard", 201), ("admin", 201)):
        browser = await house.signed_in(name)
        assert (await browser.post(f"{API}/pairings", {"door_id": DOOR})).status == status, name
    guard = await house.signed_in("guard")
    unknown = "01890000-0000-7000-8000-000000000000"
    assert (await guard.post(f"{API}/pairings", {"door_id": unknown})).status == 404
    assert (await guard.post(f"{API}/pairings", {"door_id": DOOR, "role": "admin"})).status == 422
    assert (await house.browser().post(f"{API}/pairings", {"door_id": DOOR})).status == 401


async def test_a_tablet_can_never_act_as_a_person(house: House) -> None:
    tablet = await house.tablet()
    await house.signed_in("agent")
    for path in ("/sessions", "/devices", "/clients"):
        assert (await tablet.get(API + path)).status == 403, path
    writes = (
        ("/me/pin", {"pin": "739204"}),
        ("/me/password", {"old_password": "x", "password": PASSWORD}),
        ("/pairings", {"door_id": DOOR}),
        ("/sessions/current/second-check", {"password": PASSWORD}),
        ("/clients", {"name": "x", "scopes": ["visits:read"]}),
    )
    for path, body in writes:
        assert (await tablet.post(API + path, body)).status == 403, path
    bearer = {"authorization": f"Bearer {tablet.cookies['__Host-kiosk']}"}
    assert (await house.browser().get(f"{API}/sessions", headers=bearer)).status == 403


async def test_a_revoked_tablet_is_out_at_once_with_whoever_is_signed_in_at_it(house: House) -> None:
    await with_pin(house)
    tablet = await house.tablet()
    said = await tablet.post(f"{API}/tablet-sessions", {"employee_no": "E010", "pin": "739204"})
    assert said.status == 201
    guard = await house.signed_in("guard")
    device = (await guard.get(f"{API}/devices")).json["items"][0]
    assert (await (await house.signed_in("far_guard")).delete(f"{API}/devices/{device['id']}")).status == 403
    assert (await guard.delete(f"{API}/devices/{device['id']}")).json["revoked_at"] is not None
    assert await token_at(house, tablet) is None
    assert "DeviceRevoked" in fact_names(house.db)
    assert (await guard.get(f"{API}/devices")).json["items"][0]["revoked_at"] is not None


@pytest.mark.parametrize("who", [{"employee_no": "E010"}, {"badge": "B-E010"}])
async def test_a_pin_opens_five_minutes_of_few_scopes_at_this_tablet_alone(house: House, who: dict[str, str]) -> None:
    later = Later()
    with clock.reading(later):
        await with_pin(house)
        tablet = await house.tablet()
        assert (await tablet.post(f"{API}/tablet-sessions", {**who, "pin": "739204"})).status == 201
        actor = await token_at(house, tablet)
        assert (actor.kind, actor.id, actor.strength) == ("person", house.people["agent"], "pin")
        assert (actor.scopes, actor.door, actor.site) == (TABLET_SCOPES, DOOR, SITE)
        assert actor.device
        assert (await tablet.get(f"{API}/sessions")).status == 403
        assert (await tablet.post(f"{API}/me/pin", {"pin": "739204"})).status == 403

        without = house.browser(cookies={k: v for k, v in tablet.cookies.items() if k != "__Host-kiosk"})
        assert await token_at(house, without) is None, "the session is bound to the tablet"
        other = await house.tablet()
        assert (await token_at(house, house.browser(cookies={**tablet.cookies, **other.cookies}))).kind == "device"

        later.go(minutes=5, seconds=1)
        assert (await token_at(house, tablet)).kind == "device", "the tablet is itself again"


async def test_five_wrong_pins_lock_the_pin_until_it_is_set_anew(house: House) -> None:
    later = Later()
    with clock.reading(later):
        desk = await with_pin(house)
        tablet = await house.tablet()
        path = f"{API}/tablet-sessions"
        wrong = [{"employee_no": "E010", "pin": f"00000{n}"} for n in range(3)]
        wrong += [{"badge": "B-E010", "pin": f"00000{n}"} for n in range(3)]
        assert [(await tablet.post(path, body)).status for body in wrong] == [401] * 5 + [429]
        right = {"employee_no": "E010", "pin": "739204"}
        assert (await tablet.post(path, right)).status == 429
        assert (await desk.post(f"{API}/sessions/current/second-check", {"password": PASSWORD})).status == 200
        assert (await desk.post(f"{API}/me/pin", {"pin": "739204"})).status == 204
        assert (await tablet.post(path, right)).status == 201


async def test_a_pin_opens_nothing_without_a_tablet(house: House) -> None:
    desk = await with_pin(house)
    body = {"employee_no": "E010", "pin": "739204"}
    assert (await house.browser().post(f"{API}/tablet-sessions", body)).status == 401
    assert (await desk.post(f"{API}/tablet-sessions", body)).status == 403


async def test_a_person_without_a_pin_gets_the_answer_of_a_wrong_one(house: House) -> None:
    await house.with_password("agent")
    tablet = await house.tablet()
    said = await tablet.post(f"{API}/tablet-sessions", {"employee_no": "E010", "pin": "739204"})
    unknown = await tablet.post(f"{API}/tablet-sessions", {"employee_no": "E999", "pin": "739204"})
    assert said.status == unknown.status == 401
    assert said.json["detail"] == unknown.json["detail"]


async def test_the_page_pairs_and_revokes(house: House) -> None:
    guard = await house.signed_in("guard")
    said = await guard.submit("/settings/devices")
    assert said.status == 422
    assert "Choose the door" in said.text
    said = await guard.submit("/settings/devices", door_id=DOOR, name="左侧")
    code = said.text.split("Code: ")[1][:6]
    tablet = house.browser()
    assert (await tablet.post(f"{API}/devices", {"code": code})).json["name"] == "左侧"
    device = (await guard.get(f"{API}/devices")).json["items"][0]["id"]
    assert (await guard.submit(f"/settings/devices/{device}/revoke")).status == 303
    assert await token_at(house, tablet) is None
    assert (await _principal(house, "guard")).actor.is_person
