"""Pages and parts, languages and headers, static files: what every page route relies on."""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from chassis import clock
from gateway.answers import Answers, Fault
from gateway.pages import preferences
from gateway.pages.styleguide import Styleguide
from gateway.render import Deployment, Place, Renderer, link, menu

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

PAGE = """{% extends "base.html" %}{% block title %}{{ _("访客记录") }}{% endblock %}
{% block content %}<h1>whole</h1>{% block part %}{% call ui.form("/x", answers, version=4) %}
{{ ui.text(answers, "name", _("姓名")) }}{% endcall %}{% endblock %}{% endblock %}"""


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    """A renderer with one page of our own beside the product's templates."""
    for path in (ROOT / "gateway/templates").iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "strict.html").write_text("{{ nobody_passed_this }}")
    return Renderer(Deployment(development=True, duty_phone="8001"), templates=tmp_path)


@pytest.fixture
def browse(renderer: Renderer) -> TestClient:
    """A browser for that page: `POST /` is refused, `POST /go` works."""

    async def show(request: Request) -> Response:
        faults = (Fault("name", "请填写<姓名>"),) if request.method == "POST" else ()
        status = 422 if faults else 200
        answers = Answers({"name": '"王>小明'}, faults)
        return renderer.page(request, "page.html", block="part", status=status, answers=answers)

    async def go(request: Request) -> Response:
        return renderer.go(request, "/visits/1")

    routes = [
        Route("/", show, methods=["GET", "POST"]),
        Route("/go", go, methods=["POST"]),
        Route("/static/{path:path}", renderer.assets.serve),
        *preferences.routes,
        *Styleguide(renderer).routes,
    ]
    return TestClient(Starlette(routes=routes), follow_redirects=False)


def request_with(**state: Any) -> Request:
    """A bare request with this state."""
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "server": ("gate", 80)}
    request = Request(scope)
    for name, value in state.items():
        setattr(request.state, name, value)
    return request


