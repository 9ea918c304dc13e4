"""The inbox: what a person has in hand at the door, with where it is done, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.pages.test_belongings import arrived
from tests.pages.test_escorts import floor_visitor
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio


async def in_hand(whole: Whole, name: str, language: str = "zh") -> list[tuple[str, str]]:
    """What the inbox lists as in hand: where it leads and what it says."""
    page = (await (await whole.as_(name, language)).get("/inbox")).text
    part = page.partition("手上的事" if language == "zh" else "In hand")[2].partition("</section>")[0]
    return re.findall(r'<a href="([^"]+)">([^<]+)</a>', part)


async def test_an_escort_sees_who_is_in_their_company(whole: Whole) -> None:
    await floor_visitor(whole)
    assert await in_hand(whole, "supervisor") == [("/escorts", "您正在陪同 1 位访客")]
    assert await in_hand(whole, "supervisor", "en") == [("/escorts", "Visitors in your company: 1")]
    assert await in_hand(whole, "agent") == []


async def test_the_guard_sees_the_count_that_is_due_and_the_lockers(whole: Whole) -> None:
    count, belongings = "/settings/badges/count", "/belongings"
    assert await in_hand(whole, "guard") == [(count, "今天还没有清点访客证")]
    visit, guard = await arrived(whole), await whole.as_("guard")
    await fill_in(guard, visit, f"{visit}/declare", **{"items.0.kind": "mp3", "items.0.quantity": "1"})
    locker = re.findall(r'action="(/visits/[^"]+/leave-outside)"', (await guard.get(visit)).text)[0]
    await fill_in(guard, visit, locker, locker="3", tag="T-1")
    here = f"{count}?site={whole.ids.site}"
    await guard.submit(here, form_token="count-one-missing", counted="9", missing="F001")
    assert await in_hand(whole, "guard") == [
        (count, "1 张访客证账实不符"),
        (belongings, "1 件随身物品寄存中"),
    ]
    assert await in_hand(whole, "floor_manager") == [(count, "1 张访客证账实不符")]
    await guard.submit(here, form_token="count-all-there", counted="10")
    await fill_in(guard, visit, f"{visit}/leave", badge="returned", reason="赶时间")
    assert await in_hand(whole, "guard") == [(belongings, "1 件寄存物品没有领回，人已离开")]
