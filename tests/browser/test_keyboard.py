"""The main jobs without a mouse: Tab, Enter, Space and Escape; the focus is never lost, what happened is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from cli.demo import PASSWORD
from tests.browser.demo import NOBODY, TABLET, Demo
from tests.browser.people import DESK
from tests.browser.people import TABLET as TABLET_SIZE
from tests.browser.story import GUARD, HOST, MANAGER, area, arrived, invited, permitted, see

VISIT = re.compile(r"/visits/[0-9a-f-]{36}$")
MOST_TABS = 160
LOST = "document.activeElement === document.body || document.activeElement === null"
COVERED = """() => {
    const box = document.activeElement.getBoundingClientRect(), bar = document.querySelector('.bar')
    if (!bar || bar.contains(document.activeElement)) return false
    const edge = bar.getBoundingClientRect()
    return getComputedStyle(bar).position === 'sticky' && box.top >= edge.top && box.bottom <= edge.bottom
}"""


@dataclass
class Keys:
    """A keyboard and nothing else."""

    page: Page

    def to(self, selector: str) -> None:
        """Tab until the element has the focus, which neither gets lost nor hides behind the bar on the way."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                assert not self.page.evaluate(COVERED), selector
                return
        raise AssertionError(f"{selector} is not reached by {MOST_TABS} tabs")

    def type(self, selector: str, text: str) -> None:
        """Go to a field and type."""
        self.to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go to a button, a link or a box and press it."""
        self.to(selector)
        self.page.keyboard.press(key)

    def keeps_focus(self) -> None:
        """The focus stands somewhere a person can go on from."""
        self.page.wait_for_function(f"!({LOST})")


@pytest.fixture
def keys(demo: Demo, request: pytest.FixtureRequest) -> Iterator[Keys]:
    """The keyboard of whoever the test names, at the desk or the tablet."""
    who: str = request.param
    size = TABLET_SIZE if who == TABLET else DESK
    context = demo.context(who, viewport=size, locale="zh-CN", reduced_motion="reduce")
    yield Keys(context.new_page())
    context.close()


def by(who: str) -> pytest.MarkDecorator:
    """Whose keyboard it is."""
    return pytest.mark.parametrize("keys", [who], indirect=True)


@by(NOBODY)
def test_signing_in(keys: Keys) -> None:
    keys.page.goto("/login")
    keys.press(".skip")
    expect(keys.page.locator("#main")).to_be_focused()
    keys.type("#f-employee_no", HOST)
    keys.type("#f-password", PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**/inbox")


@by(HOST)
def test_inviting_with_a_fault_first(keys: Keys, demo: Demo) -> None:
    keys.page.goto("/visits/new")
    keys.type("#f-name", "郑洁")
    keys.press("#form > .actions button")
    expect(keys.page.locator(".error-summary")).to_be_focused()
    keys.press(".error-summary a")
    keys.keeps_focus()
    expect(keys.page.locator("#f-name")).to_have_value("郑洁")
    keys.page.goto("/visits/new")
    keys.type("#f-name", "郑洁")
    keys.type("#f-purpose", "合同洽谈")
    keys.press(f"input[name=areas][value='{area(demo, 'LOUNGE')['id']}']", "Space")
    expect(keys.page.locator("#plan")).to_contain_text("您发送预约即为同意")
    keys.keeps_focus()
    keys.press("#form > .actions button")
    keys.page.wait_for_url(VISIT)
    expect(keys.page.locator("#live")).to_contain_text("已完成")


@by(MANAGER)
def test_permitting_and_hearing_that_it_is_done(keys: Keys, demo: Demo) -> None:
    visit_id = invited(demo, "FLOOR")["id"]
    keys.page.goto(f"/visits/{visit_id}")
    keys.press("#decide button[value=approve]")
    expect(keys.page.locator("#live")).to_contain_text("已完成")
    assert see(demo, MANAGER, visit_id)["steps"][1]["decision"] == "approve"


@by(MANAGER)
def test_a_refusal_without_its_reason_leads_to_the_reason(keys: Keys, demo: Demo) -> None:
    keys.page.goto(f"/visits/{invited(demo, 'FLOOR')['id']}")
    keys.press("#decide summary")
    keys.press("#decide button[value=refuse]", "Space")
    expect(keys.page.locator(".error-summary")).to_be_focused()
    keys.press(".error-summary a")
    expect(keys.page.locator("#f-comment")).to_be_focused()


@by(GUARD)
def test_checking_an_id(keys: Keys, demo: Demo) -> None:
    visit_id = arrived(demo)["id"]
    keys.page.goto(f"/visits/{visit_id}")
    keys.press("#f-name_matches", "Space")
    keys.press("#f-photo_matches", "Space")
    keys.press("#check-id button")
    expect(keys.page.locator("#check-id")).to_have_count(0)
    expect(keys.page.locator("#live")).to_contain_text("已完成")


@by(GUARD)
def test_searching_the_log_leaves_the_cursor_and_says_what_was_found(keys: Keys) -> None:
    keys.page.goto("/visits")
    keys.type("#f-q", "zeng")
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(re.compile(r"q=zeng"))
    expect(keys.page.locator("#f-q")).to_be_focused()
    expect(keys.page.locator("#results")).to_contain_text("曾小贤")
    expect(keys.page.locator("#results [role=status]")).to_contain_text("找到")


@by(GUARD)
def test_turning_a_page_of_the_log(keys: Keys) -> None:
    keys.page.goto("/visits")
    keys.press("a[rel=next]")
    keys.page.wait_for_url(re.compile("cursor="))
    keys.keeps_focus()
    assert keys.page.evaluate("document.querySelector('#results').contains(document.activeElement)")


@by(TABLET)
def test_registering_at_the_tablet(keys: Keys, demo: Demo) -> None:
    visit = permitted(demo)
    keys.page.goto("/kiosk")
    keys.press("a.tile")
    keys.page.wait_for_url("**/kiosk/in")
    keys.type("#f-code", visit["code"])
    keys.page.wait_for_url(f"**/kiosk/in/{visit['id']}*")
    keys.press("#form button[type=submit]:not([form])")
    expect(keys.page.locator(".error-summary")).to_be_visible()
    keys.press("#f-privacy", "Space")
    keys.press("#form button[type=submit]:not([form])")
    expect(keys.page.locator(".done h1")).to_be_focused()
    assert see(demo, GUARD, visit["id"])["state"] == "arrived"


@by(TABLET)
def test_calling_for_help_leaves_the_page_and_says_so(keys: Keys) -> None:
    keys.page.goto("/kiosk/walkin")
    keys.type("#f-name", "林涛")
    keys.page.evaluate("document.querySelector('.skip').focus()")
    keys.press("form[action='/kiosk/help'] button")
    expect(keys.page.locator("#problem .banner")).to_be_focused()
    expect(keys.page.locator("#f-name")).to_have_value("林涛")
    expect(keys.page.locator("h1")).to_have_count(1)


@by(HOST)
def test_reporting_a_stranger(keys: Keys) -> None:
    keys.page.goto("/strangers")
    keys.press("#form button")
    keys.page.wait_for_url(re.compile(r"/strangers/[0-9a-f-]{36}$"))


@by(HOST)
def test_the_other_language_keeps_what_was_typed(keys: Keys) -> None:
    keys.page.goto("/visits/new")
    keys.type("#f-name", "郑洁")
    keys.type("#f-purpose", "合同洽谈")
    keys.page.evaluate("document.querySelector('.skip').focus()")
    keys.press("[data-language] button")
    expect(keys.page.locator("html")).to_have_attribute("lang", "en")
    keys.keeps_focus()
    expect(keys.page.locator("#f-name")).to_have_value("郑洁")
    expect(keys.page.locator("#f-purpose")).to_have_value("合同洽谈")