def test_a_page_is_whole_and_never_cached(browse: TestClient) -> None:
    answer = browse.get("/")
    assert answer.text.lstrip().startswith("<!doctype html>")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "HX-Request, HX-Request-Type, Accept-Language"
    assert answer.headers["content-language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in answer.text


def test_htmx_gets_the_block_alone(browse: TestClient) -> None:
    part = browse.get("/", headers=PARTIAL).text
    assert part.lstrip().startswith("<form")
    assert "whole" not in part


def test_a_full_htmx_request_gets_the_page(browse: TestClient) -> None:
    assert "<!doctype" in browse.get("/", headers=PARTIAL | {"HX-Request-Type": "full"}).text


def test_a_refused_form_keeps_answers_says_faults_twice_and_names_the_window(browse: TestClient) -> None:
    answer = browse.post("/", headers=PARTIAL)
    assert answer.status_code == 422
    assert answer.text.startswith("<title>错误：访客记录 – 门岗</title>")
    assert answer.text.count("请填写&lt;姓名&gt;") == 2
    assert 'value="&#34;王&gt;小明"' in answer.text
    assert 'href="#f-name"' in answer.text
    assert 'id="f-name"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_without_javascript_the_same_faults_stand_in_the_whole_page(browse: TestClient) -> None:
    answer = browse.post("/")
    assert answer.status_code == 422
    assert "<title>错误：访客记录 – 门岗</title>" in answer.text
    assert "autofocus" in answer.text


def test_every_form_has_a_new_token_and_its_version(browse: TestClient) -> None:
    tokens = {re.search(r'name="form_token" value="([^"]{20,})"', browse.get("/").text)[1] for _ in range(3)}  # type: ignore[index]
    assert len(tokens) == 3
    assert '<input type="hidden" name="version" value="4">' in browse.get("/").text


def test_a_form_that_worked_leads_on(browse: TestClient) -> None:
    plain, htmx = browse.post("/go"), browse.post("/go", headers=PARTIAL)
    assert (plain.status_code, plain.headers["location"]) == (303, "/visits/1")
    assert (htmx.status_code, htmx.headers["hx-redirect"]) == (200, "/visits/1")


def test_a_value_nobody_passed_is_an_error(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError):
        renderer.page(request_with(), "strict.html")


@pytest.mark.parametrize(
    ("wished", "cookie", "accept", "language"),
    [
        (None, None, None, "zh-Hans"),
        (None, None, "fr", "zh-Hans"),
        (None, None, "fr, en-GB;q=0.8, zh;q=0.5", "en"),
        (None, None, "en;q=0, zh-TW", "zh-Hans"),
        (None, "en", "zh", "en"),
        ("zh-Hans", "en", "en", "zh-Hans"),
        (None, "en-XA", None, "en-XA"),
        (None, "<script>", "en;q=x", "en"),
    ],
)
def test_language_is_setting_then_cookie_then_browser(
    renderer: Renderer, wished: str | None, cookie: str | None, accept: str | None, language: str
) -> None:
    request = request_with(viewer=SimpleNamespace(language=wished, theme=None))
    headers = [(b"cookie", f"lang={cookie}".encode())] if cookie else []
    headers += [(b"accept-language", accept.encode())] if accept else []
    request.scope["headers"] = headers
    assert renderer.language(Request(request.scope)) == language


def test_the_stretched_language_is_for_development_alone() -> None:
    scope = request_with().scope | {"headers": [(b"cookie", b"lang=en-XA")]}
    assert Renderer(Deployment()).language(Request(scope)) == "en"


def test_english_pages_speak_english(browse: TestClient) -> None:
    page = browse.get("/", headers={"Accept-Language": "en"})
    assert page.headers["content-language"] == "en"
    assert "Skip to the text" in page.text
    assert "跳到正文" not in page.text


def test_the_stretched_language_is_longer_and_keeps_figures(renderer: Renderer) -> None:
    request = request_with(viewer=SimpleNamespace(language="en-XA", theme=None))
    said = renderer.say(request, "尾号 %(digits)s", digits="0427")
    assert said.startswith("[éñdîñg 0427~~~")


@pytest.mark.parametrize("path", ["", "/visits", "/kiosk", "/kiosk/form", "/paper", "/error"])
@pytest.mark.parametrize("language", ["zh", "en", "en-XA"])
def test_style_guide_pages_render_without_inline_style_or_script(browse: TestClient, path: str, language: str) -> None:
    browse.cookies.set("lang", language)
    page = browse.get(f"/styleguide{path}").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|js:", page)
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://testserver", "")


def test_the_switches_keep_themselves_in_cookies_and_lead_back(browse: TestClient) -> None:
    answer = browse.post("/preferences/language", data={"lang": "en", "back": "/visits?state=inside"})
    assert answer.headers["location"] == "/visits?state=inside"
    assert browse.cookies["lang"] == "en"
    browse.post("/preferences/theme", data={"theme": "dark", "back": "/"})
    assert '<html lang="en" data-theme="dark">' in browse.get("/").text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_the_switches_never_lead_elsewhere(browse: TestClient, back: str) -> None:
    assert browse.post("/preferences/language", data={"lang": "en", "back": back}).headers["location"] == "/"


def test_a_language_nobody_offers_is_not_kept(browse: TestClient) -> None:
    assert "set-cookie" not in browse.post("/preferences/language", data={"lang": "xx", "back": "/"}).headers


def test_the_menu_keeps_its_order_and_marks_the_nearest_place() -> None:
    places = [Place("/visits", "访客记录", "来访"), Place("/inbox", "待办"), Place("/visits/board", "看板", "来访")]
    shown = menu(places, "/visits/board/now")
    assert [group for group, _ in shown] == ["来访", ""]
    assert [(place.href, here) for place, here in shown[0][1]] == [("/visits", False), ("/visits/board", True)]


def test_links_change_only_what_they_name() -> None:
    here = URL("https://gate.example/visits?state=inside&cursor=x")
    assert link(here, sort="-at", cursor=None) == "/visits?state=inside&sort=-at"


def test_static_files_are_named_by_content_and_kept_for_ever(browse: TestClient, renderer: Renderer) -> None:
    url = renderer.assets.url("gatehouse.css")
    answer = browse.get(url, headers={"Accept-Encoding": "gzip"})
    content = (ROOT / "gateway/static/gatehouse.css").read_bytes()
    assert hashlib.sha256(content).hexdigest()[:10] in url
    assert answer.content == content
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_static_files_by_plain_name_are_asked_for_again(browse: TestClient) -> None:
    first = browse.get("/static/kiosk.webmanifest")
    assert first.headers["cache-control"] == "no-cache"
    again = browse.get("/static/kiosk.webmanifest", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["../render.py", "..%2frender.py", "vendor/VENDOR.md", "nothing.css", ""])
def test_nothing_else_is_served(browse: TestClient, path: str) -> None:
    assert browse.get(f"/static/{path}").status_code == 404


def test_vendored_files_are_what_was_vendored() -> None:
    folder = ROOT / "gateway/static/vendor"
    recorded = dict(reversed(line.split()) for line in (folder / "vendor.sha256").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    assert found == recorded
    assert all(name in (folder / "VENDOR.md").read_text() for name in found)


def test_the_first_load_is_small(browse: TestClient) -> None:
    def packed(name: str) -> int:
        return len(gzip.compress((ROOT / "gateway/static" / name).read_bytes(), 9))

    style, script = packed("gatehouse.css"), packed("vendor/htmx.min.js") + packed("gatehouse.js")
    page = len(gzip.compress(browse.get("/styleguide/kiosk").content, 6))
    assert style <= 12 * 1024
    assert script <= 20 * 1024
    assert page <= 14 * 1024
    assert style + script + page <= 40 * 1024


def test_htmx_attributes_live_in_few_macros() -> None:
    folder = ROOT / "gateway/templates"
    outside = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if path.parent.name != "macros" and re.search(r"\bhx-\w", path.read_text())
    ]
    inside = [
        name
        for path in (folder / "macros").glob("*.html")
        for name, body in re.findall(r"{% macro (\w+)(.*?){% endmacro %}", path.read_text(), re.S)
        if "hx-" in body
    ]
    assert outside == []
    assert 0 < len(inside) <= 15


@pytest.mark.parametrize(
    ("at", "filter_name", "chinese", "english"),
    [
        (NOON - timedelta(hours=1, minutes=18), "when", "今天 10:42", "today 10:42"),
        (NOON - timedelta(hours=18), "when", "昨天 18:00", "yesterday 18:00"),
        (NOON - timedelta(days=21), "when", "11月3日 12:00", "3 Nov 12:00"),
        (NOON - timedelta(days=400), "when", "2025年10月20日 12:00", "20 Oct 2025 12:00"),
        (NOON + timedelta(hours=6), "left", "还剩 6 小时（18:00 前）", "6 hours left (by 18:00)"),
        (NOON + timedelta(days=3), "left", "还剩 3 天（11月27日 12:00 前）", "3 days left (by 27 Nov 12:00)"),
        (NOON - timedelta(minutes=20), "left", "已超 20 分钟（应在 11:40 前）", "20 minutes late (was due by 11:40)"),
        (NOON - timedelta(minutes=1), "ago", "1 分钟前", "1 minute ago"),
        (NOON - timedelta(seconds=20), "ago", "刚刚", "just now"),
        (NOON, "stamp", "2026-11-24 12:00", "2026-11-24 12:00"),
        (NOON.isoformat(), "iso", "2026-11-24T04:00:00Z", "2026-11-24T04:00:00Z"),
        ("2026-11-25", "day", "明天", "tomorrow"),
        ("2026-11-03", "weekday", "11月3日 星期二", "3 Nov Tuesday"),
    ],
)
def test_times_are_said_in_the_sites_zone(
    renderer: Renderer, at: datetime | str, filter_name: str, chinese: str, english: str
) -> None:
    assert filtered(renderer, at, filter_name, "zh-Hans") == chinese
    assert filtered(renderer, at, filter_name, "en") == english


@pytest.mark.parametrize(
    ("value", "filter_name", "shown"),
    [
        ("王小明", "mask_name", "王＊明"),
        ("李雷", "mask_name", "李＊"),
        ("Anna Schneider", "mask_name", "Anna S."),
        ("13800000427", "mask_phone", "尾号 0427"),
        ("310101199001011234", "mask_id", "310***********1234"),
        ("E12345", "mask_id", "****45"),
        (12480, "number", "12,480"),
        (12480, "tabular", '<span class="num">12,480</span>'),
    ],
)
def test_values_are_masked_and_grouped(renderer: Renderer, value: object, filter_name: str, shown: str) -> None:
    assert filtered(renderer, value, filter_name, "zh-Hans") == shown


def test_an_instant_without_a_zone_is_refused(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="zone"):
        filtered(renderer, NOON.replace(tzinfo=None), "when", "zh-Hans")


def filtered(renderer: Renderer, value: object, name: str, language: str) -> str:
    """What a filter says at noon of 24 November 2026 in Shanghai."""
    viewer = SimpleNamespace(language=language, theme=None)
    template = renderer._templates / "filter.html"
    template.write_text("{{ value|" + name + " }}")
    with clock.reading(lambda: NOON):
        answer = renderer.page(request_with(viewer=viewer), "filter.html", value=value)
    template.unlink()
    return bytes(answer.body).decode()
