"""The register of personal data as a page."""

from __future__ import annotations

import pytest

from chassis import clock
from gateway.pages import settings_personal_data
from tests.whole import Whole

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("name", "status"), [("admin", 200), ("auditor", 200), ("guard", 403)])
async def test_the_register_is_a_page_for_administrators_and_auditors(whole: Whole, name: str, status: int) -> None:
    browser = await whole.as_(name)
    page = await browser.get("/settings/personal-data")
    assert (page.status, "疏散时需要的协助" in page.text) == (status, status == 200)
    assert ('href="/settings/personal-data"' in (await browser.get("/desk")).text) is (status == 200)


async def test_what_is_past_its_years_stands_before_the_register(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.now()
    one = {"visit_id": "v-1", "ended_at": at, "goes_at": at}
    found = {"items": [one], "held": [one], "facts": [one], "out": [one], "facts_years": 3}

    async def told(*_: object) -> dict[str, object]:
        return {"found": found, "holds": {"items": [], "next": None, "prev": None}, "every": False, "because": {}}

    monkeypatch.setattr(settings_personal_data, "_what_goes", told)
    for language, texts in (
        ("zh", ("满 3 年的来访记录", "有 1 次来访满 3 年", "有 1 位来访人的信息到期")),
        ("en", ("Visits of 3 years ago", "not accounted for: 1", "legal hold keeps: 1")),
    ):
        page = await (await whole.as_("admin", language=language)).get("/settings/personal-data")
        assert [text for text in texts if text not in page.text] == []
