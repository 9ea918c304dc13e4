"""The parts of every page in a real browser: legible to all, focus kept, nothing sent twice, nothing typed lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import PHONE, TABLET
from tests.browser.styleguide import Counted, serving, styleguide_app

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["", "/kiosk", "/kiosk/form", "/paper", "/error"]
SPACED = """*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}
p{margin-bottom:2em!important}"""
SEND_TO = """path => { const form = document.querySelector('#code-form');
form.setAttribute('hx-post', path); htmx.process(form) }"""


@pytest.fixture(scope="module")
def app() -> Counted:
    """The style guide's app."""
    return styleguide_app()


@pytest.fixture(scope="module")
def address(app: Counted) -> Iterator[str]:
    """Where it is served."""
    with serving(app) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, address: str, app: Counted) -> Iterator[Page]:
    """A desk browser; anything the browser complains of (content policy, script errors) fails the test."""
    opened, complaints = open_page(chromium, address)
    app.sent.clear()
    app.delay = 0.0
    yield opened
    opened.context.close()
    assert complaints == []


def open_page(chromium: Browser, address: str, language: str = "zh", **options: Any) -> tuple[Page, list[str]]:
    """A fresh browser and the list it complains into."""
    context = chromium.new_context(**({"viewport": {"width": 1180, "height": 900}} | options), base_url=address)
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    return page, complaints


def focused(page: Page) -> str:
    """The element that has the focus: its tag and first class."""
    return str(
        page.evaluate(
            "(e => e.tagName.toLowerCase() + (e.classList[0] ? '.' + e.classList[0] : ''))(document.activeElement)"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 1180])
def test_nothing_is_illegible(chromium: Browser, address: str, scheme: str, language: str, width: int) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    page, _ = open_page(chromium, address, language, **options)
    for path in PAGES:
        page.goto(f"/styleguide{path}")
        page.add_script_tag(content=AXE)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == [], path
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en", "en-XA"])
@pytest.mark.parametrize("spaced", [False, True], ids=["as-set", "text-spaced"])
def test_nothing_scrolls_sideways_at_320(chromium: Browser, address: str, language: str, spaced: bool) -> None:
    page, _ = open_page(chromium, address, language, viewport={"width": 320, "height": 700}, bypass_csp=True)
    for path in PAGES:
        page.goto(f"/styleguide{path}")
        if spaced:
            page.add_style_tag(content=SPACED)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.context.close()


@pytest.mark.parametrize("path", ["", "/kiosk", "/kiosk/form"])
def test_longer_words_are_not_clipped(chromium: Browser, address: str, path: str) -> None:
    page, _ = open_page(chromium, address, "en-XA", viewport=TABLET)
    page.goto(f"/styleguide{path}")
    clipped = page.evaluate(
        "[...document.querySelectorAll('.btn, .tile, .tag, .tool, h1, h2, label, .figure')]"
        ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())"
    )
    assert clipped == []
    page.context.close()


def test_targets_are_large_enough(chromium: Browser, address: str) -> None:
    page, _ = open_page(chromium, address, viewport=PHONE, has_touch=True)
    smallest = (
        "sel => Math.min(...[...document.querySelectorAll(sel)].filter(e => e.offsetParent).map(e => e.offsetHeight))"
    )
    page.goto("/styleguide")
    assert (
        page.evaluate(smallest, ".btn:not(.small), .tool, .opt, select, main input:not([type=checkbox],[type=radio])")
        >= 44
    )
    page.goto("/styleguide/kiosk/form")
    assert page.evaluate(smallest, ".btn, .tool, .code-input") >= 64
    page.context.close()


def test_faults_take_the_focus_and_the_window_title(page: Page) -> None:
    page.goto("/styleguide")
    page.fill("#visit-form #f-visitor_name", "王小明")
    page.click("#visit-form button[type=submit] >> text=发送预约")
    expect(page.locator("#visit-form .error-summary")).to_be_focused()
    assert page.title().startswith("错误：")
    expect(page.locator("#visit-form #f-visitor_name")).to_have_value("王小明")
    page.locator("#visit-form .error-summary a").first.click()
    expect(page.locator("#visit-form #f-ends_at")).to_be_focused()


