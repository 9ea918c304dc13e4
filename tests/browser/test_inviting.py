"""Inviting and deciding as people do it on a phone: how many taps, with and without a script, and who was faster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from chassis import clock
from tests.browser.demo import Demo
from tests.browser.people import PHONE
from tests.browser.story import HOST, MANAGER, invited

SUPERVISOR = "S001"
FLOOR = "三楼坐席职场"


@dataclass
class Hand:
    """A finger on a phone that counts what it taps."""

    page: Page
    taps: int = 0

    def tap(self, what: Locator) -> None:
        """Tap once and wait until the page rests."""
        self.taps += 1
        what.click()
        self.page.wait_for_load_state("networkidle")


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Each journey is made twice."""
    made: bool = request.param
    return made


@pytest.fixture
def hands(demo: Demo, script: bool) -> Iterator[dict[str, Hand]]:
    """The phones of those who invite and decide."""
    pages = {who: demo.context(who, java_script_enabled=script, locale="zh-CN") for who in (HOST, MANAGER, SUPERVISOR)}
    made = {}
    for who, context in pages.items():
        made[who] = Hand(context.new_page())
        made[who].page.set_viewport_size(PHONE)
    yield made
    for context in pages.values():
        context.close()


def button(page: Page, text: str) -> Locator:
    """The button of this text."""
    return page.locator("button", has_text=text).first


def write(page: Page, **fields: str) -> None:
    """Type into fields, which are no taps."""
    for name, text in fields.items():
        page.fill(f"#f-{name}", text)


def tomorrow() -> dict[str, str]:
    """A window in office hours of the next day."""
    day = clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    return {"day": f"{day:%Y-%m-%d}", "begin": "10:00", "end": "11:00"}


def test_the_lounge_takes_two_taps(hands: dict[str, Hand]) -> None:
    hand = hands[HOST]
    hand.page.goto("/visits/new")
    write(hand.page, name="郑洁", company="联通华东", phone="13800001234", purpose="合同洽谈", **tomorrow())
    hand.tap(hand.page.get_by_label("休息室"))
    hand.tap(button(hand.page, "发送预约"))
    hand.page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$"))
    assert hand.taps <= 4


def test_the_floor_takes_four_taps_at_most(hands: dict[str, Hand], script: bool) -> None:
    hand = hands[HOST]
    hand.page.goto("/visits/new")
    write(hand.page, name="郑洁", purpose="季度业务回访", **tomorrow())
    hand.tap(hand.page.get_by_label(FLOOR))
    if not script:  # without a script the first sending says what is missing, and offers it
        hand.tap(button(hand.page, "发送预约"))
        expect(hand.page.locator("#e-escort_no")).to_contain_text("须写明指定陪同人员")
        expect(hand.page.locator("#f-name")).to_have_value("郑洁")
    expect(hand.page.locator("#plan")).to_contain_text("主管或运营经理同意")
    expect(hand.page.locator("#plan")).to_contain_text("赵敏")
    hand.tap(hand.page.get_by_label("李静 S001"))
    hand.tap(button(hand.page, "发送预约"))
    hand.page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$"))
    assert hand.taps <= 4


def test_the_plan_follows_what_is_chosen_and_the_cursor_stays(hands: dict[str, Hand], script: bool) -> None:
    page = hands[HOST].page
    page.goto("/visits/new")
    write(page, **tomorrow())
    page.get_by_label("休息室").check()
    if script:
        expect(page.locator("#plan")).to_contain_text("您发送预约即为同意")
        assert page.evaluate("document.activeElement.value") == page.get_by_label("休息室").get_attribute("value")
        page.fill("#f-begin", "22:00")
        page.fill("#f-end", "23:00")
        page.locator("#f-end").dispatch_event("change")
        expect(page.locator("#plan")).to_contain_text("值班经理同意（非办公时间）")
    else:
        button(page, "查看审批步骤和陪同人员").click()
        expect(page.locator("#plan")).to_contain_text("您发送预约即为同意")
        expect(page.get_by_label("休息室")).to_be_checked()


def test_rows_are_added_pasted_and_removed_and_what_was_typed_stays(hands: dict[str, Hand]) -> None:
    page = hands[HOST].page
    page.goto("/visits/new")
    write(page, name="郑洁", purpose="项目验收")
    page.locator("summary", has_text="多人一起来访").click()
    button(page, "再加一位").click()
    write(page, name_2="Marta Novak")
    page.fill("#f-paste", "何静，联通，13900002222，he@example.com\n\n苏强")
    button(page, "加入名单").click()
    expect(page.locator("#f-name_4")).to_have_value("苏强")
    expect(page.locator("#f-email_3")).to_have_value("he@example.com")
    page.get_by_role("button", name="移除：第 2 位来访人").click()
    expect(page.locator("#f-name_2")).to_have_value("何静")
    expect(page.locator("#f-purpose")).to_have_value("项目验收")
    write(page, **tomorrow())
    page.get_by_label("休息室").check()
    button(page, "发送预约").click()
    page.wait_for_url(re.compile(r"/parties/[0-9a-f-]{36}$"))
    expect(page.locator("h1")).to_have_text("同批来访（3 人）")


