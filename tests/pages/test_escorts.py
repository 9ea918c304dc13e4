"""Pages of escorts: designating with refusals beside the field, ending one, visitors in my company."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from tests.gateway.identity.browser import Browser, Said
from tests.whole import Whole, fill_in, text_of

pytestmark = pytest.mark.anyio
NEW = "/settings/escorts/new"


async def asked_for(whole: Whole, browser: Browser, **fields: Any) -> Said:
    """Send the form that designates."""
    form = f"{NEW}?site={whole.ids.site}"
    today = clock.now() + timedelta(hours=8)
    usual = {
        "employee_no": "S001",
        "kind": "work",
        "areas": whole.ids.areas["FLOOR"],
        "from": f"{today:%Y-%m-%d}",
        "to": f"{today + timedelta(days=30):%Y-%m-%d}",
    }
    return await fill_in(browser, form, form, **{**usual, **fields})


async def floor_visitor(whole: Whole) -> str:
    """A working visitor inside, in the supervisor's company; the visit's id."""
    await whole.designate()
    host, guard, now = await whole.as_("host"), await whole.as_("guard"), clock.now()
    invitation = {
        "visitors": [{"name": "王小明", "company": "华信科技"}],
        "kind": "maintenance",
        "purpose": "空调检修",
        "areas": [whole.ids.areas["FLOOR"]],
        "starts_at": text_of(now - timedelta(minutes=5)),
        "ends_at": text_of(now + timedelta(hours=2)),
        "escort_no": "S001",
    }
    made = (await host.post("/api/visitor/v1/visits", invitation)).json["visits"][0]
    here = f"/api/visitor/v1/visits/{made['id']}"
    for name in ("manager", "duty_manager"):
        await (await whole.as_(name)).post(f"{here}:decide", {"decision": "approve"})
    versions = {"privacy_version": "2026-11", "rules_version": "2026-11"}
    tablet, floor = await whole.tablet(), await whole.tablet("FLOOR")
    key = {"headers": {"idempotency-key": "arrive-once"}}
    said = await tablet.post(f"/api/visitor/v1/arrivals/{made['id']}:arrive", versions, **key)
    assert said.status == 200, said.text
    await guard.post(f"{here}:check-id", {"id_kind": "resident", "name_matches": True, "photo_matches": True})
    assert (await guard.post(f"{here}:hand-badge", {"badge_no": "F001"})).status == 200
    scan = await floor.post("/api/visitor/v1/entries", {"badge_no": "F001"}, headers={"idempotency-key": "first-badge"})
    path = f"/api/visitor/v1/entries/{scan.json['scan_id']}:escort"
    entered = await floor.post(path, {"badge_no": "B-S001"}, headers={"idempotency-key": "second-badge"})
    assert entered.status == 200, entered.text
    return str(made["id"])


async def test_the_centre_manager_designates_and_sees_who(whole: Whole) -> None:
    manager = await whole.as_("manager")
    assert "还没有指定陪同人员" in (await manager.get("/settings/escorts")).text
    assert (await asked_for(whole, manager)).status == 303
    shown = (await manager.get("/settings/escorts")).text
    for text in ("李主管", "工作来访", "三楼坐席职场", "使用中", "0 / 3", "由赵经理指定"):
        assert text in shown
    read = (await (await whole.as_("guard")).get("/settings/escorts")).text
    assert "李主管" in read
    assert "/settings/escorts/new" not in read


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"employee_no": "NOBODY"}, "employee_no", "没有这个员工编号"),
        ({"employee_no": "E001", "kind": "guests"}, "kind", "李娜不在管理岗位，不能陪同公司来宾"),
        ({"areas": []}, "areas", "至少 1 项"),
        ({"kind": ""}, "kind", "请从所列各项中选择"),
        ({"to": "2020-01-01"}, "to", "一次最长指定 366 天"),
        ({"from": "someday"}, "from", "格式不对"),
        ({"most_open": "99"}, "most_open", "不能大于 20"),
    ],
)
async def test_refusals_stand_beside_their_field(whole: Whole, fields: dict[str, Any], field: str, says: str) -> None:
    said = await asked_for(whole, await whole.as_("manager"), **fields)
    assert said.status == 422
    beside = said.text.partition(f'id="e-{field}"')[2][:400]
    assert says in beside
    assert f'href="#f-{field}"' in said.text


async def test_whoever_may_not_designate_reads_who_may(whole: Whole) -> None:
    said = await asked_for(whole, await whole.as_("supervisor"))
    assert said.status == 403
    assert "请联系：赵经理" in said.text


async def test_ending_asks_why_and_shows_it(whole: Whole) -> None:
    manager = await whole.as_("manager")
    await asked_for(whole, manager)
    page = re.findall(r'href="(/settings/escorts/[0-9a-f-]{36}/end)"', (await manager.get("/settings/escorts")).text)[0]
    silent = await fill_in(manager, page, page)
    assert silent.status == 422
    assert "请写明结束的原因" in silent.text
    ended = await fill_in(manager, page, page, reason="调往其他部门")
    assert ended.status == 303
    over = (await manager.get(ended.headers["location"])).text
    assert "已收回" in over
    assert "调往其他部门" in over
    assert "还没有指定陪同人员" in (await manager.get("/settings/escorts")).text


async def test_an_escort_hands_over_by_choosing_and_both_consent(whole: Whole) -> None:
    visit_id = await floor_visitor(whole)
    await whole.designate("M001")
    escort, manager = await whole.as_("supervisor"), await whole.as_("manager")
    shown = (await escort.get("/escorts")).text
    assert "王小明" in shown
    assert "赵经理 M001" in shown
    assert "访客已离开区域" in shown
    assert "现在没有访客由您陪同" in (await manager.get("/escorts")).text
    offer = f"/escorts/{visit_id}/offer"
    nobody = await fill_in(escort, "/escorts", offer, employee_no="E001")
    assert nobody.status == 409
    assert "李娜不是这次来访的指定陪同人员。现在可以陪同的有：赵经理" in nobody.text
    assert (await fill_in(escort, "/escorts", offer, employee_no="M001")).status == 303
    assert "等对方确认" in (await escort.get("/escorts")).text
    accept = f"/escorts/{visit_id}/accept"
    assert (await fill_in(manager, "/escorts", accept)).status == 303
    assert "王小明" in (await manager.get("/escorts")).text
    assert "现在没有访客由您陪同" in (await escort.get("/escorts")).text
    back = f"/escorts/{visit_id}/bring-back"
    assert (await fill_in(manager, "/escorts", back)).status == 303
    assert "现在没有访客由您陪同" in (await manager.get("/escorts")).text


async def test_a_lost_escort_is_red_for_everybody_who_can_help(whole: Whole) -> None:
    visit_id = await floor_visitor(whole)
    await whole.designate("M001")
    manager, guard = await whole.as_("manager"), await whole.as_("guard")
    found = (await manager.get(f"/api/visitor/v1/escorts?site_id={whole.ids.site}")).json["items"]
    end = next(one for one in found if one["person"]["employee_no"] == "S001")
    page = f"/settings/escorts/{end['id']}/end"
    assert "正在陪同 1 位访客" in (await manager.get(page)).text
    await fill_in(manager, page, page, reason="调往其他部门")
    red = (await guard.get("/visits/board")).text
    assert "访客失去陪同" in red
    assert f"/visits/{visit_id}" in red
    assert "陪同人的指定已结束，访客现在无人陪同" in (await (await whole.as_("supervisor")).get("/escorts")).text
    take = f"/escorts/{visit_id}/take-over"
    assert (await fill_in(manager, "/escorts", take)).status == 303
    assert "访客失去陪同" not in (await guard.get("/visits/board")).text


async def test_an_act_that_does_not_exist_is_not_found(whole: Whole) -> None:
    said = await (await whole.as_("supervisor")).submit("/escorts/x/steal", form_token="t")
    assert said.status == 404
