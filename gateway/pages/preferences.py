"""Language and theme: two switches that work for everyone, signed in or not, and keep themselves in a cookie.

A signed-in person's lasting choice is on `/me` and wins; the cookies say what this browser shows until then.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway import languages
from gateway.render import THEMES

_YEAR: Final = 365 * 24 * 3600
_LANGUAGES: Final = (languages.SOURCE, languages.ENGLISH, languages.PSEUDO)


async def choose_language(request: Request) -> Response:
    """`POST /preferences/language` with `lang` and `back`: show pages in this language, return to the page left."""
    return await _keep(request, "lang", _LANGUAGES)


async def choose_theme(request: Request) -> Response:
    """`POST /preferences/theme` with `theme` (light, dark, system) and `back`."""
    return await _keep(request, "theme", THEMES)


async def _keep(request: Request, name: str, allowed: tuple[str, ...]) -> Response:
    form = await request.form()
    wished, back = str(form.get(name, "")), str(form.get("back", "/"))
    answer = RedirectResponse(_own_path(back), 303)
    if wished in allowed:
        secure = request.url.scheme == "https"
        answer.set_cookie(name, wished, max_age=_YEAR, samesite="lax", httponly=True, secure=secure)
    return answer


def _own_path(back: str) -> str:
    """`back` if it is a path of this site, else the start page: a redirect never leads elsewhere."""
    parts = urlsplit(back)
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return back if own and back.isprintable() else "/"


routes = [
    Route("/preferences/language", choose_language, methods=["POST"]),
    Route("/preferences/theme", choose_theme, methods=["POST"]),
]