def test_a_fault_of_the_second_row_stands_beside_it(hands: dict[str, Hand]) -> None:
    page = hands[HOST].page
    page.goto("/visits/new")
    write(page, name="郑洁", purpose="项目验收", **tomorrow())
    page.locator("summary", has_text="多人一起来访").click()
    button(page, "再加一位").click()
    write(page, name_2="何静", email_2="he@@example")
    page.get_by_label("休息室").check()
    button(page, "发送预约").click()
    expect(page.locator("#e-email_2")).to_be_visible()
    expect(page).to_have_title(re.compile("^错误"))


def test_a_past_visit_is_repeated_without_typing(hands: dict[str, Hand], demo: Demo) -> None:
    ten = datetime.fromisoformat(f"{tomorrow()['day']}T10:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    window = {"starts_at": ten.isoformat(), "ends_at": (ten + timedelta(hours=1)).isoformat()}
    past = invited(demo, "LOUNGE", purpose="每周例会", **window)  # at night, one from now on would end on another day
    hand = hands[HOST]
    hand.page.goto(f"/visits/{past['id']}")
    hand.tap(hand.page.get_by_role("link", name="再次邀请"))
    expect(hand.page.locator("#f-purpose")).to_have_value("每周例会")
    assert past["visitor"]["phone_tail"] not in hand.page.locator("#f-phone").input_value()
    write(hand.page, **tomorrow())
    hand.tap(button(hand.page, "发送预约"))
    hand.page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$"))
    again = demo.get(HOST, f"/api/visitor/v1{hand.page.url.removeprefix(demo.product.address)}")
    assert again["visitor"]["id"] == past["visitor"]["id"]
    assert hand.taps <= 4


def test_a_change_says_beforehand_that_decisions_lapse(hands: dict[str, Hand], demo: Demo) -> None:
    visit = invited(demo, "FLOOR")
    page = hands[HOST].page
    page.goto(f"/visits/{visit['id']}/edit")
    expect(page.locator(".banner.warn")).to_contain_text("已作出的审批作废")
    write(page, purpose="换了事由")
    button(page, "保存修改").click()
    page.wait_for_url(f"**/visits/{visit['id']}")
    expect(page.locator("main")).to_contain_text("换了事由")


def test_the_manager_decides_in_two_taps_and_the_slower_one_reads_who(hands: dict[str, Hand], demo: Demo) -> None:
    visit = invited(demo, "FLOOR")
    link = f"/visits/{visit['id']}"
    faster, slower = hands[MANAGER], hands[SUPERVISOR]
    for hand in (faster, slower):
        hand.page.goto(link)  # the link in the message: the first tap
        hand.taps = 1
        expect(hand.page.locator(".banner.wait")).to_contain_text("第 2 步")
        expect(hand.page.locator(".facts")).to_contain_text("已写明陪同人 李静")
    faster.tap(button(faster.page, "同意来访"))
    assert faster.taps <= 2
    expect(faster.page.locator(".tag").first).to_have_text(re.compile("已同意|待审批"))
    slower.tap(button(slower.page, "同意来访"))
    expect(slower.page.locator(".banner.danger")).to_contain_text("刚刚已由赵敏处理，您的操作没有生效")
    if demo.get(HOST, f"/api/visitor/v1{link}")["state"] == "approved":
        slower.page.goto(link)
        expect(slower.page.locator(".banner.ok")).to_contain_text("这次来访已由赵敏于")


def test_a_refusal_needs_its_reason_beside_the_field(hands: dict[str, Hand], demo: Demo) -> None:
    visit = invited(demo, "FLOOR")
    page = hands[MANAGER].page
    page.goto(f"/visits/{visit['id']}")
    button(page, "退回来访").click()
    expect(page.locator("#e-comment")).to_contain_text("请写明原因")
    page.fill("#f-comment", "请写明设备型号")
    button(page, "退回来访").click()
    expect(page.locator(".banner.warn")).to_contain_text("这次来访已由赵敏于")
    expect(page.locator("main")).to_contain_text("请写明设备型号")


def test_opening_the_link_changes_nothing(hands: dict[str, Hand], demo: Demo) -> None:
    visit = invited(demo, "FLOOR")
    before = demo.get("A001", f"/api/visitor/v1/journal?subject=visit:{visit['id']}")["items"]
    for hand in hands.values():
        hand.page.goto(f"/visits/{visit['id']}")
        hand.page.goto(f"/visits/{visit['id']}?decision=approve")
    assert demo.get("A001", f"/api/visitor/v1/journal?subject=visit:{visit['id']}")["items"] == before
    assert demo.get(HOST, f"/api/visitor/v1/visits/{visit['id']}")["version"] == visit["version"]


def test_a_party_is_decided_at_once_on_the_phone(hands: dict[str, Hand], demo: Demo) -> None:
    party = invited(demo, "FLOOR", visitors=[{"name": "何静"}, {"name": "苏强"}])["party_id"]
    hand = hands[MANAGER]
    hand.page.goto(f"/parties/{party}")
    hand.taps = 1
    hand.tap(button(hand.page, "同意全部 2 人"))
    expect(hand.page.locator(".banner.ok")).to_contain_text("2 人已处理")
    assert hand.taps <= 2
