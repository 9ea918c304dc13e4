"""Being away, on one's own page: entered with who stands in, refused beside the field, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
PAGE = "/people/E001"
AWAY = f"{PAGE}/absence"


def days(begin: int, end: int) -> dict[str, str]:
    """The form's days, counted from today at the site."""
    today = clock.now() + timedelta(hours=8)
    shown = {"away_from": today + timedelta(days=begin), "away_to": today + timedelta(days=end)}
    return {name: f"{day:%Y-%m-%d}" for name, day in shown.items()}


async def test_one_is_away_with_a_stand_in_and_back(whole: Whole) -> None:
    host = await whole.as_("host")
    assert f'href="{PAGE}#absence"' in (await host.get("/me")).text
    assert 'value="E002" id="f-away_deputy"' in (await host.get(PAGE)).text
    kept = await fill_in(host, PAGE, AWAY, **days(0, 2), away_deputy="S001")
    assert kept.status == 303
    shown = (await (await whole.as_("agent", "en")).get(PAGE)).text
    for text in ("Away from today to", "stands in meanwhile", "李主管"):
        assert text in shown
    assert f'action="{AWAY}' not in shown
    assert (await fill_in(host, PAGE, f"{AWAY}/end")).status == 303
    assert "没有登记外出" in (await host.get(PAGE)).text


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        (days(0, -1), "away_to", "结束时间须晚于开始时间和现在，最长一年"),
        ({"away_deputy": "E001"}, "away_deputy", "代理人须为他人"),
        ({"away_deputy": "NOBODY"}, "away_deputy", "没有这位在职人员"),
        ({"away_from": "someday"}, "away_from", "格式不对"),
    ],
)
async def test_refusals_stand_beside_their_field(whole: Whole, fields: dict[str, Any], field: str, says: str) -> None:
    host = await whole.as_("host")
    said = await fill_in(host, PAGE, AWAY, **{**days(0, 2), "away_deputy": "S001", **fields})
    assert said.status == 422
    assert says in said.text.partition(f'id="e-{field}"')[2][:300]


async def test_nobody_enters_it_for_somebody_else(whole: Whole) -> None:
    agent = await whole.as_("agent")
    said = await agent.submit(AWAY, form_token="not-my-own", **days(0, 2), away_deputy="S001")
    assert said.status == 403
    assert "外出由本人或人事专员登记" in said.text
