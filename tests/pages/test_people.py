"""People's pages: who sees what, adding and changing, roles and sign-in, refusals beside their fields."""

from __future__ import annotations

import re

import pytest

from tests.gateway.identity.browser import Said
from tests.pages.conftest import Desk, House, settled

pytestmark = pytest.mark.anyio


def went(said: Said) -> str:
    """Where a form that worked leads."""
    assert said.status == 303, (said.status, said.text[:2000])
    return said.headers["location"]


async def test_everybody_finds_people_and_only_those_who_keep_them_may_add(house: House) -> None:
    host, hr = await house.desk("host"), await house.desk("hr")
    found = (await host.open("/people?q=wba")).text
    assert "吴保安" in found
    assert "孙强" not in found
    assert "/people/new" not in found
    assert "/people/new" in (await hr.open("/people")).text
    assert (await host.open("/people/new")).status == 404
    assert (await host.open("/people/E001/edit")).status == 404
    assert "没有符合条件的人员" in (await host.open("/people?q=nobody")).text
    plain = (await host.open("/people/G001")).text
    assert "保安人员" in plain
    assert not re.search("授予角色|生成登录链接|授予人", plain)


async def test_hr_adds_somebody_and_keeps_what_was_typed_when_refused(house: House) -> None:
    hr = await house.desk("hr")
    empty = await hr.send("/people/new", "/people", employee_no="", name="何新")
    assert (empty.status, "请填写员工编号" in empty.text) == (422, True)
    wrong = {"employee_no": "E300", "name": "何新", "site": "HQ", "badge_no": "B-E001", "extension": "8030"}
    said = await hr.send("/people/new", "/people", **wrong)
    assert (said.status, "这个工牌号由李娜 E001使用" in said.text, 'value="8030"' in said.text) == (422, True, True)
    assert went(await hr.send("/people/new", "/people", **{**wrong, "badge_no": ""})) == "/people/E300?done=added"
    taken = await hr.send("/people/new", "/people", employee_no="E300", name="别人")
    assert (taken.status, "这个员工编号由何新使用" in taken.text) == (422, True)
    assert (await (await house.desk("guard")).send("/people", "/people", employee_no="E9", name="x")).status == 404


async def test_a_record_is_changed_once_and_never_overwritten(house: House) -> None:
    hr, kept = await house.desk("hr"), {"name": "蒋坐席", "site": "HQ", "department": "OUT1"}
    assert went(await hr.send("/people/E010/edit", "/people/E010", post="外呼", **kept)) == "/people/E010?done=changed"
    stale = await hr.send("/people/E010/edit", "/people/E010", version="1", post="质检", **kept)
    assert (stale.status, "已被他人更新" in stale.text) == (412, True)
    left = await hr.send("/people/E010/edit", "/people/E010", leaves_day="2026-01-05", **kept)
    assert went(left) == "/people/E010?done=changed"
    assert "已离职" in (await hr.open("/people/E010")).text
    assert went(await hr.send("/people/E010", "/people/E010/return")) == "/people/E010?done=returned"
    assert "已离职" not in (await hr.open("/people/E010")).text


async def test_the_security_admin_gives_a_role_and_takes_it(house: House) -> None:
    admin, page = await house.desk("admin"), "/people/E002"
    role = {"role": "guard", "scope": f"site:{house.ids.site}"}
    without = await admin.send(page, f"{page}/roles", role="guard")
    assert (without.status, "保安人员要写明职场或部门" in without.text) == (422, True)
    over = await admin.send(page, f"{page}/roles", **role, ends_on="2020-01-01")
    assert (over.status, 'id="e-ends_on"' in over.text) == (422, True)
    assert went(await admin.send(page, f"{page}/roles", **role)) == f"{page}?done=give#roles"
    shown = (await admin.open(page)).text
    assert "保安人员（总部职场）" in shown
    assert "管理员 A001" in shown
    assert went(await admin.send(page, f"{page}/roles/take", **role)) == f"{page}?done=take#roles"
    assert "已收回" in (await admin.open(page)).text


async def test_a_role_waits_for_a_second_check(house: House) -> None:
    admin = await house.desk("admin", ago=400)
    shown = (await admin.open("/people/E002")).text
    assert "/second-check?next=/people/E002%23roles" in shown
    role = {"role": "guard", "scope": f"site:{house.ids.site}"}
    assert (
        went(await admin.send("/people/E002", "/people/E002/roles", **role))
        == "/second-check?next=/people/E002%23roles"
    )
    assert went(await admin.send("/people/E002", "/people/E002/link")) == "/second-check?next=/people/E002%23sign-in"


@pytest.mark.parametrize("name", ["hr", "manager", "auditor", "guard"])
async def test_nobody_else_gives_roles_or_links(house: House, name: str) -> None:
    desk = await house.desk(name)
    said = await desk.send("/people/E002", "/people/E002/roles", role="guard", scope=f"site:{house.ids.site}")
    assert (said.status, "只有安全管理员" in said.text) == (403, True)
    for act in ("link", "cut-off"):
        refused = await desk.send("/people/E002", f"/people/E002/{act}")
        assert (refused.status, "只有安全管理员或平台管理员" in refused.text) == (403, True)


async def test_a_link_is_shown_once_and_signs_the_person_in(house: House) -> None:
    admin = await house.desk("admin")
    made = (await admin.send("/people/E002", "/people/E002/link")).text
    link = re.search(r"https://gate\.example\.com(/password/[^<\"]+)", made)
    assert link is not None
    assert link[1] not in (await admin.open("/people/E002")).text
    somebody = Desk(type(admin.browser)(house.app))
    password = {"password": "correct horse battery", "again": "correct horse battery"}
    assert (await somebody.send(link[1], link[1], **password)).status == 200
    assert (await somebody.send(link[1], link[1], **password)).status == 410


async def test_whoever_is_cut_off_is_out_at_once(house: House) -> None:
    admin, guard = await house.desk("admin"), await house.desk("guard")
    assert (await guard.open("/visits")).status == 200
    assert "已登录的设备" in (await admin.open("/people/G001")).text
    assert went(await admin.send("/people/G001", "/people/G001/cut-off")) == "/people/G001?done=cut-off#sign-in"
    assert (await guard.open("/visits")).status == 303


async def test_departments_are_added_renamed_and_closed(house: House) -> None:
    hr, guard = await house.desk("hr"), await house.desk("guard")
    assert (await guard.open("/settings/departments")).status == 200
    assert (await guard.open("/settings/departments/new")).status == 404
    names = {"name": "质检部", "name_en": "Quality"}
    assert went(await hr.send("/settings/departments/new", "/settings/departments", code="QA", **names))
    taken = await hr.send("/settings/departments/new", "/settings/departments", code="QA", **names)
    assert (taken.status, "这个编号已经使用" in taken.text) == (422, True)
    full = await hr.send("/settings/departments/SEC", "/settings/departments", code="SEC", **names)
    assert (full.status, "部门还有 1 名在职人员" in full.text) == (409, True)
    assert went(await hr.send("/settings/departments/QA", "/settings/departments", code="QA", **names))
    assert "已关闭" in (await hr.open("/settings/departments")).text


async def test_a_role_reaches_the_door_within_a_second(house: House) -> None:
    admin, deputy = await house.desk("admin"), await house.desk("deputy")
    role = {"role": "security_admin", "scope": ""}
    await admin.send("/people/E002", "/people/E002/roles", **role)

    async def may() -> bool:
        return "生成登录链接" in (await deputy.open("/people/G001")).text

    await settled(may)
