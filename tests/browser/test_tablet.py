"""What only a real browser shows of the door tablet: its camera, its clock, the guard's pages, and the paper."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_in_both_schemes
from tests.browser.demo import TABLET, Demo
from tests.browser.story import GUARD, HOST, arrived, permitted
from tests.chromium import FLAGS, installed

PIN = "739204"
SIZE = {"width": 1180, "height": 820}
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
FILE = "[...document.querySelector('#f-photo').files].map(file => [file.type, file.size])"


def film_of(text: str, path: Path, scale: int = 10) -> Path:
    """A film in which a QR code is held before the camera (YUV4MPEG2, grey)."""
    matrix = [list(row) for row in segno.make(text, error="m").matrix_iter(scale=scale, border=4)]
    side, width, height = len(matrix), 640, 480
    top, left = (height - side) // 2, (width - side) // 2
    assert top >= 0
    rows = [bytearray(b"\xc0" * width) for _ in range(height)]
    for y, row in enumerate(matrix):
        rows[top + y][left : left + side] = bytes(16 if dark else 235 for dark in row)
    picture = b"FRAME\n" + b"".join(rows) + b"\x80" * (width * height // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + picture * 3)
    return path


@contextmanager
def tablet_with_camera(demo: Demo, *flags: str, language: str = "zh-CN") -> Iterator[tuple[Page, list[str], list[str]]]:
    """A tablet with a camera that shows what a file says; what it complains of and what it fetches are collected."""
    kind = demo.browser.browser_type
    browser = kind.launch(executable_path=installed(), args=[*FLAGS, *CAMERA, *flags])
    context = browser.new_context(
        base_url=demo.product.address, storage_state=demo.state(TABLET), viewport=SIZE, locale=language
    )  # type: ignore[arg-type]
    page, complaints, fetched = context.new_page(), [], []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: fetched.append(asked.url))
    yield page, complaints, fetched
    browser.close()


def test_a_pass_held_before_the_camera_is_read_after_one_tap(demo: Demo, tmp_path: Path) -> None:
    visit = permitted(demo)
    text = demo.get(HOST, f"/api/visitor/v1/visits/{visit['id']}/pass")["qr"]
    film = film_of(text, tmp_path / "pass.y4m")
    with tablet_with_camera(demo, f"--use-file-for-fake-video-capture={film}") as (page, complaints, fetched):
        page.goto("/kiosk/in")
        assert not [url for url in fetched if "qr-scanner" in url or "camera" in url], "nothing before the tap"
        page.click(".camera button")
        page.wait_for_url(f"**/kiosk/in/{visit['id']}*")
        expect(page.locator("#f-privacy")).to_be_visible()
        assert [url for url in fetched if "qr-scanner-worker" in url]
        assert complaints == []


@pytest.mark.parametrize(("language", "says"), [("zh-CN", "摄像头没有打开"), ("en", "The camera did not open")])
def test_without_a_camera_the_page_says_so_and_stays_whole(demo: Demo, language: str, says: str) -> None:
    context = demo.context(TABLET, viewport=SIZE, locale=language)
    page = context.new_page()
    page.goto("/kiosk/in")
    page.click(".camera button")
    expect(page.locator(".camera .error")).to_contain_text(says)
    page.fill("#f-code", "000000")
    page.wait_for_selector(".error-summary")
    context.close()


def test_a_photo_is_small_when_it_is_sent_and_can_be_taken_again(demo: Demo) -> None:
    with tablet_with_camera(demo) as (page, complaints, _):
        page.goto(f"/kiosk/photo/{arrived(demo)['id']}")
        button = page.locator(".camera button")
        for _ in range(2):
            button.click()
            expect(page.locator(".camera video")).to_be_visible()
            button.click()
            expect(page.locator(".camera img")).to_be_visible()
            [(kind, size)] = page.evaluate(FILE)
            assert kind == "image/jpeg"
            assert size <= 60 * 1024
        assert not page.locator("#f-agreed").is_checked()
        assert complaints == []


@pytest.fixture
def at_work(demo: Demo) -> Iterator[Callable[[str], Page]]:
    """The main door's tablet with the guard signed in by PIN."""
    headers = {"Origin": demo.product.address, "Idempotency-Key": uuid.uuid4().hex}
    said = demo.context_anew(GUARD).request.post("/api/gateway/v1/me/pin", data={"pin": PIN}, headers=headers)
    assert said.ok, said.text()
    opened: list[Page] = []

    def sign_in(language: str) -> Page:
        context = demo.context(TABLET, viewport=SIZE, locale=language, reduced_motion="reduce")
        page = context.new_page()
        page.goto("/kiosk/staff/door")
        page.fill("#f-employee_no", GUARD)
        for digit in PIN:
            page.click(f"[data-digit='{digit}']")
        page.click("#form button[type=submit]")
        page.wait_for_url("**/kiosk/staff/door")
        opened.append(page)
        return page

    yield sign_in
    for page in opened:
        page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_guards_pages_at_the_tablet_are_fit_for_everybody(
    demo: Demo, at_work: Callable[[str], Page], language: str
) -> None:
    visit = arrived(demo)
    page = at_work(language)
    for path in ("/kiosk/staff/door", f"/kiosk/staff/visits/{visit['id']}", "/kiosk/staff/inside"):
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        assert list(violations_in_both_schemes(page)) == [], path
        page.set_viewport_size({"width": 320, "height": 700})
        assert not page.evaluate(TOO_WIDE), path
        page.set_viewport_size(SIZE)


def test_nobody_there_for_a_minute_signs_the_guard_out_after_a_question(at_work: Callable[[str], Page]) -> None:
    page = at_work("zh-CN")
    page.clock.install()
    page.goto("/kiosk/staff/inside")
    page.clock.run_for(50_000)
    expect(page.locator("#idle")).to_contain_text("秒后返回首页")
    page.click("#idle button")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(61_000)
    page.wait_for_url("**/kiosk")
    assert "sid" not in {cookie["name"] for cookie in page.context.cookies()}
    page.goto("/kiosk/staff/door")
    assert page.url.endswith("/kiosk/staff/in")


def test_the_badge_of_a_visit_prints_on_its_card(demo: Demo) -> None:
    visit = arrived(demo)
    context = demo.context(GUARD)
    page = context.new_page()
    page.goto(f"/visits/{visit['id']}/badge")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    sizes = [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in boxes]
    assert len(sizes) == 1, "one card, one page"
    assert sizes[0] == pytest.approx((86, 54), abs=0.5)
    context.close()
