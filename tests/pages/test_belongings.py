"""Pages of belongings: declared at the desk, into a locker, on the list with whose it is, given back or lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chassis import clock
from tests.whole import Whole, fill_in, text_of

pytestmark = pytest.mark.anyio
WHEN = {"privacy_version": "2026-11", "rules_version": "2026-11"}


async def arrived(whole: Whole) -> str:
    """A visitor for the lounge at the desk, who has declared nothing; the page of the visit."""
    host, now = await whole.as_("host"), clock.now()
    invitation = {
        "visitors": [{"name": "王小明", "company": "华信科技"}],
        "kind": "guest",
        "purpose": "业务回访",
        "areas": [whole.ids.areas["LOUNGE"]],
        "starts_at": text_of(now - timedelta(minutes=5)),
        "ends_at": text_of(now + timedelta(hours=2)),
    }
    made = (await host.post("/api/visitor/v1/visits", invitation)).json["visits"][0]
    await (await whole.as_("duty_manager")).post(f"/api/visitor/v1/visits/{made['id']}:decide", {"decision": "approve"})
    key = {"headers": {"idempotency-key": "arrive-once"}}
    said = await (await whole.tablet()).post(f"/api/visitor/v1/arrivals/{made['id']}:arrive", WHEN, **key)
    assert said.status == 200, said.text
    return f"/visits/{made['id']}"


async def test_from_the_desk_into_a_locker_and_back(whole: Whole) -> None:
    visit, guard = await arrived(whole), await whole.as_("guard")
    wrong = await fill_in(guard, visit, f"{visit}/declare", **{"items.0.kind": "disc", "items.0.quantity": "many"})
    assert wrong.status == 422
    assert "格式不对" in wrong.text.partition('id="e-items.0.quantity"')[2][:300]
    thing = {"items.0.kind": "usb_stick", "items.0.quantity": "2", "items.0.note": "黑色 32G"}
    assert (await fill_in(guard, visit, f"{visit}/declare", **thing)).status == 303
    waiting = (await guard.get("/belongings")).text
    for text in ("等待寄存", "U 盘 × 2", "王小明", "寄存柜里没有物品"):
        assert text in waiting
    locker = re.findall(r'action="(/visits/[^"]+/leave-outside)"', (await guard.get(visit)).text)[0]
    assert (await fill_in(guard, visit, locker, locker="3", tag="T-17")).status == 303
    lying = (await guard.get("/belongings")).text
    for text in ("T-17", "黑色 32G", "王小明"):
        assert text in lying
    assert "还有 1 件寄存物品没有领回" in (await guard.get(visit)).text
    board = (await guard.get("/visits/board")).text
    assert f'href="/belongings?site={whole.ids.site}"' in board
    back = re.findall(r'action="(/belongings/[^"]+/give-back[^"]*)"', lying)[0]
    assert (await fill_in(guard, "/belongings", back)).status == 303
    assert "寄存柜里没有物品" in (await guard.get("/belongings")).text
    twice = await guard.submit(back, form_token="again-a-second-time")
    assert twice.status == 409
    assert "这件物品不在寄存柜里：已领回" in twice.text


async def test_a_loss_says_how_and_an_exit_with_things_left_needs_a_reason(whole: Whole) -> None:
    visit, guard = await arrived(whole), await whole.as_("guard", "en")
    await fill_in(guard, visit, f"{visit}/declare", **{"items.0.kind": "mp3", "items.0.quantity": "1"})
    locker = re.findall(r'action="(/visits/[^"]+/leave-outside)"', (await guard.get(visit)).text)[0]
    await fill_in(guard, visit, locker, locker="3", tag="T-17")
    leaving = await fill_in(guard, visit, f"{visit}/leave", badge="returned")
    assert leaving.status == 422
    assert "Enter the reason" in leaving.text.partition('id="e-reason"')[2][:300]
    assert (await fill_in(guard, visit, f"{visit}/leave", badge="returned", reason="in a hurry")).status == 303
    left = (await guard.get("/belongings")).text
    assert "the visitor has left" in left
    lost = re.findall(r'action="(/belongings/([^"/]+)/report-lost[^"]*)"', left)[0]
    note = f"note-{lost[1][-12:]}"
    silent = await fill_in(guard, "/belongings", lost[0], **{note: ""})
    assert silent.status == 422
    assert "Say how it was lost" in silent.text.partition(f'id="e-{note}"')[2][:300]
    assert (await fill_in(guard, "/belongings", lost[0], **{note: "The locker was empty"})).status == 303
    assert "The lockers are empty" in (await guard.get("/belongings")).text


async def test_managers_read_and_others_read_why_not(whole: Whole) -> None:
    assert (await (await whole.as_("manager")).get("/belongings")).status == 200
    refused = await (await whole.as_("agent")).get("/belongings")
    assert refused.status == 403
    assert "寄存情况由保安人员、现场管理人员和本职场经理查看" in refused.text
    assert (await (await whole.as_("guard")).submit("/belongings/x/steal", form_token="t")).status == 404
