"""Pages of the badge stock: a range, one badge's life, cards to print, and the day's count named badge by badge."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.identity.browser import Browser, Said
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
STOCK = "/settings/badges"
COUNT = STOCK + "/count"


async def sent(whole: Whole, browser: Browser, page: str, act: str = "", **fields: Any) -> Said:
    """Send a form of `page`, which names the site."""
    site = f"?site={whole.ids.site}"
    return await fill_in(browser, page + site, (act or page) + site, **fields)


def beside(said: Said, field: str) -> str:
    """What stands beside a field that was refused."""
    return said.text.partition(f'id="e-{field}"')[2][:400]


async def test_a_guard_adds_a_range_and_finds_it_by_kind_and_state(whole: Whole) -> None:
    guard = await whole.as_("guard")
    added = await sent(whole, guard, STOCK, kind="floor", prefix="f", first="6", last="7")
    assert added.status == 303
    shown = (await guard.get(added.headers["location"])).text
    assert "F007" in shown
    assert "L001" not in shown
    assert "用于：三楼坐席职场、服务器机房" in shown
    everything = (await guard.get(STOCK)).text
    for text in ("L001", "F007", "在库", "今天还没有清点"):
        assert text in everything
    assert "没有符合条件的访客证" in (await guard.get(STOCK + "?state=lost")).text


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"kind": ""}, "kind", "请从所列各项中选择"),
        ({"prefix": "9"}, "prefix", "格式不对"),
        ({"first": "viele"}, "first", "格式不对"),
        ({"first": "9", "last": "1"}, "last", "号段从小到大，一次最多 500 张"),
    ],
)
async def test_a_refused_range_stands_beside_its_field(
    whole: Whole, fields: dict[str, Any], field: str, says: str
) -> None:
    usual = {"kind": "floor", "prefix": "V", "first": "1", "last": "2"}
    said = await sent(whole, await whole.as_("guard"), STOCK, **{**usual, **fields})
    assert said.status == 422
    assert says in beside(said, field)


async def test_a_badge_is_lost_found_and_retired_on_its_page(whole: Whole) -> None:
    guard, page = await whole.as_("guard"), f"{STOCK}/F003"
    assert (await sent(whole, guard, page, f"{page}/lose")).status == 303
    assert "已挂失" in (await guard.get(STOCK + "?state=lost")).text
    board = (await guard.get("/visits/board")).text
    assert f'href="{page}?site={whole.ids.site}"' in board
    assert (await sent(whole, guard, page, f"{page}/found")).status == 303
    assert "访客证挂失" not in (await guard.get("/visits/board")).text
    assert (await sent(whole, guard, page, f"{page}/retire")).status == 303
    dead = (await guard.get(page)).text
    assert "/retire" not in dead
    late = await guard.submit(f"{page}/lose", form_token="x-late-token-1")
    assert late.status == 409
    assert "访客证 F003 已作废，不能在这里挂失" in late.text
    assert (await guard.get(STOCK + "/Z999")).status == 404


async def test_cards_are_printed_by_kind_and_one_by_one(whole: Whole) -> None:
    guard = await whole.as_("guard")
    cards = (await guard.get(STOCK + "/print?kind=floor")).text
    assert cards.count('class="badge-card floor"') == 5
    assert "三楼坐席职场" in cards
    one = (await guard.get(STOCK + "/print?no=L002")).text
    assert one.count('class="badge-card"') == 1
    assert "L002" in one


async def test_the_guard_counts_first_and_names_what_differs(whole: Whole) -> None:
    guard = await whole.as_("guard")
    blind = (await guard.get(COUNT)).text
    assert "10 张" not in blind
    assert 'value="F001"' not in blind
    differs = await sent(whole, guard, COUNT, counted="9")
    assert differs.status == 422
    assert "应在库 10 张，清点 9 张，请逐张点出缺少的和多出的" in beside(differs, "missing")
    assert 'value="9" id="f-counted"' in differs.text
    assert 'value="F001"' in differs.text
    wrong = await guard.submit(f"{COUNT}?site={whole.ids.site}", form_token="count-1", counted="11", extra="L001")
    assert "L001 没有发出或挂失，不能算多出的" in beside(wrong, "extra")
    kept = await sent(whole, guard, COUNT, counted="9", missing="F001", note="抽屉里也没有")
    assert kept.status == 303
    shown = (await guard.get(COUNT)).text
    for text in ("1 张访客证账实不符", "缺少 F001", "抽屉里也没有", "吴保安 G001"):
        assert text in shown
    assert "访客证清点不符" in (await (await whole.as_("manager")).get("/visits/board")).text
    page = f"{STOCK}/F001"
    await sent(whole, guard, page, f"{page}/lose")
    assert "账实相符" in (await guard.get(COUNT)).text


async def test_whoever_only_reads_gets_no_form_and_others_read_why(whole: Whole) -> None:
    auditor = await whole.as_("auditor")
    for page in (STOCK, COUNT, f"{STOCK}/L001"):
        said = await auditor.get(page)
        assert said.status == 200
        assert 'name="form_token"' not in said.text.partition("<main")[2]
    refused = await (await whole.as_("agent")).get(STOCK)
    assert refused.status == 403
    assert "访客证库存由保安人员、现场管理人员和本职场经理查看" in refused.text


async def test_english_readers_get_english(whole: Whole) -> None:
    guard = await whole.as_("guard", "en")
    for page in (STOCK, COUNT, f"{STOCK}/L001"):
        said = (await guard.get(page)).text
        assert "Head office" in said
    assert "Count first. How many there should be is not shown before" in (await guard.get(COUNT)).text
