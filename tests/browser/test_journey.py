"""A visit from the invitation to the door and out again, on phones, at the desk and on the tablets.

Everybody has a device of their own. It is made in both languages, each with a script and without; without one only
the board that moves by itself is missing. With `PICTURES=folder` the devices are photographed on the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from chassis import clock
from cli.demo import PASSWORD
from tests.browser.demo import NOBODY, Demo
from tests.browser.demo import TABLET as MAIN_DOOR
from tests.browser.people import DESK, PHONE, TABLET, Hand
from tests.browser.pictures import picture
from tests.browser.story import DUTY_MANAGER, ESCORT, GUARD, HOST, MANAGER, area, see

FLOOR_DOOR = "tablet:FLOOR"
SECOND_ESCORT = "F001"
VISIT = re.compile(r"/visits/[0-9a-f-]{36}$")
CODES = re.compile(r"\d\.\d{1,2}[ab]?|第.章第.条")
"""A control's code, which no visitor reads (2.12.2)."""
SECONDS_TO_REGISTER = 20
ACCEPT = "#form button[type=submit]:not([form])"


@dataclass
class Devices:
    """Everybody's device in one language, with scripts or without; what a browser complains of is collected."""

    demo: Demo
    language: str
    script: bool
    complaints: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)

    def hand(self, who: str, size: dict[str, int]) -> Hand:
        """A hand on somebody's device, its taps not yet counted."""
        if who not in self._pages:
            locale = {"zh": "zh-CN", "en": "en-GB"}[self.language]
            context = self.demo.context(who, viewport=size, locale=locale, java_script_enabled=self.script)
            page = self._pages[who] = context.new_page()
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.on("console", lambda said: self._hear(said.type, said.text))
        return Hand(self._pages[who])

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def shoot(self, hand: Hand, name: str) -> None:
        """A picture for the docs."""
        if self.script:
            picture(hand.page, name, self.language)

    def close(self) -> None:
        """Put them away."""
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(params=[(lang, script) for lang in ("zh", "en") for script in (True, False)], ids=str)
def devices(request: pytest.FixtureRequest, demo: Demo) -> Iterator[Devices]:
    """Both languages, with and without a script; an error in a browser fails the test."""
    made = Devices(demo, *request.param)
    yield made
    made.close()
    assert made.complaints == []


def test_a_visit_from_the_invitation_to_the_way_out(devices: Devices) -> None:
    visit_id = _invite(devices)
    _permit(devices, visit_id)
    _register(devices, visit_id)
    badge = _check_the_id(devices, visit_id)
    _enter_the_floor(devices, badge)
    _hand_over(devices, visit_id)
    _leave(devices, visit_id, badge)
    assert see(devices.demo, GUARD, visit_id)["state"] == "closed"


def _invite(devices: Devices) -> str:
    """The host signs in and invites on the phone; the id of the visit."""
    hand = devices.hand(NOBODY, PHONE)
    hand.page.goto("/login")
    devices.shoot(hand, "phone-sign-in")
    hand.write(employee_no=HOST, password=PASSWORD)
    hand.tap("#form button[type=submit]")
    hand.page.wait_for_url(lambda address: "/login" not in address)
    hand.page.goto("/visits/new")
    now = clock.now().astimezone(ZoneInfo("Asia/Shanghai"))
    name = "许立" if devices.language == "zh" else "Marta Novak"
    hand.write(name=name, company="联通华东", phone="13800000427", purpose="系统巡检")
    end = min(now + timedelta(minutes=90), now.replace(hour=23, minute=59))
    hand.write(day=f"{now:%Y-%m-%d}", begin=f"{now:%H:%M}", end=f"{end:%H:%M}")
    hand.page.select_option("#f-kind", "maintenance")
    hand.tap(f"input[name=areas][value='{area(devices.demo, 'FLOOR')['id']}']")
    if not devices.script:  # the first sending says what is missing, and offers it
        hand.tap("#form > .actions button[type=submit]")
    hand.tap(f"input[name=escort_no][value={ESCORT}]")
    devices.shoot(hand, "phone-invite")
    hand.tap("#form > .actions button[type=submit]")
    hand.page.wait_for_url(VISIT)
    return hand.page.url.rpartition("/")[2]


