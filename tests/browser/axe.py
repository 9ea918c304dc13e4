"""Asks axe-core (vendored, MPL-2.0) what is wrong with the page that is open."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SOURCE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async only => {
    const found = await axe.run(document, {runOnly: only, resultTypes: ['violations']})
    return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`)
}"""


def violations(page: Page, *rules: str) -> list[str]:
    """What breaks WCAG 2.2 A and AA or the best practices; with `rules`, what breaks those alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found: list[str] = page.evaluate(RUN, only)
    return found


def violations_in_both_schemes(page: Page) -> list[str]:
    """The same in light and in dark; only contrast depends on the scheme."""
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    return found + [f"dark {one}" for one in violations(page, "color-contrast")]
