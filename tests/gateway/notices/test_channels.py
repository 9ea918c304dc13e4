"""Setting up channels: who may, what is refused and why, what is kept of an address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.identity import place_store
from gateway.identity.keeper import Keeper
from gateway.notices import api, channel_store
from gateway.pages import settings_channels
from tests.builders import facts
from tests.conftest import OpenDb
from tests.gateway.identity.browser import Browser
from tests.gateway.identity.conftest import SITE, House, build, guarded
from tests.gateway.notices.conftest import guarded as outgoing
from tests.gateway.notices.servers import Chat, chat_server

pytestmark = pytest.mark.anyio
ADDRESS = "/api/gateway/v1/channels"


@pytest.fixture
async def house(open_db: OpenDb, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway with the routes and pages of channels, allowed to reach this machine."""
    from chassis.settings import Settings
    from gateway.identity.tables import BASE

    settings = Settings(data=tmp_path, public_url="https://gate.example.com", private_channels=True, log="off")
    keeper = Keeper(open_db(BASE), settings)
    await keeper.start()
    app = build(keeper)
    app.include_router(api.router)
    app.include_router(settings_channels.router)
    site = {"name": "总部职场", "name_en": "Head office"}
    await keeper.db.write(place_store.keep, place_store.SITE, SITE, site)
    with outgoing():
        yield House(keeper.db, keeper, guarded(app), settings)
    await keeper.stop()


@pytest.fixture
async def admin(house: House) -> Browser:
    """The administrator's browser."""
    return await house.signed_in("admin")


def asked(url: str = "wecombot://a-secret-key-of-the-robot", **changes: Any) -> dict[str, Any]:
    """A channel to add."""
    return {"name": "值班群", "url": url, **changes}


async def test_a_channel_is_added_shown_masked_and_sealed(house: House, admin: Browser) -> None:
    made = await admin.post(ADDRESS, asked(site_id=SITE))
    assert made.status == 201, made.text
    assert made.json["on"]
    assert "a-secret-key-of-the-robot" not in made.text
    row = await house.db.read(channel_store.channel, made.json["id"])
    assert row is not None
    assert b"secret" not in row.url
    assert "a-secret-key" not in str(facts(house.db))
    assert [one["id"] for one in (await admin.get(ADDRESS)).json["items"]] == [made.json["id"]]


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (asked("wecom://token"), 422, "scheme_means_what_it_says"),
        (asked("syslog://10.0.0.1"), 422, "carrier_is_known"),
        (asked("file:///etc/passwd"), 422, "carrier_is_known"),
        (asked("javascript:alert(1)"), 422, "carrier_is_known"),
        (asked("mailto://user:pass@example.com"), 422, "carrier_is_known"),
        (asked("slack://only-one"), 422, "url_is_whole"),
        (asked("lark://abc-def", on=True), 422, "abroad_has_its_reason"),
        (asked("jsons://chat.example/hook", abroad=True, on=True), 422, "abroad_has_its_reason"),
        (asked(employee_no="X999"), 422, "person_is_known"),
        (asked(name=""), 422, "string_too_short"),
        (asked(extra=1), 422, "extra_forbidden"),
    ],
)
async def test_what_is_refused_and_why(admin: Browser, body: dict[str, Any], status: int, rule: str) -> None:
    said = await admin.post(ADDRESS, body)
    assert said.status == status, said.text
    assert rule in said.rules


async def test_a_channel_abroad_is_off_until_it_is_switched_on_with_a_reason(admin: Browser) -> None:
    made = await admin.post(ADDRESS, asked("lark://abc-def"))
    assert (made.json["abroad"], made.json["on"]) == (True, False)
    switch = f"{ADDRESS}/{made.json['id']}:switch"
    bare = await admin.post(switch, {"on": True})
    assert (bare.status, bare.rules) == (422, ["abroad_has_its_reason"])
    on = await admin.post(switch, {"on": True, "reason": "境外团队值班"})
    assert (on.json["on"], on.json["reason"]) == (True, "境外团队值班")


