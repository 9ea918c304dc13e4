"""The set-up page and the API clients: who sees them, that tasks tick themselves off, and what needs a second check."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import House, settled
from tests.pages.test_people import went

pytestmark = pytest.mark.anyio
CLIENTS = "/settings/clients"


@pytest.mark.parametrize("name", ["hr", "guard", "host", "agent"])
async def test_others_see_neither_page(house: House, name: str) -> None:
    desk = await house.desk(name)
    for path in ("/setup", CLIENTS):
        assert (await desk.open(path)).status == 404


async def test_the_list_follows_the_facts(house: House) -> None:
    admin = await house.desk("admin")
    before = (await admin.open("/setup")).text
    assert "请核对名称、时区和办公时间并保存：总部职场" in before
    site = {"name": "总部职场", "name_en": "Head office", "zone": "Asia/Shanghai", "country": "CN"}
    hours = {"opens_at": "09:00", "closes_at": "18:00", "active": "yes", "code": "HQ"}
    went(await admin.send("/settings/sites/HQ", "/settings/sites", **site, **hours))
    after = (await admin.open("/setup")).text
    assert "每个职场都已核对" in after
    assert "还没有配对的平板" in after
    assert "Every site was looked at" in (await (await house.desk("admin", "en")).open("/setup")).text


async def test_whoever_sets_up_is_led_there_from_the_inbox(house: House) -> None:
    assert "项设置后才能接待访客" in (await (await house.desk("admin")).open("/inbox")).text
    assert "项设置后才能接待访客" not in (await (await house.desk("guard")).open("/inbox")).text


async def test_no_task_leads_nowhere(house: House) -> None:
    admin = await house.desk("admin")
    links = set(re.findall(r'<ul class="tasks">.*?</ul>', (await admin.open("/setup")).text, re.DOTALL))
    paths = {path for part in links for path in re.findall(r'<a href="([^"]+)"', part)}
    assert {"/settings/sites", "/roster", "/settings/devices"} <= paths
    for path in sorted(paths):

        async def opens(path: str = path) -> bool:
            return (await admin.open(path)).status == 200

        await settled(opens)  # the visitor service hears of the site a moment later


async def test_a_client_is_added_its_secret_shown_once_and_ended(house: House) -> None:
    admin = await house.desk("admin")
    empty = await admin.send(CLIENTS, CLIENTS, name="")
    assert (empty.status, "请填写客户端名称" in empty.text, "请至少选择一项权限范围" in empty.text) == (422, True, True)
    made = (await admin.send(CLIENTS, CLIENTS, name="人事系统", scopes="people:write")).text
    found = re.findall(r"<dt>client_(?:id|secret)</dt><dd>([^<]+)</dd>", made)
    assert len(found) == 2
    listed = (await admin.open(CLIENTS)).text
    assert ("人事系统" in listed, found[1] in listed) == (True, False)
    assert "1 个客户端可以写入人员" in (await admin.open("/setup")).text
    assert went(await admin.send(CLIENTS, f"{CLIENTS}/{found[0]}/end")) == CLIENTS
    assert "已收回" in (await admin.open(CLIENTS)).text


async def test_clients_wait_for_a_second_check(house: House) -> None:
    admin = await house.desk("admin", ago=400)
    shown = (await admin.open(CLIENTS)).text
    assert ("/second-check?next=/settings/clients" in shown, 'name="scopes"' in shown) == (True, False)
    assert went(await admin.send(CLIENTS, CLIENTS, name="x", scopes="people:read")).startswith("/second-check")
