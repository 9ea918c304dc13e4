"""The tablet's pages without a script: notices read and accepted or declined, and what staff see of it afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest

from chassis import clock
from tests.whole import Whole, fill_in, text_of

pytestmark = pytest.mark.anyio
HASH = re.compile(r'name="(privacy|rules)_sha256" value="([0-9a-f]{64})"')


async def permitted(whole: Whole, **changes: Any) -> dict[str, Any]:
    """A visit to the lounge with every yes it needs at this hour."""
    now = clock.now()
    asked = {
        "visitors": [{"name": "王小明", "company": "华信科技", "phone": "13800000427"}],
        "kind": "guest",
        "purpose": "季度业务回访",
        "areas": [whole.ids.areas["LOUNGE"]],
        "starts_at": text_of(now - timedelta(minutes=5)),
        "ends_at": text_of(now + timedelta(hours=2)),
    }
    host = await whole.as_("host")
    made = (await host.post("/api/visitor/v1/visits", {**asked, **changes})).json["visits"][0]
    here = f"/api/visitor/v1/visits/{made['id']}"
    if made["state"] != "approved":
        assert (await (await whole.as_("duty_manager")).post(f"{here}:decide", {"decision": "approve"})).status == 200
    found: dict[str, Any] = (await host.get(here)).json
    assert found["state"] == "approved"
    return found


def confirm_page(visit: dict[str, Any]) -> tuple[str, str]:
    """The page "is this you" and its form."""
    return f"/kiosk/in/{visit['id']}?code={visit['code']}", f"/kiosk/in/{visit['id']}"


async def change(whole: Whole, **values: Any) -> None:
    """The security admin sets values of the site."""
    admin = await whole.as_("admin")
    now = await admin.get(f"/api/visitor/v1/settings?site_id={whole.ids.site}")
    body = {"site_id": whole.ids.site, "values": values, "reason": "公司要求"}
    headers = {"if-match": now.headers["etag"], "content-type": "application/json"}
    said = await admin.send("PUT", "/api/visitor/v1/settings", orjson.dumps(body), headers=headers)
    assert said.status == 200, said.text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", ("访客须知", "您的权利", "不乘电梯")),
        ("en", ("Visitors&#39; notice", "Your rights", "Do not take the lift")),
    ],
)
async def test_both_notices_stand_whole_on_the_page_and_nothing_is_ticked(
    whole: Whole, language: str, says: tuple[str, ...]
) -> None:
    visit, tablet = await permitted(whole), await whole.tablet(language=language)
    shown = (await tablet.get(confirm_page(visit)[0])).text
    for text in says:
        assert text in shown
    assert re.search(r"<(input|option)[^>]* (checked|selected)", shown) is None
    assert dict(HASH.findall(shown)).keys() == {"privacy", "rules"}


async def test_what_was_accepted_stands_on_the_visit_with_its_words(whole: Whole) -> None:
    visit, tablet = await permitted(whole), await whole.tablet(language="en")
    page, form = confirm_page(visit)
    shown = dict(HASH.findall((await tablet.get(page)).text))
    fields = {f"{name}_sha256": sha256 for name, sha256 in shown.items()}
    fields |= {"privacy_version": "2026-11", "rules_version": "2026-11", "privacy": "yes"}
    said = await fill_in(tablet, page, form, **fields)
    assert (said.status, said.headers["location"]) == (303, f"/kiosk/wait/{visit['id']}")
    host = await whole.as_("host")
    seen = (await host.get(f"/visits/{visit['id']}")).text
    assert "已接受的告知与须知" in seen
    for sha256 in shown.values():
        assert f'href="/texts/{sha256}"' in seen
    words = (await host.get(f"/texts/{shown['rules']}")).text
    assert "Wear your badge where it can be seen" in words
    assert shown["rules"] in words


@pytest.mark.parametrize(
    ("language", "says"), [("zh", "请先阅读并接受告知和须知"), ("en", "read and accept the notices")]
)
async def test_without_the_tick_the_page_says_so_beside_it(whole: Whole, language: str, says: str) -> None:
    visit, tablet = await permitted(whole), await whole.tablet(language=language)
    page, form = confirm_page(visit)
    hidden = {"privacy_version": "2026-11", "rules_version": "2026-11"}
    said = await fill_in(tablet, page, form, **hidden, code=visit["code"], things=["usb_stick"])
    assert said.status == 422
    assert said.text.count(says) == 2, "in the summary and beside the tick"
    assert 'href="#f-privacy"' in said.text
    assert 'value="usb_stick" checked' in said.text
    assert re.search(r"\d\.\d", re.sub(r"<[^>]*>|2026-11", "", said.text).split("请更正")[-1][:200]) is None


async def test_words_that_changed_are_shown_anew(whole: Whole) -> None:
    visit, tablet = await permitted(whole), await whole.tablet()
    page, form = confirm_page(visit)
    old = dict(HASH.findall((await tablet.get(page)).text))
    await change(whole, phones_banned=True)
    fields = {f"{name}_sha256": sha256 for name, sha256 in old.items()}
    fields |= {"privacy_version": "2026-11", "rules_version": "2026-11", "privacy": "yes", "code": visit["code"]}
    said = await tablet.submit(form, form_token="shown-before", **fields)
    assert said.status == 422
    assert "请再看一遍后接受" in said.text
    assert "手机不得带入坐席职场" in said.text


@pytest.mark.parametrize(
    ("language", "says"), [("zh", "已请李娜来门口见您"), ("en", "We have asked 李娜 to come to the door")]
)
async def test_declining_is_answered_kindly_and_the_host_sees_it(whole: Whole, language: str, says: str) -> None:
    visit, tablet = await permitted(whole), await whole.tablet(language=language)
    shown = (await tablet.get(confirm_page(visit)[0])).text
    assert f'action="/kiosk/decline/{visit["id"]}"' in shown
    assert 'type="submit" form="decline"' in shown, "Enter in the form never declines"
    said = await tablet.submit(f"/kiosk/decline/{visit['id']}", form_token="declines-once")
    assert said.status == 200
    assert says in said.text
    host = await whole.as_("host")
    assert "访客没有接受访客须知，请被访人到门口会面" in (await host.get(f"/visits/{visit['id']}")).text


async def test_a_walk_in_reads_the_privacy_notice_with_the_form(whole: Whole) -> None:
    tablet = await whole.tablet()
    fields = {"name": "赵六", "host": "8021", "purpose": "送合同"}
    shown = (await tablet.get("/kiosk/walkin")).text
    assert "来访个人信息处理告知" in shown
    hidden = {"privacy_version": "2026-11", "privacy_sha256": dict(HASH.findall(shown))["privacy"]}
    said = await fill_in(tablet, "/kiosk/walkin", "/kiosk/walkin", **fields, **hidden)
    assert said.status == 303
    stale = await tablet.submit(
        "/kiosk/walkin", form_token="another", **fields, **{**hidden, "privacy_sha256": "0" * 64}
    )
    assert stale.status == 422
    assert 'value="赵六"' in stale.text


async def test_the_help_button_rings_and_looking_at_the_page_does_not(whole: Whole) -> None:
    tablet, guard = await whole.tablet(), await whole.as_("guard")
    alarms = f"/api/visitor/v1/alarms?site_id={whole.ids.site}"
    assert "请到前台，工作人员会协助您" in (await tablet.get("/kiosk/help")).text
    assert (await guard.get(alarms)).json["items"] == []
    rung = await tablet.submit("/kiosk/help")
    assert "已通知工作人员，请在前台稍候" in rung.text
    [alarm] = (await guard.get(alarms)).json["items"]
    assert (alarm["kind"], alarm["place"]) == ("help", "正门")


async def test_staff_read_both_notices_in_both_languages(whole: Whole) -> None:
    admin = await whole.as_("admin")
    assert f'href="/texts?site={whole.ids.site}"' in (await admin.get("/settings/visits")).text
    shown = (await admin.get("/texts")).text
    for text in ("来访个人信息处理告知", "Privacy notice for visitors", "访客须知", "Visitors&#39; notice"):
        assert text in shown
    assert (await whole.browser().get("/texts")).headers["location"].startswith("/login")
    assert (await admin.get("/texts/" + "0" * 64)).status == 404