def _permit(devices: Devices, visit_id: str) -> None:
    """The manager opens the link of the message, reads, and taps once more; who is asked at this hour says yes too."""
    hand = devices.hand(MANAGER, PHONE)
    hand.page.goto("/inbox")
    devices.shoot(hand, "phone-inbox")
    hand.page.goto(f"/visits/{visit_id}")
    hand.taps = 1
    devices.shoot(hand, "phone-permit")
    assert see(devices.demo, MANAGER, visit_id)["state"] != "approved"  # reading changed nothing
    hand.tap("#decide button[value=approve]")
    expect(hand.page.locator("#decide")).to_have_count(0)
    assert hand.taps <= 2
    waiting = see(devices.demo, DUTY_MANAGER, visit_id)
    if "approve" in waiting["can"]:
        decide = f"/api/visitor/v1/visits/{visit_id}:decide"
        devices.demo.post(DUTY_MANAGER, decide, {"decision": "approve"}, version=waiting["version"])
    assert see(devices.demo, MANAGER, visit_id)["state"] == "approved"


def _register(devices: Devices, visit_id: str) -> None:
    """The visitor at the tablet: three taps, one more for each thing declared, and nobody's name in the open."""
    phone, tablet = devices.hand(NOBODY, PHONE), devices.hand(MAIN_DOOR, TABLET)
    phone.page.goto(f"/visits/{visit_id}/pass")
    devices.shoot(phone, "phone-pass")
    code = phone.page.inner_text(".reference")
    tablet.page.goto("/kiosk")
    devices.shoot(tablet, "kiosk-welcome")
    begun = time.monotonic()
    tablet.tap("a.tile")
    tablet.scan("code", code)
    expect(tablet.page.locator("h1")).to_contain_text("0427")
    assert see(devices.demo, GUARD, visit_id)["visitor"]["name"] not in tablet.page.content()
    devices.shoot(tablet, "kiosk-is-this-you")
    tablet.tap("#f-privacy")
    tablet.tap("input[value=usb_stick]")
    tablet.tap(ACCEPT)
    expect(tablet.page.locator(".done")).to_be_visible()
    assert tablet.taps - 1 <= 3
    assert time.monotonic() - begun <= SECONDS_TO_REGISTER
    assert not CODES.search(tablet.page.inner_text("main"))
    devices.shoot(tablet, "kiosk-registered")


def _check_the_id(devices: Devices, visit_id: str) -> str:
    """The guard looks at the ID, takes the stick into a locker and hands out a badge; its number."""
    hand = devices.hand(GUARD, DESK)
    hand.page.goto(f"/visits/{visit_id}")
    devices.shoot(hand, "desk-check-id")
    hand.page.check("#f-name_matches")
    hand.page.check("#f-photo_matches")
    hand.write(last4="1234")
    hand.tap("#check-id button[type=submit]")
    expect(hand.page.locator("#check-id")).to_have_count(0)
    hand.write(locker="3", tag=f"T-{visit_id[-4:]}")
    hand.tap("form[id^=item-] button[type=submit]")
    expect(hand.page.locator("#f-locker")).to_have_count(0)
    site = see(devices.demo, GUARD, visit_id)["site_id"]
    badge: str = devices.demo.get(GUARD, f"/api/visitor/v1/badges?site_id={site}")["free_floor"][0]
    hand.write(badge_no=badge)
    hand.tap("#badge button[type=submit]")
    expect(hand.page.locator("#badge")).to_have_count(0)
    devices.shoot(hand, "desk-visit")
    return badge


def _enter_the_floor(devices: Devices, badge: str) -> None:
    """An ordinary employee's badge is refused without a code; the designated escort's opens the door."""
    tablet = devices.hand(FLOOR_DOOR, TABLET)
    tablet.page.goto("/kiosk/floor")
    tablet.scan("badge_no", badge)
    expect(tablet.page.locator("input[name=scan_id]")).to_have_count(1)
    tablet.scan("badge_no", "B-E002")
    expect(tablet.page.locator(".error-summary")).to_be_visible()
    assert not CODES.search(tablet.page.inner_text(".error-summary"))
    devices.shoot(tablet, "kiosk-floor-refused")
    tablet.scan("badge_no", f"B-{ESCORT}")
    expect(tablet.page.locator(".done")).to_be_visible()
    devices.shoot(tablet, "kiosk-floor-entered")


