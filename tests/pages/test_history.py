"""The history on a visit's page: in words, newest last, with the control's code; and pages of a long one."""

from __future__ import annotations

import re

import orjson
import pytest

from gateway.languages import ENGLISH, translations
from gateway.visit_words import CODES, FACTS
from services.visitor.entries.rules import Certainty
from services.visitor.escorts.rules import LostBecause
from services.visitor.history.rules import TOLD
from services.visitor.visits.schemas import VisitChange
from tests.pages.conftest import Desk
from tests.pages.test_visit_log import invite
from tests.whole import Whole, fill_in

pytestmark = pytest.mark.anyio
ENTRY = re.compile(r"<li[^>]*>\s*<b>([^<]+)</b>(.*?)</li>", re.S)


async def test_a_visits_page_tells_what_was_done_newest_last(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '欧阳明珠')}"
    await fill_in(await whole.as_("host"), path, f"{path}/withdraw")
    for language, first, last in (
        ("zh", "来访已提出", "来访没有进行"),
        ("en", "Visit asked for", "Did not take place"),
    ):
        page = (await (await whole.as_("auditor", language)).get(path)).text
        told = ENTRY.findall(page.partition('id="history"')[2])
        assert (told[0][0], told[-1][0]) == (first, last)
        assert ("李娜" in told[0][1], "2.1" in told[0][1], "欧阳明珠" in str(told)) == (True, True, False)


async def test_a_long_one_goes_on_at_a_page_of_its_own(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '王小明')}"
    host = await whole.as_("host")
    for n in range(30):
        seen = (await host.get(f"/api/visitor/v1{path}")).headers["etag"]
        body = orjson.dumps({"purpose": f"空调检修 {n}"})
        changed = await host.send("PATCH", f"/api/visitor/v1{path}", body, {"if-match": seen})
        assert changed.status == 200, changed.text
    desk = Desk(host)
    assert f'href="{path}/history"' in (await desk.open(path)).text
    newest = (await desk.open(f"{path}/history")).text
    earlier = re.search(r'href="([^"]+cursor=[^"]+)"', newest)
    assert earlier is not None
    assert "来访已提出" not in newest
    oldest = (await desk.open(earlier[1].replace("&amp;", "&"))).text
    assert ("来访已提出" in oldest, "更晚的记录" in oldest) == (True, True)


async def test_it_is_nobodys_who_may_not_see_the_visit(whole: Whole) -> None:
    path = f"/visits/{await invite(whole, '王小明')}"
    assert (await (await whole.as_("agent")).get(f"{path}/history")).status == 404


def test_every_fact_and_code_has_words_in_both_languages() -> None:
    english = translations(ENGLISH)
    assert set(FACTS) == TOLD
    assert set(CODES["certainty"]) == set(Certainty)
    assert set(CODES["because"]) == set(LostBecause)
    assert {"areas", *VisitChange.model_fields} - {"visitor", "escort_no", "assistance_agreed"} <= set(CODES["fields"])
    for text in (*FACTS.values(), *(text for known in CODES.values() for text in known.values())):
        assert re.search("[a-z]", english.gettext(text)), text
