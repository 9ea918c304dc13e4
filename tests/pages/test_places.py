"""Sites, areas, doors, who permits, the calendar and the roster as pages: who may, and where a refusal is said."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import House
from tests.pages.test_people import went

pytestmark = pytest.mark.anyio
SITES = "/settings/sites"
SUZHOU = {
    "name": "苏州职场",
    "name_en": "Suzhou",
    "zone": "Asia/Shanghai",
    "country": "CN",
    "opens_at": "08:30",
    "closes_at": "17:30",
}
LOUNGE = {"name": "二楼休息室", "name_en": "Lounge, 2nd floor", "kind": "lounge", "storey": "二楼", "position": "5"}


async def test_an_administrator_sets_up_a_site_with_areas_and_doors(house: House) -> None:
    admin = await house.desk("admin")
    early = {**SUZHOU, "closes_at": "08:00"}
    said = await admin.send(f"{SITES}/new", SITES, code="SZ", **early)
    assert (said.status, "下班时间要晚于上班时间" in said.text, 'value="苏州职场"' in said.text) == (422, True, True)
    assert went(await admin.send(f"{SITES}/new", SITES, code="SZ", **SUZHOU)) == SITES
    taken = await admin.send(f"{SITES}/new", SITES, code="SZ", **SUZHOU)
    assert (taken.status, "这个编号已经使用" in taken.text) == (422, True)
    areas, doors = f"{SITES}/SZ/areas", f"{SITES}/SZ/doors"
    assert went(await admin.send(f"{areas}/new", areas, code="L2", **LOUNGE)) == SITES
    door = {"name": "正门", "name_en": "Main door", "area": "L2", "kind": "floor"}
    wrong = await admin.send(f"{doors}/new", doors, code="MAIN", **door)
    assert (wrong.status, "职场门须通向这样的区域" in wrong.text) == (422, True)
    assert went(await admin.send(f"{doors}/new", doors, code="MAIN", **{**door, "kind": "entrance"})) == SITES
    shown = (await admin.open(SITES)).text
    assert re.search("苏州职场.*二楼休息室.*二楼.*正门.*出入口.*二楼休息室", shown, re.DOTALL)
    used = await admin.send(f"{areas}/L2", areas, code="L2", **LOUNGE)
    assert (used.status, "还在使用，不能停用：1 道门" in used.text) == (409, True)


@pytest.mark.parametrize("name", ["hr", "guard", "manager", "agent"])
async def test_nobody_else_sees_the_forms_of_sites(house: House, name: str) -> None:
    desk = await house.desk(name)
    for path in (f"{SITES}/new", f"{SITES}/HQ", f"{SITES}/HQ/areas/FLOOR", f"{SITES}/HQ/doors/new"):
        assert (await desk.open(path)).status == 404, path
    assert (await desk.send(SITES, SITES, code="SZ", **SUZHOU)).status in (403, 404)
    read = (await desk.open(f"{SITES}/HQ/areas/FLOOR/permitters")).text
    assert ("被访人部门的主管" in read, '<form id="form"' in read) == (True, False)


async def test_what_does_not_exist_404(house: House) -> None:
    admin = await house.desk("admin")
    for path in ("NONE", "HQ/areas/NONE", "HQ/doors/NONE", "HQ/windows/new", "HQ/areas/NONE/permitters"):
        assert (await admin.open(f"{SITES}/{path}")).status == 404, path


async def test_who_permits_is_added_by_role_or_person_and_taken_out_by_its_tick(house: House) -> None:
    admin, path = await house.desk("admin"), f"{SITES}/HQ/areas/FLOOR/permitters"
    assert "按制度默认" in (await admin.open(path)).text
    unknown = await admin.send(path, path, employee_no="NOBODY")
    assert (unknown.status, "没有找到在职的NOBODY" in unknown.text) == (422, True)
    assert went(await admin.send(path, path, role="floor_manager|site")) == f"{path}?done=yes"
    both = await admin.send(path, path, keep="floor_manager|site", employee_no="E002")
    assert went(both) == f"{path}?done=yes"
    shown = (await admin.open(path)).text
    assert re.search("现场管理人员（总部职场）.*孙强", shown, re.DOTALL)
    await admin.send(path, path, keep="|E002")
    shown = (await admin.open(path)).text
    assert ("现场管理人员（总部职场）" in shown, "孙强" in shown) == (False, True)


async def test_the_calendar_shows_a_year_and_keeps_the_company_s_days(house: House) -> None:
    admin, path = await house.desk("admin"), f"/settings/calendar?site={house.ids.site}"
    assert (await admin.open(f"{path}&year=2099")).status == 200
    assert "2099 年调休未公布" in (await admin.open(f"{path}&year=2099")).text
    far = await admin.send(path, path, day="2099-01-02", working="no")
    assert (far.status, "请选择今年到后年的日期" in far.text) == (422, True)
    none = await admin.send(path, path, day="", working="no")
    assert none.status == 422
    year = int(re.findall(r'aria-current="page">(\d{4})<', (await admin.open(path)).text)[0])
    day = f"{year + 1}-12-23"
    kept = await admin.send(path, path, day=day, working="no", name="司庆")
    assert went(kept) == f"{path}&year={year + 1}#own"
    shown = (await admin.open(f"{path}&year={year + 1}")).text
    assert "司庆" in shown
    await admin.send(f"{path}&year={year + 1}", f"/settings/calendar/{day}/drop?site={house.ids.site}")
    assert "司庆" not in (await admin.open(f"{path}&year={year + 1}")).text
    guard = await house.desk("guard")
    assert "保存日期" not in (await guard.open(path)).text
    assert (await guard.send(path, path, day=day, working="no")).status == 403


async def test_the_roster_is_written_by_the_manager_and_says_who_is_missing(house: House) -> None:
    manager, here = await house.desk("manager"), f"/roster?site={house.ids.site}"
    week = f"{here}&week=2031-03-03"
    assert "没有值班经理" in (await manager.open(week)).text
    duty = {"kind": "duty_manager", "employee_no": "D001", "day": "2031-03-03", "begin": "18:00", "end": "09:00"}
    for wrong, says in (
        ({"employee_no": "E010"}, "不担任值班经理"),
        ({"employee_no": "X1"}, "没有这个员工编号"),
        ({"days": "99"}, "不能大于 62"),
    ):
        said = await manager.send(week, week, **{**duty, **wrong})
        assert (said.status in (404, 422), says in said.text, 'value="2031-03-03"' in said.text) == (
            True,
            True,
            True,
        ), says
    assert went(await manager.send(week, week, **duty, days="5")) == week
    shown = (await manager.open(week)).text
    assert shown.count("周值班") >= 5
    away = {"away_no": "D001", "from_day": "2031-03-04", "to_day": "2031-03-05", "stand_in_no": "E010"}
    refused = await manager.send(week, f"/roster/leaves?site={house.ids.site}&week=2031-03-03", **away)
    assert (refused.status, 'id="e-stand_in_no"' in refused.text) == (422, True)
    went(
        await manager.send(
            week, f"/roster/leaves?site={house.ids.site}&week=2031-03-03", **{**away, "stand_in_no": "M001"}
        )
    )
    shown = (await manager.open(week)).text
    assert "代周值班" in shown
    drop = re.findall(r'action="(/roster/[0-9a-f-]{36}/drop[^"]*)"', shown)[0].replace("&amp;", "&")
    assert went(await manager.send(week, drop)) == week
    guard = await house.desk("guard")
    assert "移出" not in (await guard.open(week)).text
    assert (await guard.send(week, drop)).status == 403
    assert (await guard.send(week, week, **duty)).status == 403
