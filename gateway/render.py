"""Pages: a template and its values become a response, whole or as the one block that htmx asked for.

`Renderer.page` is what every page route ends in; `Renderer.go` is what every form that worked ends in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2_fragments import render_block
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis import clock
from gateway import languages
from gateway.assets import Assets
from gateway.phrasing import Moment, reading_at
from gateway.templating import TEMPLATES, PageEnvironment

VARY = "HX-Request, HX-Request-Type, Accept-Language"
THEMES = ("system", "light", "dark")
DONE = "done"
"""Cookie that lives from a form that worked to the page it leads to."""


class Viewer(Protocol):
    """Whoever is signed in, as far as a page shows it; `request.state.viewer` is one, or None."""

    name: str
    employee_no: str
    language: str | None
    theme: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: address, Chinese label, the group it stands in, how much waits there."""

    href: str
    label: str
    group: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is the same on every page of this deployment."""

    zone: str = "Asia/Shanghai"
    demo: bool = False
    development: bool = False
    duty_phone: str = ""
    company: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages a reader may choose; the stretched one in development only."""
        offered = (languages.SOURCE, languages.ENGLISH)
        return (*offered, languages.PSEUDO) if self.development else offered


class Renderer:
    """Built once. Environments are made when the first page of their language is asked for."""

    def __init__(self, deployment: Deployment | None = None, *, templates: Path = TEMPLATES) -> None:
        self.deployment = deployment or Deployment()
        self.assets = Assets()
        self._templates = templates
        self._zone = ZoneInfo(self.deployment.zone)
        self.environment: Callable[[str], PageEnvironment] = lru_cache(maxsize=None)(self._make_environment)

    def page(
        self,
        request: Request,
        template: str,
        *,
        block: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """Answer with `template`, or with its `block` alone if htmx asks for a part of the page.

        `values` are the template's variables; `zone` (IANA name) may name another site's. A part with a status of 400
        or more also carries the page's title, so that "错误：" reaches the window title too.
        """
        language = self.language(request)
        environment = self.environment(language)
        known = self._context(request, status) | values
        with reading_at(Moment(clock.now(), self._zone_of(values))):
            if block and wants_part(request):
                html = render_block(environment, template, block, known)
                if status >= 400:
                    html = _title(environment, template, known) + html
            else:
                html = environment.get_template(template).render(known)
        response = HTMLResponse(html, status, self._headers(language) | dict(headers or {}))
        if known["just_done"] and not wants_part(request):
            response.delete_cookie(DONE)
        return response

    def go(self, request: Request, url: str) -> Response:
        """Lead to another page after a form that worked: 303, or htmx's own redirect, so that it loads as a page.

        To people that page says once that it is done; a tablet has pages of its own for that.
        """
        headers = {"Vary": VARY, "Cache-Control": "no-store"}
        if wants_part(request):
            here = urlsplit(request.headers.get("hx-current-url", ""))
            stays = url.partition("#")[0] == (f"{here.path}?{here.query}" if here.query else here.path)
            lead = {"HX-Refresh": "true"} if stays else {"HX-Redirect": url}  # a mere #place would not load it anew
            response = Response(status_code=200, headers=headers | lead)
        else:
            response = RedirectResponse(url, 303, headers=headers)
        if request.method == "POST" and getattr(request.state, "viewer", None) is not None:
            secure = request.url.scheme == "https"
            response.set_cookie(DONE, "1", max_age=30, httponly=True, samesite="lax", secure=secure)
        return response

    def unchanged(self) -> Response:
        """Answer a poll: nothing new (204), htmx leaves the page as it is."""
        return Response(status_code=204, headers={"Vary": VARY, "Cache-Control": "no-store"})

    def language(self, request: Request) -> str:
        """The language of the answer: the viewer's setting, the cookie `lang`, Accept-Language, Chinese."""
        viewer: Viewer | None = getattr(request.state, "viewer", None)
        return languages.choose(
            self.deployment.languages,
            viewer.language if viewer else None,
            request.cookies.get("lang"),
            request.headers.get("accept-language"),
        )

    def say(self, request: Request, text: str, **values: object) -> str:
        """A Chinese text marked by `languages.label`, in the language of the answer, with its figures filled in."""
        said = self.environment(self.language(request)).texts.gettext(text)
        return said % values if values else said

    def theme(self, request: Request) -> str:
        """`light`, `dark` or `system`: the viewer's setting, else the cookie `theme`."""
        viewer: Viewer | None = getattr(request.state, "viewer", None)
        wished = (viewer.theme if viewer else None) or request.cookies.get("theme")
        return wished if wished in THEMES else "system"

    def _context(self, request: Request, status: int) -> dict[str, Any]:
        places: Sequence[Place] = getattr(request.state, "places", ())
        return {
            "request": request,
            "path": request.url.path,
            "viewer": getattr(request.state, "viewer", None),
            "csp_ok": getattr(request.state, "csp_ok", True),
            "request_id": getattr(request.state, "request_id", ""),
            "theme": self.theme(request),
            "menu": menu(places, request.url.path),
            "failed": status >= 400,
            "just_done": DONE in request.cookies,
        }

    def _zone_of(self, values: Mapping[str, Any]) -> ZoneInfo:
        name = values.get("zone")
        return ZoneInfo(name) if name else self._zone

    def _headers(self, language: str) -> dict[str, str]:
        return {"Content-Language": language, "Vary": VARY, "Cache-Control": "no-store"}

    def _make_environment(self, language: str) -> PageEnvironment:
        shared = {
            "deployment": self.deployment,
            "static": self.assets.url,
            "language_names": languages.NAMES,
            "link": link,
        }
        return PageEnvironment(language, self._templates, shared, fresh=self.deployment.development)


def menu(places: Sequence[Place], path: str) -> list[tuple[str, list[tuple[Place, bool]]]]:
    """Places by group, in the order given, each with whether it is the one where the reader is."""
    inside = [place for place in places if path == place.href or path.startswith(place.href.rstrip("/") + "/")]
    here = max(inside, key=lambda place: len(place.href), default=None)
    groups: dict[str, list[tuple[Place, bool]]] = {}
    for place in places:
        groups.setdefault(place.group, []).append((place, place is here))
    return list(groups.items())


def link(here: URL, **changes: str | int | None) -> str:
    """The address of this page with other query parameters; None takes one away."""
    gone = [name for name, value in changes.items() if value is None]
    url = here.remove_query_params(gone).include_query_params(**{k: v for k, v in changes.items() if v is not None})
    return f"{url.path}?{url.query}" if url.query else url.path


def wants_part(request: Request) -> bool:
    """Whether htmx will put the answer into a part of the page (4.x says so itself)."""
    return request.headers.get("hx-request-type") == "partial"


def _title(environment: PageEnvironment, template: str, values: Mapping[str, Any]) -> str:
    heading = Markup(render_block(environment, template, "title", dict(values)).strip())  # noqa: S704 — our template
    return environment.get_template("title.html").render(failed=True, heading=heading)
