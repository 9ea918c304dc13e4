"""The register of personal data as a page."""

from __future__ import annotations

import pytest

from tests.whole import Whole

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("name", "status"), [("admin", 200), ("auditor", 200), ("guard", 403)])
async def test_the_register_is_a_page_for_administrators_and_auditors(whole: Whole, name: str, status: int) -> None:
    browser = await whole.as_(name)
    page = await browser.get("/settings/personal-data")
    assert (page.status, "疏散时需要的协助" in page.text) == (status, status == 200)
    assert ('href="/settings/personal-data"' in (await browser.get("/desk")).text) is (status == 200)
