"""Every page of the product, whoever added it: legible, small, honest about its language, under the content policy.

Each page is opened once in each language; sizes and colour schemes change on the open page.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Response

from gateway.security import CSP, SCANNING
from tests.browser.axe import violations_in_both_schemes
from tests.browser.demo import Demo
from tests.browser.pages import EXAMPLES, Look, Tour, pages, tour_of

KILOBYTE = 1024
MOST = {"document": 14 * KILOBYTE, "stylesheet": 12 * KILOBYTE, "script": 21 * KILOBYTE}
MOST_IN_ALL, MOST_REQUESTS = 40 * KILOBYTE, 5
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
VARIES = {"HX-Request", "HX-Request-Type", "Accept-Language"}
SHAPE = """() => ({
    title: document.title, lang: document.documentElement.lang, headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length, kept: localStorage.length + sessionStorage.length,
})"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
SPACED = """*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}
p{margin-bottom:2em!important}"""
SPREAD = """css => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [sheet]
}"""
CLIPPED = """() => [...document.querySelectorAll('.btn, .tile, .tag, .tool, h1, h2, label, .figure')]
    .filter(e => e.checkVisibility() && !e.closest('.scroll, .badge-card, .vh') && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent.trim().slice(0, 60))"""
STUCK = """[...document.querySelectorAll('.bar')].some(bar => getComputedStyle(bar).position === 'sticky')"""
CHINESE = re.compile(r"[\u3400-\u9fff]+")
TEXTS = """() => {
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
    const found = []
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (!node.parentElement.closest('script, style, code, :lang(zh)')) found.push(node.textContent)
    for (const name of ['aria-label', 'placeholder', 'alt', 'data-says', 'data-done', 'data-left'])
        document.querySelectorAll(`[${name}]`).forEach(e => found.push(e.getAttribute(name)))
    return found
}"""


@dataclass
class Watched:
    """A browser of somebody: what it fetched for the page that is open, and what it complained of."""

    page: Page
    address: str
    answers: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, language: str) -> Response:
        """Open a page at the desk's size with nothing in the cache."""
        self.page.set_viewport_size({"width": 1180, "height": 900})
        self.page.emulate_media(color_scheme="light")
        self.page.context.add_cookies([{"name": "lang", "value": language, "url": self.address}])
        self.answers.clear()
        self.complaints.clear()
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def fetched(self) -> Mapping[str, int]:
        """Compressed bytes by kind of file."""
        found: dict[str, int] = {}
        for answer in self.answers:
            kind = answer.request.resource_type
            found[kind] = found.get(kind, 0) + answer.request.sizes()["responseBodySize"]
        return found


def _ends(answer: Response) -> bool:
    """Whether the answer is ever whole: a stream of events has no size to wait for."""
    return not answer.headers.get("content-type", "").startswith("text/event-stream")


