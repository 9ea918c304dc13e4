"""Pages and parts, languages and headers, static files: what every page route relies on."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
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

from gateway.answers import Answers, Fault
from gateway.pages import preferences
from gateway.pages.styleguide import Styleguide
from gateway.render import Deployment, Place, Renderer, link, menu
from tests.gateway.browsing import PARTIAL, Browser

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

PAGE = """{% extends "base.html" %}{% block title %}{{ _("访客记录") }}{% endblock %}
{% block content %}<h1>whole</h1>{% block part %}{% call ui.form("/x", answers, version=4) %}
{{ ui.text(answers, "name", _("姓名")) }}{% endcall %}{% endblock %}{% endblock %}"""


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A renderer with two pages of our own beside the product's templates."""
    folder = tmp_path_factory.mktemp("renderer") / "templates"
    shutil.copytree(ROOT / "gateway/templates", folder)
    (folder / "page.html").write_text(PAGE)
    (folder / "strict.html").write_text("{{ nobody_passed_this }}")
    return Renderer(Deployment(development=True, duty_phone="8001"), templates=folder)


@pytest.fixture
def browse(renderer: Renderer) -> Browser:
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
    return Browser(Starlette(routes=routes))


def request_with(**state: Any) -> Request:
    """A bare request with this state."""
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "server": ("gate", 80)}
    request = Request(scope)
    for name, value in state.items():
        setattr(request.state, name, value)
    return request


def test_a_page_is_whole_and_never_cached(browse: Browser) -> None:
    answer = browse.get("/")
    assert answer.text.lstrip().startswith("<!doctype html>")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "HX-Request, HX-Request-Type, Accept-Language"
    assert answer.headers["content-language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in answer.text


def test_htmx_gets_the_block_alone(browse: Browser) -> None:
    part = browse.get("/", headers=PARTIAL).text
    assert part.lstrip().startswith("<form")
    assert "whole" not in part


def test_a_full_htmx_request_gets_the_page(browse: Browser) -> None:
    assert "<!doctype" in browse.get("/", headers=PARTIAL | {"hx-request-type": "full"}).text


def test_a_refused_form_keeps_answers_says_faults_twice_and_names_the_window(browse: Browser) -> None:
    answer = browse.post("/", headers=PARTIAL)
    assert answer.status == 422
    assert answer.text.startswith("<title>错误：访客记录 – 门岗</title>")
    assert answer.text.count("请填写&lt;姓名&gt;") == 2
    assert 'value="&#34;王&gt;小明"' in answer.text
    assert 'href="#f-name"' in answer.text
    assert 'id="f-name"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_without_javascript_the_same_faults_stand_in_the_whole_page(browse: Browser) -> None:
    answer = browse.post("/")
    assert answer.status == 422
    assert "<title>错误：访客记录 – 门岗</title>" in answer.text
    assert "autofocus" in answer.text


def test_every_form_has_a_new_token_and_its_version(browse: Browser) -> None:
    tokens = {re.search(r'name="form_token" value="([^"]{20,})"', browse.get("/").text)[1] for _ in range(3)}  # type: ignore[index]
    assert len(tokens) == 3
    assert '<input type="hidden" name="version" value="4">' in browse.get("/").text


def test_a_form_that_worked_leads_on(browse: Browser) -> None:
    plain, htmx = browse.post("/go"), browse.post("/go", headers=PARTIAL)
    assert (plain.status, plain.headers["location"]) == (303, "/visits/1")
    assert (htmx.status, htmx.headers["hx-redirect"]) == (200, "/visits/1")


def test_a_form_that_leads_to_its_own_page_loads_it_anew(browse: Browser) -> None:
    here = {"hx-current-url": "http://gate.example/visits/1#belongings"}
    answer = browse.post("/go", headers=PARTIAL | here)
    assert answer.headers["hx-refresh"] == "true"
    assert "hx-redirect" not in answer.headers


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


def test_english_pages_speak_english(browse: Browser) -> None:
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
def test_style_guide_pages_render_without_inline_style_or_script(browse: Browser, path: str, language: str) -> None:
    browse.cookies["lang"] = language
    page = browse.get(f"/styleguide{path}").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|js:", page)
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://testserver", "")


def test_the_switches_keep_themselves_in_cookies_and_lead_back(browse: Browser) -> None:
    answer = browse.post("/preferences/language", data={"lang": "en", "back": "/visits?state=inside"})
    assert answer.headers["location"] == "/visits?state=inside"
    assert browse.cookies["lang"] == "en"
    browse.post("/preferences/theme", data={"theme": "dark", "back": "/"})
    assert '<html lang="en" data-theme="dark">' in browse.get("/").text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_the_switches_never_lead_elsewhere(browse: Browser, back: str) -> None:
    assert browse.post("/preferences/language", data={"lang": "en", "back": back}).headers["location"] == "/"


def test_a_language_nobody_offers_is_not_kept(browse: Browser) -> None:
    assert "set-cookie" not in browse.post("/preferences/language", data={"lang": "xx", "back": "/"}).headers


def test_the_menu_keeps_its_order_and_marks_the_nearest_place() -> None:
    places = [Place("/visits", "访客记录", "来访"), Place("/inbox", "待办"), Place("/visits/board", "看板", "来访")]
    shown = menu(places, "/visits/board/now")
    assert [group for group, _ in shown] == ["来访", ""]
    assert [(place.href, here) for place, here in shown[0][1]] == [("/visits", False), ("/visits/board", True)]


def test_links_change_only_what_they_name() -> None:
    here = URL("https://gate.example/visits?state=inside&cursor=x")
    assert link(here, sort="-at", cursor=None) == "/visits?state=inside&sort=-at"


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


def test_the_page_after_a_form_says_once_that_it_is_done(renderer: Renderer) -> None:
    request = request_with(viewer=SimpleNamespace(name="李娜", employee_no="E001", language=None, theme=None))
    request.scope["method"] = "POST"
    assert "done=1" in renderer.go(request, "/visits/1").headers["set-cookie"]
    shown = request_with()
    shown.scope["headers"] = [(b"cookie", b"done=1")]
    page = renderer.page(shown, "error.html", heading="x", says="y", link=None)
    assert b"toast" in page.body
    assert 'done=""' in page.headers["set-cookie"]
    assert b"toast" not in renderer.page(request_with(), "error.html", heading="x", says="y", link=None).body


def test_a_tablet_and_a_sign_in_say_nothing_of_it(renderer: Renderer) -> None:
    request = request_with(viewer=None)
    request.scope["method"] = "POST"
    assert "set-cookie" not in renderer.go(request, "/kiosk").headers
