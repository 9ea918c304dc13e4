"""The compliance board: every control with its state, owner and evidence; per site; and nothing invented."""

from __future__ import annotations

import html
import re

import pytest

from chassis.controls import OWNERS
from gateway.controls import CONTROLS
from services.visitor.app import PARTS
from tests.pages.conftest import House, settled

pytestmark = pytest.mark.anyio
ROW = re.compile(r'<tr><th scope="row">(.*?)</tr>', re.DOTALL)
EVIDENCE = re.compile(r'<a href="([^"]+)">(?:查看|Open|View|See)')


async def rows_of(house: House, path: str = "/board", language: str = "zh") -> list[str]:
    """The rows as the auditor sees them."""
    desk = await house.desk("auditor", language)

    async def answered() -> bool:
        return "没有响应" not in (await desk.open(path)).text

    await settled(answered)
    return ROW.findall((await desk.open(path)).text)


def test_every_control_has_somebody_who_answers_for_it() -> None:
    assert set(OWNERS) == {code for code, _ in CONTROLS}


async def test_every_control_is_listed_and_what_nobody_measures_says_so(house: House) -> None:
    rows = await rows_of(house)
    measured = {one.control for one in PARTS.measures} | {"0.1"}
    assert len(rows) == len(CONTROLS)
    said = [row for row in rows if "尚未测量" in row]
    assert len(said) == len(CONTROLS) - len(measured)
    assert f"已测量 {len(measured)}" in rows[0]
    english = await rows_of(house, language="en")
    assert sum("Not measured yet" in row for row in english) == len(said)


async def test_each_piece_of_evidence_opens(house: House) -> None:
    desk = await house.desk("auditor")
    paths = {html.unescape(path) for row in await rows_of(house) for path in EVIDENCE.findall(row)}
    assert {"/strangers", "/visits/exports", "/settings/escorts"} <= paths
    for path in sorted(paths):
        assert (await desk.open(path)).status == 200, path


async def test_the_board_of_one_site_counts_that_site_alone(house: House) -> None:
    guard = await house.desk("guard")

    async def seen() -> bool:  # the visitor service hears of the site a moment after the start
        return (await guard.send("/strangers", "/strangers", place="茶水间")).status == 303

    await settled(seen)
    everywhere = next(row for row in await rows_of(house) if "2.3" in row)
    here = next(row for row in await rows_of(house, f"/board?site={house.ids.site}") if "2.3" in row)
    assert ("陌生人 1 起" in everywhere, "陌生人 1 起" in here) == (True, True)
    elsewhere = (await (await house.desk("auditor")).browser.get("/api/visitor/v1/controls?site_id=" + OTHER)).text
    assert "近 30 天陌生人 0 起" in elsewhere
    refused = await (await house.desk("auditor")).browser.get("/api/visitor/v1/controls?site_id=HQ")
    assert refused.status == 422


OTHER = "01a00000-0000-7000-8000-000000000000"
