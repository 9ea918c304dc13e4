"""The guard at the tablet without a script: PIN, ID check, badge, who is inside; out by hand or by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis import clock
from tests.gateway.identity.browser import Browser, Said
from tests.pages.test_kiosk import permitted
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
DOOR, PIN_PAGE, OUT = "/kiosk/staff/door", "/kiosk/staff/in", "/kiosk/staff/out"
PIN = "739204"
READ = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}


async def with_pin(whole: Whole, name: str = "guard", language: str = "zh") -> Browser:
    """A tablet at which somebody has just signed in by their PIN."""
    assert (await (await whole.as_(name)).submit("/me/pin", pin=PIN)).status == 303
    tablet = await whole.tablet(language=language)
    said = await signed_in(tablet, {"guard": "G001", "agent": "E010"}[name])
    assert (said.status, said.headers["location"]) == (303, DOOR), said.text
    return tablet


async def signed_in(tablet: Browser, number: str, pin: str = PIN) -> Said:
    return await fill_in(tablet, PIN_PAGE, PIN_PAGE, employee_no=number, pin=pin)


async def arrived(whole: Whole, things: list[str] | None = None) -> dict[str, Any]:
    """A visitor who has registered at a tablet and stands at the desk."""
    visit, tablet = await permitted(whole), await whole.tablet()
    body = {**READ, "belongings": [{"kind": kind} for kind in things or []]}
    path = f"/api/visitor/v1/arrivals/{visit['id']}:arrive"
    key = {"idempotency-key": visit["id"], "content-type": "application/json"}
    assert (await tablet.post(path, body, headers=key)).status == 200
    return visit


@pytest.mark.parametrize(
    ("language", "waits", "says", "given"),
    [("zh", "待查验证件", "查验证件", "已发放访客证"), ("en", "ID to check", "ID check", "Badge handed out")],
)
async def test_the_guard_checks_the_id_and_hands_out_the_badge_at_the_tablet(
    whole: Whole, language: str, waits: str, says: str, given: str
) -> None:
    visit, tablet = await arrived(whole), await with_pin(whole, language=language)
    page = f"/kiosk/staff/visits/{visit['id']}"
    listed = (await tablet.get(DOOR)).text
    assert f'href="{page}"' in listed
    assert waits in listed
    shown = (await tablet.get(page)).text
    assert says in shown
    assert "王小明" in shown
    refused = await fill_in(tablet, page, f"{page}/check-id", id_kind="passport", name_matches="yes", last4="123X")
    assert refused.status == 422
    assert 'value="123X"' in refused.text
    assert '<option value="passport" selected>' in refused.text
    seen = {"id_kind": "passport", "name_matches": "yes", "photo_matches": "yes", "expires_on": "2031-05-01"}
    checked = await fill_in(tablet, page, f"{page}/check-id", **seen, last4="123X")
    assert (checked.status, checked.headers["location"]) == (303, page)
    assert 'value="L001"' in (await tablet.get(page)).text, "a free badge is suggested"
    handed = await fill_in(tablet, page, f"{page}/hand-badge", badge_no="L001")
    assert handed.status == 303
    done = (await tablet.get(page)).text
    assert given in done
    assert "L001" in done
    inside = (await tablet.get("/kiosk/staff/inside")).text
    assert "王小明" in inside
    assert "L001" in inside
    assert (await (await whole.as_("guard")).get(f"/api/visitor/v1/visits/{visit['id']}")).json["state"] == "in_lounge"


@pytest.mark.parametrize(
    ("language", "says"), [("zh", "员工编号或 PIN 不正确"), ("en", "Employee no. or PIN is not right")]
)
async def test_a_wrong_pin_is_said_beside_it_and_five_lock_it(whole: Whole, language: str, says: str) -> None:
    assert (await (await whole.as_("guard")).submit("/me/pin", pin=PIN)).status == 303
    tablet = await whole.tablet(language=language)
    wrong = [await signed_in(tablet, "G001", f"00000{n}") for n in range(5)]
    assert [said.status for said in wrong] == [422] * 5
    assert wrong[0].text.count(says) == 2
    assert 'value="G001"' in wrong[0].text
    assert "000000" not in wrong[0].text
    locked = await signed_in(tablet, "G001")
    assert locked.status == 429
    assert "kiosk" in locked.text
    assert (await tablet.get(DOOR)).headers["location"] == PIN_PAGE


async def test_who_is_no_guard_reads_whose_page_it_is(whole: Whole) -> None:
    tablet = await with_pin(whole, "agent")
    said = await tablet.get(DOOR)
    assert said.status == 403
    assert OUT in said.text
    visit = await arrived(whole)
    assert (await tablet.get(f"/kiosk/staff/visits/{visit['id']}")).status in (403, 404)


async def test_nobody_gets_there_without_a_tablet_or_a_pin(whole: Whole) -> None:
    tablet, desk = await whole.tablet(), await whole.as_("guard")
    for page in (DOOR, "/kiosk/staff/inside", "/kiosk/staff/visits/x"):
        assert (await tablet.get(page)).headers["location"] == PIN_PAGE
        assert (await desk.get(page)).headers["location"] == "/kiosk/pair"
        assert (await whole.browser().get(page)).headers["location"] == "/kiosk/pair"
    assert f'href="{DOOR}"' in (await tablet.get("/kiosk/staff")).text


async def test_the_session_decides_nothing_and_opens_no_account(whole: Whole) -> None:
    visit, tablet = await permitted(whole), await with_pin(whole)
    for path, body in (
        (f"/api/visitor/v1/visits/{visit['id']}:decide", {"decision": "approve"}),
        (f"/api/visitor/v1/visits/{visit['id']}:withdraw", None),
        ("/api/visitor/v1/escorts", {}),
    ):
        assert (await tablet.post(path, body)).status == 403, path
    assert (await tablet.get("/me")).headers["location"].startswith("/login")


async def test_the_start_page_is_the_guards_until_they_leave_and_visitors_pages_act_as_the_tablet(whole: Whole) -> None:
    tablet = await with_pin(whole)
    assert (await tablet.get("/kiosk")).headers["location"] == DOOR
    shown = (await tablet.get(DOOR)).text
    assert "吴保安 退出" in shown
    assert "data-leave" in shown
    assert '<meta http-equiv="refresh" content="70;url=/kiosk">' in shown
    assert "已通知工作人员" in (await tablet.submit("/kiosk/help")).text, "the tablet itself rings"
    out = await tablet.submit(OUT)
    assert (out.status, out.headers["location"]) == (303, "/kiosk")
    assert "kiosk" in tablet.cookies
    assert "sid" not in tablet.cookies
    assert "您好，请选择" in (await tablet.get("/kiosk")).text
    assert (await tablet.submit(OUT)).status == 303, "twice does no harm"


async def test_a_minute_without_a_touch_ends_it_and_five_at_the_most(whole: Whole) -> None:
    start = clock.now()
    now = start

    def read() -> datetime:
        return now

    tablet = await with_pin(whole)
    with clock.reading(read):
        for _ in range(5):
            now += timedelta(seconds=50)
            assert (await tablet.get(DOOR)).status == 200, now - start
        now += timedelta(seconds=61)
        assert (await tablet.get(DOOR)).headers["location"] == PIN_PAGE
        now = start + timedelta(hours=1)
        assert (await signed_in(tablet, "G001")).status == 303
        begun = now
        while now < begun + timedelta(seconds=300):
            last = await tablet.get(DOOR)
            now += timedelta(seconds=40)
        assert last.status == 200
        assert (await tablet.get(DOOR)).headers["location"] == PIN_PAGE, "five minutes, however busy"


async def test_media_that_are_not_in_a_locker_hold_the_badge_back(whole: Whole) -> None:
    visit, tablet = await arrived(whole, ["usb_stick"]), await with_pin(whole)
    page = f"/kiosk/staff/visits/{visit['id']}"
    seen = {"id_kind": "resident", "name_matches": "yes", "photo_matches": "yes"}
    await fill_in(tablet, page, f"{page}/check-id", **seen)
    assert "1 件介质待寄存" in (await tablet.get(page)).text
    refused = await fill_in(tablet, page, f"{page}/hand-badge", badge_no="L001")
    assert refused.status in (409, 422)
    assert "error-summary" in refused.text


async def test_leaving_takes_two_taps(whole: Whole) -> None:
    visit, guard = await arrived(whole), await with_pin(whole)
    page = f"/kiosk/staff/visits/{visit['id']}"
    seen = {"id_kind": "resident", "name_matches": "yes", "photo_matches": "yes"}
    await fill_in(guard, page, f"{page}/check-id", **seen)
    await fill_in(guard, page, f"{page}/hand-badge", badge_no="L001")
    tablet = await whole.tablet()
    assert 'href="/kiosk/out"' in (await tablet.get("/kiosk")).text, "the first tap"
    form = (await tablet.get("/kiosk/out")).text.partition('id="form"')[2]
    first = form.partition('type="submit"')[2].partition(">")[0]
    assert 'value="premises"' in first, "what a scanner's Enter presses, else the second tap"
    left = await fill_in(tablet, "/kiosk/out", "/kiosk/out", badge_no="L001", **{"from": "premises"})
    assert "再见，王＊明" in left.text
