"""What the pages of a door tablet share: who calls, the answer as a page, and the key of a form."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.caller import Caller, caller


class NotPaired(Exception):
    """The browser is no paired tablet; the page leads to pairing."""


async def _tablet(request: Request) -> Caller:
    principal = request.state.principal
    if principal is None or principal.actor.device is None:
        raise NotPaired()
    return await caller(request)


Tablet = Annotated[Caller, Depends(_tablet)]
"""Parameter of a page of a paired tablet: it calls as the device, never as a person."""


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the tablet, with the name of its door."""
    at = request.state.principal
    door = at.name if at is not None and at.actor.device is not None else ""
    shown: Response = request.app.state.render.page(request, f"kiosk/{template}", status=status, door=door, **values)
    return shown


def go(request: Request, url: str) -> Response:
    """Lead on after a form that worked."""
    response: Response = request.app.state.render.go(request, url)
    return response


def key_of(form: FormData) -> str:
    """The form's own key, sent on as Idempotency-Key."""
    return str(form.get("form_token") or "")


def language_of(request: Request) -> str:
    """The language of the page as the services name it."""
    return "en" if request.app.state.render.language(request) == "en" else "zh"
