"""Pages of strangers: one tap from anywhere, details after it, the place in the reader's language, out before asked."""

from __future__ import annotations

import pytest

from tests.gateway.identity.browser import Browser, Said
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio


async def tapped(browser: Browser, page: str = "/inbox", **fields: str) -> str:
    """One tap on `page`; the page of the case."""
    said = await fill_in(browser, page, "/strangers", **fields)
    assert said.status == 303, said.text
    return str(said.headers["location"])


async def step(browser: Browser, case: str, act: str, **fields: str) -> Said:
    return await fill_in(browser, case, f"{case}/{act}", **fields)


@pytest.mark.parametrize("page", ["/inbox", "/me", "/board", "/visits", "/escorts"])
async def test_every_page_of_every_employee_has_the_tap(whole: Whole, page: str) -> None:
    agent = await whole.as_("agent")
    case = await tapped(agent, page)
    said = (await agent.get(case)).text
    for text in ("已通知保安人员和现场管理人员", "三楼坐席职场", "补充说明", "请保安处理"):
        assert text in said
    board = (await (await whole.as_("guard")).get("/visits/board")).text
    assert f'href="{case}"' in board


async def test_details_come_after_and_the_later_of_two_reads_that_it_changed(whole: Whole) -> None:
    agent, guard = await whole.as_("agent"), await whole.as_("guard")
    case = await tapped(agent)
    stale = (await guard.get(case)).text.partition(f'action="{case}/describe"')[2].partition("</form>")[0]
    version = stale.partition('name="version" value="')[2].partition('"')[0]
    kept = await step(agent, case, "describe", place="B 区茶水间旁", note="自称来找人")
    assert kept.status == 303
    shown = (await guard.get(case)).text
    assert "B 区茶水间旁" in shown
    assert "自称来找人" in shown
    late = await guard.submit(f"{case}/describe", form_token="later-of-two", version=version, place="门口")
    assert late.status == 412
    assert 'value="门口"' in late.text
    long = await step(agent, case, "describe", note="长" * 201)
    assert long.status == 422
    assert "200" in long.text.partition('id="e-note"')[2][:300]


async def test_first_out_then_asked_then_closed_with_how_it_ended(whole: Whole) -> None:
    agent = await whole.as_("agent")
    case = await tapped(agent, "/strangers", place="门口", guard_needed="yes")
    assert "请保安处理" in (await agent.get(case)).text
    early = await agent.submit(f"{case}/ask", form_token="ask-too-early")
    assert early.status == 409
    assert "先礼貌请离，再询问" in early.text
    assert (await step(agent, case, "show-out")).status == 303
    silent = await step(agent, case, "close")
    assert silent.status == 422
    assert "请从所列各项中选择" in silent.text.partition('id="e-outcome"')[2][:300]
    unknown = await step(agent, case, "close", outcome="visitor")
    assert unknown.status == 409
    assert "请离并询问以后，才能填写这个结果" in unknown.text
    assert (await step(agent, case, "ask")).status == 303
    assert (await step(agent, case, "close", outcome="visitor")).status == 303
    closed = (await agent.get(case)).text
    assert "访客，未佩戴访客证" in closed
    assert "/describe" not in closed
    assert (await agent.submit(f"{case}/chase", form_token="x")).status == 404


async def test_the_place_speaks_the_readers_language(whole: Whole) -> None:
    case = await tapped(await whole.as_("agent"))
    guard = await whole.as_("guard", "en")
    for page in (case, "/strangers", "/visits/board"):
        said = (await guard.get(page)).text
        assert "Call floor" in said, page
        assert "三楼坐席职场" not in said, page


async def test_details_kept_in_english_leave_the_chinese_place(whole: Whole) -> None:
    agent = await whole.as_("agent", "en")
    case = await tapped(agent)
    assert (await step(agent, case, "describe", place="Call floor", note="tall")).status == 303
    assert "三楼坐席职场" in (await (await whole.as_("guard")).get(case)).text