def _hand_over(devices: Devices, visit_id: str) -> None:
    """The escort offers, the other accepts: both on their phones."""
    one, other = devices.hand(ESCORT, PHONE), devices.hand(SECOND_ESCORT, PHONE)
    one.page.goto(f"/visits/{visit_id}")
    one.write(employee_no=SECOND_ESCORT)
    one.tap("#offer button[type=submit]")
    one.page.wait_for_url(VISIT)
    assert see(devices.demo, GUARD, visit_id)["custody"]["employee_no"] == ESCORT
    other.page.goto(f"/visits/{visit_id}")
    devices.shoot(other, "phone-custody")
    other.tap("#accept button[type=submit]")
    expect(other.page.locator("#accept")).to_have_count(0)
    assert see(devices.demo, GUARD, visit_id)["custody"]["employee_no"] == SECOND_ESCORT


def _leave(devices: Devices, visit_id: str, badge: str) -> None:
    """Out of the floor, then out of the company: two taps each; not before the stick is back with its owner."""
    floor, main, guard = (devices.hand(FLOOR_DOOR, TABLET), devices.hand(MAIN_DOOR, TABLET), devices.hand(GUARD, DESK))
    for hand, value in ((floor, "area"), (main, "premises")):
        hand.page.goto("/kiosk")
        hand.tap("a.tile[href='/kiosk/out']")
        hand.write(badge_no=badge)
        hand.tap(f"button[value={value}]")
        assert hand.taps <= 2
    expect(floor.page.locator(".done")).to_be_visible()
    expect(main.page.locator(".error-summary")).to_be_visible()
    guard.page.goto(f"/visits/{visit_id}")
    guard.tap("form[id^=item-] button[type=submit]")
    expect(guard.page.locator("form[id^=item-] button[type=submit]")).to_have_count(0)
    main.tap("button[value=premises]")
    expect(main.page.locator(".done")).to_be_visible()
    devices.shoot(main, "kiosk-goodbye")


def test_somebody_without_an_appointment_waits_for_the_hosts_yes(devices: Devices) -> None:
    tablet, phone = devices.hand(MAIN_DOOR, TABLET), devices.hand(HOST, PHONE)
    tablet.page.goto("/kiosk")
    tablet.tap("a.tile[href='/kiosk/walkin']")
    tablet.write(name="林涛", company="顺丰速运", host="李娜", purpose="合同洽谈")
    tablet.tap("main button[type=submit]")
    tablet.page.wait_for_url("**/kiosk/wait/*")
    visit_id = tablet.page.url.rpartition("/")[2].partition("?")[0]
    devices.shoot(tablet, "kiosk-waiting")
    for hand, who in ((phone, HOST), (devices.hand(DUTY_MANAGER, PHONE), DUTY_MANAGER)):
        if "approve" in see(devices.demo, who, visit_id)["can"]:
            hand.page.goto(f"/visits/{visit_id}")
            hand.tap("#decide button[value=approve]")
            expect(hand.page.locator("#decide")).to_have_count(0)
    if not devices.script:
        tablet.page.reload()
    expect(tablet.page.locator(".done")).to_be_visible(timeout=8000)
    tablet.tap("a[href^='/kiosk/walkin/']")
    tablet.tap(ACCEPT)
    expect(tablet.page.locator(".done")).to_be_visible()
    assert tablet.taps <= 6
    assert see(devices.demo, GUARD, visit_id)["state"] == "arrived"


def test_a_stranger_is_reported_with_one_tap(devices: Devices) -> None:
    tablet, phone = devices.hand(FLOOR_DOOR, TABLET), devices.hand("E002", PHONE)
    for hand, path, button in ((tablet, "/kiosk/staff", "button[value=no]"), (phone, "/strangers", "#form button")):
        hand.page.goto(path)
        hand.tap(button)
        assert hand.taps == 1
    expect(tablet.page.locator(".done")).to_be_visible()
    phone.page.wait_for_url(re.compile(r"/strangers/[0-9a-f-]{36}$"))
    devices.shoot(phone, "phone-stranger")
