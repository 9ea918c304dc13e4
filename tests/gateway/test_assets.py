"""Static files: named by content, small, what was vendored, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.pages.styleguide import Styleguide
from gateway.render import Renderer
from tests.gateway.browsing import Browser

ROOT = Path(__file__).parents[2]
RENDERER = Renderer()


@pytest.fixture
def browse() -> Browser:
    """A browser for the static files and the style guide."""
    routes = [Route("/static/{path:path}", RENDERER.assets.serve), *Styleguide(RENDERER).routes]
    return Browser(Starlette(routes=routes))


def test_static_files_are_named_by_content_and_kept_for_ever(browse: Browser) -> None:
    url = RENDERER.assets.url("gatehouse.css")
    answer = browse.get(url, headers={"Accept-Encoding": "gzip"})
    content = (ROOT / "gateway/static/gatehouse.css").read_bytes()
    assert hashlib.sha256(content).hexdigest()[:10] in url
    assert answer.content == content
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_static_files_by_plain_name_are_asked_for_again(browse: Browser) -> None:
    first = browse.get("/static/kiosk.webmanifest")
    assert first.headers["cache-control"] == "no-cache"
    again = browse.get("/static/kiosk.webmanifest", headers={"If-None-Match": first.headers["etag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", ["../render.py", "..%2frender.py", "vendor/VENDOR.md", "nothing.css", ""])
def test_nothing_else_is_served(browse: Browser, path: str) -> None:
    assert browse.get(f"/static/{path}").status == 404


def test_vendored_files_are_what_was_vendored() -> None:
    folder = ROOT / "gateway/static/vendor"
    recorded = dict(reversed(line.split()) for line in (folder / "vendor.sha256").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    assert found == recorded
    assert all(name in (folder / "VENDOR.md").read_text() for name in found)


def test_the_first_load_is_small(browse: Browser) -> None:
    def packed(name: str) -> int:
        return len(gzip.compress((ROOT / "gateway/static" / name).read_bytes(), 9))

    style, script = packed("gatehouse.css"), packed("vendor/htmx.min.js") + packed("gatehouse.js")
    page = len(gzip.compress(browse.get("/styleguide/kiosk").content, 6))
    assert style <= 12 * 1024
    assert script <= 20 * 1024
    assert page <= 14 * 1024
    assert style + script + page <= 40 * 1024