def test_filters_keep_the_focus_where_it_was_and_change_the_address(page: Page) -> None:
    page.goto("/styleguide")
    page.fill("#f-q", "zhang")
    page.press("#f-q", "Enter")
    page.wait_for_url(re.compile("/styleguide/visits\\?q=zhang"))
    expect(page.locator("#f-q")).to_be_focused()


def test_a_page_of_a_list_takes_the_focus_to_its_results(page: Page) -> None:
    page.goto("/styleguide/visits")
    page.click("a[rel=next]")
    page.wait_for_url(re.compile("cursor=b"))
    page.wait_for_function("document.activeElement !== document.body")
    assert page.evaluate("document.querySelector('#results').contains(document.activeElement)")


def test_a_form_is_sent_once_however_often_it_is_pressed(page: Page, app: Counted) -> None:
    app.delay = 0.6
    page.goto("/styleguide/kiosk/form")
    page.fill("#f-code", "12")
    button = page.locator("#code-form button[type=submit]")
    button.evaluate("b => { b.click(); b.click(); setTimeout(() => b.click(), 200) }")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button.locator(".busy")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
    page.wait_for_timeout(800)
    assert app.sent == ["/styleguide/kiosk/form"]
    expect(page.locator("#code-form button[type=submit]")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize(
    ("action", "says"),
    [("/broken", "您填写的内容还在"), ("/hidden", "您没有这项权限")],
)
def test_an_answer_that_is_no_form_stands_above_and_nothing_typed_is_lost(page: Page, action: str, says: str) -> None:
    page.goto("/styleguide/kiosk/form")
    page.fill("#f-code", "482913")
    page.evaluate(
        "to => { const f = document.querySelector('#code-form'); f.setAttribute('hx-post', to); htmx.process(f) }",
        action,
    )
    page.click("#code-form button[type=submit]")
    expect(page.locator("#problem .banner")).to_contain_text(says)
    expect(page.locator("#problem .banner")).to_be_focused()
    expect(page.locator("#f-code")).to_have_value("482913")
    expect(page.locator("#code-form button[type=submit]")).not_to_have_attribute("aria-busy", "true")


def test_a_server_fault_shows_its_number(page: Page) -> None:
    page.goto("/styleguide/kiosk/form")
    page.evaluate(SEND_TO, "/broken")
    page.click("#code-form button[type=submit]")
    expect(page.locator("#problem")).to_contain_text("7F3K2A")


def test_somebody_faster_is_told_in_the_form(page: Page) -> None:
    page.goto("/styleguide/kiosk/form")
    page.evaluate(SEND_TO, "/overtaken")
    page.click("#code-form button[type=submit]")
    expect(page.locator("#code-form .error-summary")).to_contain_text("刚刚已由陈总处理")


def test_no_network_is_said_and_the_form_can_be_sent_again(page: Page) -> None:
    page.goto("/styleguide/kiosk/form")
    page.fill("#f-code", "12")
    page.context.set_offline(True)
    page.click("#code-form button[type=submit]")
    expect(page.locator("#problem .banner")).to_be_focused()
    page.context.set_offline(False)
    page.click("#code-form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_focused()


def test_the_language_changes_and_everything_typed_stays(page: Page) -> None:
    page.goto("/styleguide")
    page.fill("#visit-form #f-visitor_name", "Anna Schneider")
    page.locator("#visit-form").get_by_label("维修").check()
    page.locator("#visit-form").get_by_label("休息室", exact=True).check()
    page.click("[data-language] button")
    expect(page.locator("h1").first).to_have_text("Style guide")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#visit-form #f-visitor_name")).to_have_value("Anna Schneider")
    expect(page.locator("#visit-form").get_by_label("Maintenance")).to_be_checked()
    expect(page.locator("#visit-form").get_by_label("Lounge", exact=True)).to_be_checked()
    assert page.evaluate("document.activeElement !== document.body")
    page.click("#visit-form button[type=submit] >> text=Send the invitation")
    expect(page.locator("#visit-form .error-summary")).to_be_focused()


def test_the_theme_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/styleguide")
    with page.expect_response("**/preferences/theme"):
        page.click("[data-theme-switch] button")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_poll_without_news_leaves_the_page_and_the_focus(page: Page) -> None:
    page.goto("/styleguide")
    page.focus("#visit-form #f-visitor_name")
    page.evaluate("document.querySelector('#news').dataset.mine = 'yes'")
    with page.expect_response(lambda answer: answer.url.endswith("/news") and answer.status == 204, timeout=8000):
        pass
    expect(page.locator("#news")).to_have_attribute("data-mine", "yes")
    assert focused(page) == "input.w-m"


def test_the_keypad_types_and_deletes(page: Page) -> None:
    page.goto("/styleguide/kiosk/form")
    for digit in "48291399":
        page.click(f"[data-digit='{digit}']")
    expect(page.locator("#f-code")).to_have_value("482913")
    page.click("[data-digit=back]")
    expect(page.locator("#f-code")).to_have_value("48291")
    page.click("[data-digit=clear]")
    expect(page.locator("#f-code")).to_have_value("")


def test_a_tablet_left_alone_asks_and_goes_back(page: Page) -> None:
    page.clock.install()
    page.goto("/styleguide/kiosk/form")
    page.fill("#f-code", "48")
    page.clock.run_for(47_000)
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#idle")).to_contain_text("您还在吗？")
    page.click("#idle button")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(62_000)
    page.wait_for_url("**/styleguide/kiosk")
    page.go_back()
    assert not page.url.endswith("/form")


def test_the_phone_menu_opens_and_closes_by_keyboard(chromium: Browser, address: str) -> None:
    page, complaints = open_page(chromium, address, viewport=PHONE)
    page.goto("/styleguide")
    expect(page.locator("#nav")).to_be_hidden()
    page.focus("[popovertarget=nav]")
    page.keyboard.press("Enter")
    expect(page.locator("#nav")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en", "en-XA"])
def test_the_sticky_bar_never_covers_what_has_the_focus(chromium: Browser, address: str, language: str) -> None:
    page, _ = open_page(chromium, address, language, viewport=PHONE)
    page.goto("/styleguide")
    page.keyboard.press("Tab")
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    covered = page.evaluate(
        """() => [...document.querySelectorAll('main a[href], main button, main input, main select, main summary')]
        .filter(e => e.offsetParent && !e.closest('.bar')).filter(e => {
            e.focus(); const box = e.getBoundingClientRect();
            const bar = document.querySelector('.bar').getBoundingClientRect();
            return box.bottom > bar.top + 1 && box.top < bar.bottom - 1 && bar.top > innerHeight / 2 })
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert covered == []
    page.context.close()


def test_without_javascript_the_form_says_the_same(chromium: Browser, address: str) -> None:
    page, _ = open_page(chromium, address, java_script_enabled=False)
    page.goto("/styleguide")
    page.fill("#visit-form #f-visitor_name", "王小明")
    page.click("#visit-form button[type=submit] >> text=发送预约")
    assert page.title().startswith("错误：")
    expect(page.locator("#visit-form .error-summary li")).to_have_count(3)
    expect(page.locator("#visit-form #f-visitor_name")).to_have_value("王小明")
    page.goto("/styleguide")
    page.click("[data-language] button")
    expect(page.locator("h1").first).to_have_text("Style guide")
    page.context.close()


def test_a_signature_may_be_drawn_or_typed(page: Page) -> None:
    page.goto("/styleguide")
    pad = page.locator("#visit-form [data-sign]")
    expect(pad).to_be_visible()
    canvas = pad.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=8)
    page.mouse.up()
    assert pad.locator("input").input_value().startswith("data:image/png;base64,")
    pad.locator("button").click()
    assert pad.locator("input").input_value() == ""


def test_a_badge_prints_at_its_size_and_a_form_on_one_page(chromium: Browser, address: str) -> None:
    page, _ = open_page(chromium, address)
    page.goto("/styleguide/paper")
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    sizes = sorted((round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes)
    assert sizes == [(86, 54), (86, 54), (210, 297)]
    page.context.close()


def test_a_page_costs_little(chromium: Browser, address: str) -> None:
    page, _ = open_page(chromium, address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/styleguide/kiosk", wait_until="networkidle")
    assert len([url for url in asked if "favicon" not in url and "manifest" not in url]) <= 5
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.context.close()
