"""Leading to the company's own sign-in and back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.problems import NotFound, Problem
from chassis.settings import Settings
from gateway.identity import credentials
from gateway.identity.calls import demand_https, give_cookies, keeper_of, principal_of
from gateway.identity.forms import go, local
from gateway.pages.login import show_login

if TYPE_CHECKING:
    from gateway.identity.oidc_provider import Provider

router = APIRouter(include_in_schema=False)
COOKIE, COOKIE_SECONDS = "ceremony", 600
PARAMETERS = ("state", "code", "iss", "error")


@lru_cache(maxsize=4)
def _provider_of(settings: Settings) -> Provider:
    from gateway.identity.oidc_provider import Provider

    return Provider(settings)


def provider_of(request: Request) -> Provider:
    """The configured provider. Raises `NotFound` where there is none."""
    settings = keeper_of(request).settings
    if settings.oidc_issuer is None:
        raise NotFound()
    return _provider_of(settings)


@router.get("/login/oidc")
async def begin(request: Request, next: str = "/", check: bool = False) -> Response:
    """Lead to the provider; with `check` the person must prove there, now, who they are."""
    from gateway.identity import oidc

    provider, principal = provider_of(request), principal_of(request)
    actor = principal.actor if check and principal is not None and principal.is_staff else None
    try:
        demand_https(request)
        address, cookie = await oidc.begin(keeper_of(request), provider, local(next), actor)
    except Problem as problem:
        return show_login(request, local(next), problem)
    response = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    credentials.put(request, response, COOKIE, cookie, COOKIE_SECONDS)
    return response


@router.get("/login/oidc/callback")
async def finish(request: Request) -> Response:
    """Where the provider leads back to. It changes nothing unless this very browser began the sign-in."""
    from gateway.identity import oidc

    provider, principal = provider_of(request), principal_of(request)
    sent = {name: request.query_params[name] for name in PARAMETERS if name in request.query_params}
    cookie, held = credentials.read(request, COOKIE), credentials.read(request, "sid")
    actor = principal.actor if principal is not None and principal.is_staff else None
    origin = credentials.origin_of(request)
    try:
        demand_https(request)
        opened, target = await oidc.finish(keeper_of(request), provider, origin, cookie, sent, actor, held)
    except Problem as problem:
        return show_login(request, "/", problem)
    response = go(request, target)
    give_cookies(request, response, opened)
    credentials.drop(request, response, COOKIE)
    return response