class Browsers:
    """One watched browser for each of those who look."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._watched: dict[str, Watched] = {}

    def of(self, who: str) -> Watched:
        """Theirs, opened when first asked for."""
        if who not in self._watched:
            page = self._demo.context(who, reduced_motion="reduce").new_page()
            watched = self._watched[who] = Watched(page, self._demo.product.address)
            page.on("response", lambda answer: watched.answers.append(answer) if _ends(answer) else None)
            page.on("pageerror", lambda error: watched.complaints.append(str(error)))
            page.on("console", lambda said: watched.complaints.append(said.text) if said.type == "error" else None)
            page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        return self._watched[who]

    def close(self) -> None:
        """Close them."""
        for watched in self._watched.values():
            watched.page.context.close()


@pytest.fixture(scope="module")
def browsers(demo: Demo) -> Iterator[Browsers]:
    """Watched browsers of everybody."""
    made = Browsers(demo)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tour(demo: Demo) -> Tour:
    """Where each page may be looked at."""
    return tour_of(demo)


@pytest.fixture(scope="module")
def data(demo: Demo) -> str:
    """Everything people typed into the demonstration: names and texts that no page translates."""
    texts: list[str] = []
    for path in demo.product.data.glob("*.db"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  names of our tables
                texts += [value for row in rows for value in row if isinstance(value, str)]
    return "\n".join(texts)


def test_every_page_has_somebody_who_looks_at_it(tour: Tour) -> None:
    assert set(EXAMPLES) <= set(pages())
    alone = [name for name in pages() if name not in tour.seen and name not in tour.files]
    assert alone == [], "add an example to tests/browser/pages.py"


@pytest.mark.parametrize("name", pages())
def test_a_page_is_fit_for_everybody(browsers: Browsers, tour: Tour, data: str, name: str) -> None:
    faults = []
    for look in _different(tour.seen.get(name, [])):
        for language in ("zh", "en"):
            watched = browsers.of(look.who)
            found = _look_at(watched, look.path, language, data)
            faults += [f"{look.who} {look.path} {language}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", pages())
def test_longer_words_and_wider_letters_fit_at_400_per_cent(browsers: Browsers, tour: Tour, name: str) -> None:
    """1280 × 1024 at 400 %: English 40 % longer, spaced as WCAG 1.4.12 lets a reader do."""
    faults = []
    for look in _different(tour.seen.get(name, [])):
        watched = browsers.of(look.who)
        watched.open(look.path, "en-XA")
        assert watched.page.get_attribute("html", "lang") == "en-XA"
        watched.page.set_viewport_size({"width": 320, "height": 256})
        watched.page.evaluate(SPREAD, SPACED)
        if watched.page.evaluate(TOO_WIDE):
            faults.append(f"{look.who} {look.path}: scrolls sideways")
        faults += [f"{look.who} {look.path}: clips {text}" for text in watched.page.evaluate(CLIPPED)]
        if watched.page.evaluate(STUCK):
            faults.append(f"{look.who} {look.path}: the bar takes the page")
    assert not faults, "\n".join(faults)


def _different(looks: list[Look]) -> list[Look]:
    """One reader of a page that is the same for all; of one that shows different things each of them."""
    return looks if len({look.path for look in looks}) == len(looks) else looks[:1]


def _look_at(watched: Watched, path: str, language: str, data: str) -> Iterator[str]:
    """What is wrong with a page, at both widths and in both schemes."""
    answer = watched.open(path, language)
    yield from _manners(watched, answer, language)
    yield from _cost(watched)
    if language == "en":
        runs = {run for text in watched.page.evaluate(TEXTS) for run in CHINESE.findall(text)}
        yield from (f"Chinese in English: {run}" for run in sorted(runs) if run not in data)
    yield from violations_in_both_schemes(watched.page)
    watched.page.set_viewport_size({"width": 320, "height": 700})
    if watched.page.evaluate(TOO_WIDE):
        yield "scrolls sideways at 320"
    yield from (f"320 {fault}" for fault in violations_in_both_schemes(watched.page))
    yield from (said for said in watched.complaints if answer.ok or "Failed to load resource" not in said)


def _manners(watched: Watched, answer: Response, language: str) -> Iterator[str]:
    shape = watched.page.evaluate(SHAPE)
    spoken = {"zh": "zh-Hans", "en": "en"}[language]
    expected = HEADERS | {"content-language": spoken}
    if answer.url.endswith("/kiosk/in"):
        expected["content-security-policy"] = SCANNING["Content-Security-Policy"]
    if answer.status not in (200, 410):
        yield f"answers {answer.status}"
    if (shape["headings"], shape["mains"], shape["kept"]) != (1, 1, 0) or shape["lang"] != spoken:
        yield f"{shape}"
    if len(shape["title"].partition(" – ")[0]) < 2:
        yield f"title {shape['title']!r}"
    headers = answer.headers
    yield from (f"{key}: {headers.get(key)}" for key, value in expected.items() if headers.get(key) != value)
    if VARIES - {name.strip() for name in headers.get("vary", "").split(",")}:
        yield f"vary: {headers.get('vary')}"


def _cost(watched: Watched) -> Iterator[str]:
    fetched = watched.fetched()
    if sum(fetched.values()) > MOST_IN_ALL or any(size > MOST.get(kind, MOST_IN_ALL) for kind, size in fetched.items()):
        yield f"too large: {fetched}"
    asked = [answer.url for answer in watched.answers if "/favicon." not in answer.url]  # once a browser, not a page
    if len(asked) > MOST_REQUESTS:
        yield f"too many requests: {asked}"
