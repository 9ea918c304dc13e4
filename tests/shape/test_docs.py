"""What is written about the house holds: the policy's page is the code's, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.policy_page import PAGE, policy_page
from tests.shape.source import ROOT

PAGES = sorted(
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name not in ("LICENSE.md",)
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE_PATH = re.compile(r"`((?:chassis|services|gateway|cli|migrations|tests|deploy|docs)/[\w./-]+\.\w+)`")


def test_the_policy_page_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == policy_page(), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [to for to in LINK.findall(text) if not (page.parent / to).exists()]
    missing += [to for to in CODE_PATH.findall(text) if not (ROOT / to).exists()]
    assert missing == []
