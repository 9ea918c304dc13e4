"""What the pages of a door tablet share: who calls, the answer as a page, and the key of a form."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.caller import Caller
from gateway.identity.principal import Principal


class NotPaired(Exception):
    """The browser is no paired tablet; the page leads to pairing."""


class PinNeeded(Exception):
    """Nobody is signed in at the tablet; the page leads to the PIN."""


def _here(request: Request) -> Principal:
    """Whoever calls, at a paired tablet. Raises `NotPaired`."""
    principal: Principal | None = request.state.principal
    if principal is None or principal.actor.device is None:
        raise NotPaired()
    return principal


async def _tablet(request: Request) -> Caller:
    principal = _here(request)
    return Caller(request, principal.at or principal)


async def _staff(request: Request) -> Caller:
    principal = _here(request)
    if not principal.actor.is_person:
        raise PinNeeded()
    return Caller(request, principal)


Tablet = Annotated[Caller, Depends(_tablet)]
"""Parameter of a page of a paired tablet: it calls as the device, also while a person is signed in there."""
AtWork = Annotated[Caller, Depends(_staff)]
"""Parameter of a page for whoever is signed in by PIN at the tablet: it calls as that person."""


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the tablet, with the name of its door, and of who is signed in at it."""
    who: Principal | None = request.state.principal
    device = (who.at or who) if who is not None and who.actor.device is not None else None
    known = {"door": device.name if device else "", "at_work": who.name if who is not None and who.at else ""}
    shown: Response = request.app.state.render.page(request, f"kiosk/{template}", status=status, **known | values)
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