async def test_a_plain_address_needs_the_operators_setting(house: House, admin: Browser) -> None:
    assert (await admin.post(ADDRESS, asked("json://127.0.0.1/hook"))).status == 201
    object.__setattr__(house.settings, "private_channels", False)
    said = await admin.post(ADDRESS, asked("json://127.0.0.1/hook"))
    assert said.rules == ["travels_encrypted"]


@pytest.mark.parametrize("name", ["guard", "agent", "auditor"])
async def test_only_administrators_set_up_channels(house: House, admin: Browser, name: str) -> None:
    channel = (await admin.post(ADDRESS, asked())).json["id"]
    other = await house.signed_in(name)
    assert (await other.get(ADDRESS)).status == 403
    assert (await other.post(ADDRESS, asked())).status == 403
    assert (await other.post(f"{ADDRESS}/{channel}:switch", {"on": False})).status == 403
    assert (await other.post(f"{ADDRESS}/{channel}:test")).status == 403
    assert (await other.delete(f"{ADDRESS}/{channel}")).status == 403
    assert (await house.browser().get(ADDRESS)).status == 401


async def test_what_is_not_there_is_404(admin: Browser) -> None:
    missing = "019c2f00-0000-7000-8000-000000000000"
    assert (await admin.post(f"{ADDRESS}/{missing}:test")).status == 404
    assert (await admin.delete(f"{ADDRESS}/{missing}")).status == 404
    assert (await admin.post(f"{ADDRESS}/nonsense:test")).status == 422


async def test_a_removed_channel_is_gone_with_its_address(house: House, admin: Browser) -> None:
    channel = (await admin.post(ADDRESS, asked())).json["id"]
    assert (await admin.delete(f"{ADDRESS}/{channel}")).status == 204
    assert (await admin.get(ADDRESS)).json["items"] == []
    assert (await admin.post(f"{ADDRESS}/{channel}:test")).status == 404
    names = [fact["fact"] for fact in facts(house.db) if fact["subject"] == f"channel:{channel}"]
    assert names == ["ChannelAdded", "ChannelRemoved"]


async def test_a_test_says_whether_it_got_through(house: House, admin: Browser) -> None:
    with chat_server() as chat:
        channel = await _to(chat, admin)
        said = await admin.post(f"{ADDRESS}/{channel}:test")
        assert said.json == {"delivered": True, "because": ""}
        assert chat.texts == ["这是一条测试消息，渠道可以使用"]
        chat.body = b'{"errcode": 93000}'
        said = await admin.post(f"{ADDRESS}/{channel}:test")
        assert said.json == {"delivered": False, "because": "answer 200"}
    shown = (await admin.get(ADDRESS)).json["items"][0]
    assert (shown["failures"], shown["because"]) == (1, "answer 200")
    tested = [fact["body"]["delivered"] for fact in facts(house.db) if fact["fact"] == "ChannelTested"]
    assert tested == [True, False]


async def _to(chat: Chat, admin: Browser) -> str:
    made = await admin.post(ADDRESS, asked(chat.url))
    channel: str = made.json["id"]
    return channel


async def test_the_page_adds_tests_and_switches_without_a_script(admin: Browser) -> None:
    with chat_server() as chat:
        added = await admin.submit("/settings/channels", name="值班群", url=chat.url, language="zh", site_id=SITE)
        assert added.status == 303, added.text
        channel = (await admin.get(ADDRESS)).json["items"][0]["id"]
        tested = await admin.submit(f"/settings/channels/{channel}/test")
        assert "The test was delivered" in tested.text
        assert "Head office" in tested.text
    off = await admin.submit(f"/settings/channels/{channel}/switch", on="no")
    assert off.status == 303
    assert not (await admin.get(ADDRESS)).json["items"][0]["on"]


async def test_the_page_keeps_what_was_typed_and_says_why_beside_the_field(admin: Browser) -> None:
    said = await admin.submit("/settings/channels", name="值班群", url="wecom://token")
    assert said.status == 422
    assert 'id="e-url"' in said.text
    assert 'value="wecom://token"' in said.text
    assert "wecombot://" in said.text


async def test_others_are_refused_the_page(house: House) -> None:
    guard = await house.signed_in("guard")
    assert (await guard.get("/settings/channels")).status == 403
