"""The board, who is inside and the desk as pages: rows act without a script, refusals beside them, news told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import orjson
import pytest
from starlette.types import Message

from chassis import clock
from chassis.db import open_database
from gateway.live import MOST_OF_ONE
from services.visitor.base import BASE as VISITOR
from services.visitor.entries import actions as entries
from tests.gateway.browsing import PARTIAL
from tests.gateway.identity.browser import Browser
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
BOARD, INSIDE = "/visits/board", "/visits/inside"


async def at_the_desk(whole: Whole, name: str = "王小明", host: str = "8021") -> str:
    """A walk-in whom the host wants to see and who has registered; the visit."""
    tablet = await whole.tablet()
    asked = {"name": name, "host": host, "purpose": "送合同", "privacy_version": "2026-11"}
    keyed = {"idempotency-key": name, "content-type": "application/json"}
    said = await tablet.send("POST", "/api/visitor/v1/walk-ins", orjson.dumps(asked), headers=keyed)
    assert said.status == 201, said.text
    visit_id: str = said.json["visit_id"]
    for decider in ("host", "duty_manager"):
        visit = (await (await whole.as_("guard")).get(f"/api/visitor/v1/visits/{visit_id}")).json
        if visit["state"] != "approved":
            yes = {"decision": "approve"}
            await (await whole.as_(decider)).post(f"/api/visitor/v1/visits/{visit_id}:decide", yes)
    notices = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}
    path = f"/api/visitor/v1/arrivals/{visit_id}:arrive"
    said = await tablet.send("POST", path, orjson.dumps(notices), headers={**keyed, "idempotency-key": name + "!"})
    assert said.status == 200, said.text
    return visit_id


async def shown(browser: Browser, address: str) -> str:
    said = await browser.get(address)
    assert said.status == 200, (address, said.status, said.text[-600:])
    return said.text


async def test_the_guard_checks_the_id_and_hands_out_the_badge_on_the_row(whole: Whole) -> None:
    visit_id, guard = await at_the_desk(whole), await whole.as_("guard")
    row, site = visit_id[-12:], f"?site={whole.ids.site}"
    page = await shown(guard, BOARD)
    assert "待查验证件" in page
    checked = await fill_in(guard, BOARD, f"{BOARD}/{visit_id}/check-id{site}", **{f"id_kind-{row}": "passport"})
    assert (checked.status, checked.headers["location"]) == (303, BOARD + site)
    page = await shown(guard, BOARD)
    assert "待发访客证" in page
    assert f'id="f-badge_no-{row}"' in page
    assert 'value="L001"' in page
    given = await fill_in(guard, BOARD, f"{BOARD}/{visit_id}/hand-badge{site}", **{f"badge_no-{row}": "L001"})
    assert given.status == 303
    page = await shown(guard, BOARD)
    assert "在休息室" in page
    assert f"/visits/{visit_id}?do=leave#leave" in page


async def test_a_refusal_stands_beside_its_row_and_keeps_what_was_typed(whole: Whole) -> None:
    visit_id, guard = await at_the_desk(whole), await whole.as_("guard")
    row, site = visit_id[-12:], f"?site={whole.ids.site}"
    await fill_in(guard, BOARD, f"{BOARD}/{visit_id}/check-id{site}")
    said = await fill_in(guard, BOARD, f"{BOARD}/{visit_id}/hand-badge{site}", **{f"badge_no-{row}": "F001"})
    assert said.status in (409, 422)
    assert 'value="F001"' in said.text
    assert "error-summary" in said.text
    assert said.text.count("<!doctype html>") == 1


async def test_under_htmx_an_act_is_answered_by_the_board_alone(whole: Whole) -> None:
    visit_id, guard = await at_the_desk(whole), await whole.as_("guard")
    target = f"{BOARD}/{visit_id}/check-id?site={whole.ids.site}"
    form = (await shown(guard, BOARD)).partition(f'action="{target}"')[2].partition("</form>")[0]
    token = re.search(r'name="form_token" value="([^"]+)"', form)
    assert token
    body = f"form_token={token[1]}".encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    said = await guard.send("POST", target, body, headers=PARTIAL | kind)
    assert said.status == 200
    assert "<!doctype" not in said.text
    assert "待发访客证" in said.text
    assert "已办理" in said.text


async def test_the_hosts_word_by_phone_is_noted_on_the_row(whole: Whole) -> None:
    tablet, guard = await whole.tablet(), await whole.as_("guard")
    asked = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    keyed = {"idempotency-key": "x1", "content-type": "application/json"}
    said = await tablet.send("POST", "/api/visitor/v1/walk-ins", orjson.dumps(asked), headers=keyed)
    visit_id = said.json["visit_id"]
    page = await shown(guard, BOARD)
    assert "已通知被访人" in page
    target = f"{BOARD}/{visit_id}/say-by-phone?site={whole.ids.site}"
    refused = await fill_in(guard, BOARD, target, decision="refuse")
    assert refused.status == 422
    assert f'href="#f-comment-{visit_id[-12:]}"' in refused.text
    assert (await fill_in(guard, BOARD, target, decision="approve")).status == 303
    assert "电话同意来访" not in await shown(guard, BOARD)


async def test_help_at_a_tablet_is_red_until_somebody_says_what_was_done(whole: Whole) -> None:
    tablet, guard = await whole.tablet(), await whole.as_("guard")
    assert (await tablet.post("/api/visitor/v1/alarms:help")).status == 201
    page = await shown(guard, BOARD)
    assert "需要处理 1 件" in page
    assert "没有在岗人员" in page
    target = re.search(rf'action="({BOARD}/alarms/[^"]+)"', page)
    assert target
    alarm = target[1].split("/")[4]
    note = f"note-{alarm[-12:]}"
    assert (await fill_in(guard, BOARD, target[1], **{note: ""})).status == 422
    assert (await fill_in(guard, BOARD, target[1], **{note: "已到门口"})).status == 303
    assert "需要处理" not in await shown(guard, BOARD)


async def test_who_may_look_and_who_has_it_in_the_menu(whole: Whole) -> None:
    for name in ("guard", "floor_manager", "manager", "duty_manager", "leader", "auditor"):
        browser = await whole.as_(name)
        for page in (BOARD, INSIDE, "/desk"):
            assert f'href="{page}"' in await shown(browser, page)
    agent = await whole.as_("agent")
    for page in (BOARD, INSIDE):
        assert (await agent.get(page)).status == 403
    assert f'href="{BOARD}"' not in await shown(agent, "/inbox")
    assert (await whole.browser().get(BOARD)).headers["location"].startswith("/login")


@pytest.mark.parametrize(
    ("name", "page"), [("guard", BOARD), ("floor_manager", "/desk"), ("auditor", "/desk"), ("manager", "/inbox")]
)
async def test_everybody_begins_where_they_work(whole: Whole, name: str, page: str) -> None:
    assert (await (await whole.as_(name)).get("/")).headers["location"] == page


async def test_the_desk_leads_to_the_reddest_item(whole: Whole) -> None:
    guard = await whole.as_("guard")
    assert "现在没有要处理的异常" in await shown(guard, "/desk")
    await at_the_desk(whole)
    seen = await fill_in(await whole.as_("agent"), "/strangers", "/strangers", place="B 区")
    page = await shown(guard, "/desk")
    assert "陌生人未请离：B 区" in page
    assert f'href="{seen.headers["location"]}"' in page
    assert "30 天来访" in page
    assert page.count("<tr>") >= 30
    plain = await shown(await whole.as_("agent"), "/desk")
    assert "30 天来访" not in plain
    assert "上报陌生人" in plain


async def test_an_exit_is_confirmed_from_the_list_with_how_it_is_known(whole: Whole) -> None:
    visit_id, guard = await at_the_desk(whole), await whole.as_("guard")
    page = await shown(guard, INSIDE)
    for text in ("王小明", "在前台", "吴保安 G001", "截至 20"):
        assert text in page
    db = open_database(whole.settings.database_url("visitor"), VISITOR.journal)
    now = clock.now()
    with clock.reading(lambda: now + timedelta(hours=9)):
        db.write_now(entries.assume_exits)
    await db.close()
    target, row = f"{INSIDE}/{visit_id}/confirm?site={whole.ids.site}", f"reason-{visit_id[-12:]}"
    assert "系统推定已离开，待确认" in await shown(guard, INSIDE)
    assert target not in await shown(await whole.as_("floor_manager"), INSIDE)
    refused = await fill_in(guard, INSIDE, target, **{row: ""})
    assert (refused.status, f'href="#f-{row}"' in refused.text) == (422, True)
    assert (await fill_in(guard, INSIDE, target, **{row: "监控回看 18:32 离开"})).status == 303
    assert "现在没有访客在公司内" in await shown(guard, INSIDE)


async def test_the_stream_tells_that_there_is_news_and_ends_with_the_session(whole: Whole) -> None:
    guard = await whole.as_("guard")
    page = await shown(guard, BOARD)
    address = re.search(r'hx-sse:connect="([^"]+)"', page)
    assert address
    async with events(guard, address[1].replace("&amp;", "&")) as heard:
        await (await whole.as_("agent")).post("/api/visitor/v1/strangers", {})
        said = await asyncio.wait_for(anext(heard), 3)
        assert re.match(r"event: news\ndata: \d+\nid: \d+\n\n", said)


async def test_streams_of_one_person_are_counted(whole: Whole) -> None:
    guard = await whole.as_("guard")
    address = f"{BOARD}/stream?seen=0&site={whole.ids.site}"
    async with streams(guard, address, MOST_OF_ONE):
        said = await guard.get(address)
        assert (said.status, said.headers["retry-after"]) == (429, "60")
    assert (await whole.browser().get(address)).status == 303


@asynccontextmanager
async def streams(browser: Browser, address: str, n: int) -> AsyncIterator[None]:
    """So many streams, each open."""
    if n == 0:
        yield
        return
    async with events(browser, address) as heard:
        await asyncio.wait_for(anext(heard), 3)
        async with streams(browser, address, n - 1):
            yield


@asynccontextmanager
async def events(browser: Browser, address: str) -> AsyncIterator[AsyncIterator[str]]:
    """Open a stream as a browser does; its messages, until the block ends."""
    messages: asyncio.Queue[str] = asyncio.Queue()
    gone = asyncio.Event()
    path, _, query = address.partition("?")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    sent = {"host": browser.host, "cookie": cookie, "accept": "text/event-stream"}
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": browser.scheme, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
        "client": ("192.0.2.1", 5), "server": (browser.host, 80), "state": {},
    }  # fmt: skip

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if gone.is_set():
            raise OSError("gone")
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        elif message.get("body") and not message["body"].startswith(b":"):
            messages.put_nowait(message["body"].decode())

    async def heard() -> AsyncIterator[str]:
        while True:
            yield await messages.get()

    task = asyncio.create_task(browser.app(scope, receive, send))
    try:
        yield heard()
    finally:
        gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
