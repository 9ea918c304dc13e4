"""What the pages of identity share: who is signed in, a refusal as faults of a form, and leading to a second check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from chassis.problems import Problem
from chassis.rules import PolicyRefused
from gateway.answers import Answers, Fault
from gateway.caller import SignInNeeded
from gateway.identity.calls import principal_of
from gateway.identity.principal import Principal
from gateway.languages import translations

BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


async def _staff(request: Request) -> Principal:
    principal = principal_of(request)
    if principal is None or not principal.is_staff:
        raise SignInNeeded()
    return principal


SignedInStaff = Annotated[Principal, Depends(_staff)]
"""The person of a page, from a session of their own; anybody else is led to the sign-in."""


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page; `answers` is an untouched form unless given."""
    values.setdefault("answers", Answers())
    response: Response = request.app.state.render.page(request, template, status=status, **values)
    return response


def translated(request: Request, text: str) -> str:
    """A text marked with `label` in the page's language."""
    return _texts(request.app.state.render.language(request)).gettext(text)


def go(request: Request, url: str) -> Response:
    """Lead on after a form that worked."""
    response: Response = request.app.state.render.go(request, url)
    return response


def local(target: str | None) -> str:
    """A path of this site, or the start page: never another host (open redirects)."""
    parts = urlsplit(target or "")
    own = (target or "").startswith("/") and not (target or "").startswith(("//", "/\\"))
    return target if target and own and not parts.scheme and not parts.netloc and target.isprintable() else "/"


def second_check(request: Request, back: str) -> Response:
    """Lead to the second check and back to where the step was asked for."""
    return go(request, f"/second-check?next={quote(back)}")


def refused(request: Request, error: Problem | PolicyRefused, values: Mapping[str, Any], field: str = "") -> Answers:
    """The form again with what was wrong; a problem of no field in particular stands at `field`."""
    language = "zh" if request.app.state.render.language(request).startswith("zh") else "en"
    if isinstance(error, PolicyRefused):
        faults = [Fault(breach.pointer.lstrip("/") or field, breach.text(language)) for breach in error.breaches]
    else:
        faults = [Fault(field, error.detail_zh if language == "zh" else error.detail_en)]
    return Answers(values, tuple(faults))


def status_of(error: Problem | PolicyRefused) -> int:
    """The status of the page that shows the form again; 401 stays for programs."""
    if isinstance(error, PolicyRefused):
        return 422
    return error.status if error.status in (409, 410, 429) else 422


def browser_name(agent: str) -> str:
    """A browser as its owner would call it: `Chrome · Windows`."""
    found = [next((name for mark, name in marks if re.search(mark, agent)), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in found if name) or agent[:30]


@lru_cache(maxsize=4)
def _texts(language: str) -> NullTranslations:
    return translations(language)
