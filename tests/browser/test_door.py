"""A visit as its people see it: phone, desk and tablet, in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import DESK, PHONE, Front
from tests.product import Product

NUMBERS = count(1)


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def front(request: pytest.FixtureRequest, product: Product, chromium: Browser) -> Iterator[Front]:
    """Fails the test when the browser reported a violation of the content policy or any other error."""
    made = Front(product, chromium, javascript=request.param)
    yield made
    assert made.complaints == []


def local(hours: float) -> str:
    """A time of day at the site, some hours from now, kept within the day."""
    now = datetime.now(UTC) + timedelta(hours=8)
    moment = now + timedelta(hours=hours)
    return f"{moment:%H:%M}" if moment.date() == now.date() else "23:59"


def press(page: Page, text: str) -> None:
    """Press the button with this text and wait for what follows."""
    page.locator("button", has_text=text).first.click()
    page.wait_for_load_state("networkidle")


def invite(host: Page, front: Front, name: str) -> str:
    """The host invites somebody to the lounge for now; the id of the visit."""
    host.goto(front.product.address + "/visits/new")
    host.fill("#f-name", name)
    host.fill("#f-company", "华信科技")
    host.fill("#f-phone", "13800000427")
    host.fill("#f-purpose", "季度业务回访")
    host.get_by_label("休息室").check()
    host.fill("#f-day", f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m-%d}")
    host.fill("#f-begin", local(0))
    host.fill("#f-end", local(2))
    press(host, "发送预约")
    host.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$"))
    return host.url.rpartition("/")[2]


def test_a_visitor_comes_and_goes(front: Front) -> None:
    n = next(NUMBERS)
    host_no, manager_no, guard_no = f"E{n}", f"M{n}", f"G{n}"
    host_link = front.join(host_no, "李娜")
    manager_link = front.join(manager_no, "赵经理", "--management", "--role", "centre_manager@site:HQ")
    guard_link = front.join(guard_no, "吴保安", "--role", "guard@site:HQ")
    host = front.sign_in(host_no, host_link, PHONE)
    visit_id = invite(host, front, "王小明")
    address = f"{front.product.address}/visits/{visit_id}"

    manager = front.sign_in(manager_no, manager_link, PHONE)
    manager.goto(address)
    if manager.locator("button", has_text="同意来访").count():  # outside office hours somebody else permits too
        press(manager, "同意来访")
        manager.goto(address)
    expect(manager.locator("main .tag").first).to_have_text("已同意")

    host.goto(address + "/pass")
    code = host.inner_text(".reference")
    tablet = front.tablet()
    tablet.locator("a.tile.first").click()
    tablet.fill("#f-code", code)
    if not front.javascript:  # else six digits send themselves
        press(tablet, "查找我的预约")
    expect(tablet.locator("h1")).to_contain_text("王＊明")
    expect(tablet.locator("h1")).to_contain_text("尾号 0427")
    assert "王小明" not in tablet.content()
    press(tablet, "是我，接受须知并登记")
    expect(tablet.locator(".error-summary")).to_be_visible()
    tablet.check("#f-privacy")
    tablet.get_by_label("U 盘").check()
    press(tablet, "是我，接受须知并登记")
    expect(tablet.locator("h1")).to_have_text("登记完成")

    badge = _let_in(front, guard_no, guard_link, address)
    tablet.goto(front.product.address + "/kiosk/out")
    tablet.fill("#f-badge_no", badge)
    press(tablet, "离开公司")
    expect(tablet.locator(".error-summary")).to_contain_text("领回寄存物品")


def _let_in(front: Front, guard_no: str, link: str, address: str) -> str:
    """The guard checks the ID, takes the stick into a locker, and hands out a badge."""
    badge = front.product.run("badge", "add", "--prefix", "L" + "AB"[int(guard_no[1:]) % 2], "--count", "1")["first"]
    guard = front.sign_in(guard_no, link, DESK)
    guard.goto(address)
    guard.check("#f-name_matches")
    guard.check("#f-photo_matches")
    press(guard, "已查验证件")
    guard.goto(address)
    guard.fill("#f-locker", "3")
    guard.fill("#f-tag", f"T-{guard_no}")
    press(guard, "存放寄存柜")
    guard.goto(address)
    guard.fill("#f-badge_no", badge)
    press(guard, "发放访客证")
    guard.goto(address)
    expect(guard.locator("main .tag").first).to_have_text("在场")
    return badge
