"""The page of the log: filters in the address, what it says when nothing is found, and files of what is seen."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chassis import clock
from services.visitor.log import words
from services.visitor.visits.rules import State, VisitKind
from tests.gateway.identity.browser import Browser
from tests.whole import Whole, text_of

pytestmark = pytest.mark.anyio


async def invite(whole: Whole, name: str, *, days: float = 0, area: str = "LOUNGE", **more: Any) -> str:
    """A visit that Li Na hosts; its id."""
    begin = clock.now() + timedelta(days=days, minutes=1)
    body = {
        "visitors": [{"name": name, "company": "华信科技"}],
        "kind": "maintenance",
        "purpose": "空调检修",
        "areas": [whole.ids.areas[area]],
        "starts_at": text_of(begin),
        "ends_at": text_of(begin + timedelta(hours=2)),
    }
    said = await (await whole.as_("host")).post("/api/visitor/v1/visits", {**body, **more})
    assert said.status == 201, said.text
    visit_id: str = said.json["visits"][0]["id"]
    return visit_id


async def shown(browser: Browser, address: str) -> str:
    said = await browser.get(quote(address, safe="/?=&%"))
    assert said.status == 200, said.text[-500:]
    return said.text


def listed(page: str) -> list[str]:
    """The visitors of the table, from the top."""
    return re.findall(r'<a href="/visits/[0-9a-f-]{36}"><span hx-ignore>([^<]+)</span>', page)


async def test_the_address_narrows_the_list_and_the_form_keeps_what_was_asked(whole: Whole) -> None:
    await invite(whole, "王小明", days=1)
    await invite(whole, "李雷", days=3, kind="interviewee", area="DESK")
    guard = await whole.as_("guard")
    assert listed(await shown(guard, "/visits")) == ["李雷", "王小明"]
    day = f"{clock.now() + timedelta(days=1, hours=8):%Y-%m-%d}"
    area = whole.ids.areas["DESK"]
    for query, expected in (
        ("q=wxm", ["王小明"]),
        (f"from={day}&to={day}", ["王小明"]),
        ("kind=interviewee", ["李雷"]),
        (f"area={area}", ["李雷"]),
        ("host=李娜", ["李雷", "王小明"]),
        ("host=E002", []),
        ("state=ended", []),
        ("only=walk_in", []),
        ("only=mine", []),
    ):
        assert (query, listed(await shown(guard, f"/visits?{query}"))) == (query, expected)
    page = await shown(guard, f"/visits?q=李&kind=interviewee&from={day}")
    assert 'value="李"' in page
    assert f'value="{day}"' in page
    assert '<option value="interviewee" selected>' in page
    assert "找到 1 条" in page
    assert '<details class="more" open>' in page
    assert f"/visits/export?format=xlsx&amp;q=%E6%9D%8E&amp;from={day}&amp;kind=interviewee" in page


async def test_nothing_found_is_not_nothing_there(whole: Whole) -> None:
    guard = await whole.as_("guard")
    assert "还没有来访记录" in await shown(guard, "/visits")
    page = await shown(guard, "/visits?q=张三")
    assert "没有找到“张三”的来访记录" in page
    assert "清除筛选" in page
    assert "没有符合条件的来访记录" in await shown(guard, "/visits?state=closed")


async def test_a_day_that_is_none_is_said_beside_the_results(whole: Whole) -> None:
    guard = await whole.as_("guard")
    said = await guard.get("/visits?from=31.12.2026")
    assert said.status == 422
    assert 'href="#f-from"' in said.text
    assert 'value="31.12.2026"' in said.text


async def test_pages_are_walked_by_cursor_and_keep_their_filters(whole: Whole) -> None:
    host = await whole.as_("host")
    begin = clock.now() + timedelta(days=1)
    party = {"visitors": [{"name": f"访客{n:02d}"} for n in range(60)], "purpose": "参观", "kind": "tour"}
    times = {"starts_at": text_of(begin), "ends_at": text_of(begin + timedelta(hours=1))}
    said = await host.post("/api/visitor/v1/visits", {**party, **times, "areas": [whole.ids.areas["LOUNGE"]]})
    assert said.status == 201
    first = await shown(host, "/visits?kind=tour")
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    assert "kind=tour" in onward[1]
    second = await shown(host, onward[1].replace("&amp;", "&"))
    assert (len(listed(first)), len(listed(second))) == (50, 10)
    assert not set(listed(first)) & set(listed(second))
    assert 'rel="prev"' in second


async def test_a_file_is_what_the_page_shows_in_the_readers_language(whole: Whole) -> None:
    await invite(whole, "王小明", days=1)
    await invite(whole, "李雷", days=2)
    guard = await whole.as_("guard", "en")
    said = await guard.get("/visits/export?format=csv&q=wxm")
    assert said.headers["content-type"] == "text/csv; charset=utf-8"
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["content-disposition"].startswith("attachment; ")
    rows = list(csv.DictReader(io.StringIO(said.body.decode("utf-8-sig"))))
    assert [row["Visitor"] for row in rows] == ["王小明"]
    assert rows[0]["Watermark"].startswith("Taken by G001 吴保安 at ")
    workbook = await guard.get("/visits/export?format=xlsx")
    assert workbook.body.startswith(b"PK")


async def test_a_refused_file_leads_back_to_the_list_with_the_reason(whole: Whole) -> None:
    guard = await whole.as_("guard")
    said = await guard.get("/visits/export?format=pdf")
    assert said.status == 422
    assert "来访记录" in said.text
    assert "error-summary" in said.text


async def test_who_took_files_is_shown_to_those_who_look_after_them(whole: Whole) -> None:
    await (await whole.as_("guard")).get("/visits/export?format=csv&q=x&kind=guest")
    page = await shown(await whole.as_("auditor"), "/visits/exports")
    assert "吴保安" in page
    assert "来访类型、查找" in page
    assert (await (await whole.as_("guard")).get("/visits/exports")).status == 403


async def test_files_say_the_same_words_as_pages(whole: Whole) -> None:
    from gateway.languages import ENGLISH, translations
    from gateway.pages.visits import KINDS
    from gateway.tags import tag_for

    english = translations(ENGLISH)
    for kind, text in KINDS:
        assert words.KINDS[VisitKind(kind)] == (text, english.gettext(text))
    for state in ("submitted", "in_review", "approved", "returned", "refused", "withdrawn", "lapsed"):
        tag = tag_for(State(state), "visit")
        assert words.STATES[state] == (tag.label, english.gettext(tag.label))


async def test_a_site_narrows_the_list_and_the_state_stands_beside_the_name(whole: Whole) -> None:
    host = await whole.as_("host")
    await invite(whole, "王小明")
    page = (await host.get(f"/visits?site={whole.ids.site}")).text
    assert "王小明" in page
    heads = re.findall(r"<th scope=\"col\">([^<]*)</th>", page)
    assert heads[:2] == ["来访人", "状态"]
    other = (await host.get("/visits?site=0190a000-0000-7000-8000-000000000000")).text
    assert "没有符合条件的来访记录" in other
