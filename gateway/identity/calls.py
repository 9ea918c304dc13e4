"""What a route of identity needs: the keeper, who calls, and whether that call may change something.

`request.state.principal` is set by the gateway for each request; cross-site requests were refused before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from chassis.actor import Actor, ActorKind
from chassis.problems import Forbidden, NotSignedIn, Problem
from chassis.routes import answer
from gateway.identity import credentials, schemas
from gateway.identity.keeper import Keeper
from gateway.identity.principal import Principal
from gateway.identity.sessions import Opened


class HttpsNeeded(Problem):
    """Secrets do not travel over plain HTTP. The text names the command that puts TLS in front."""

    status, slug = 403, "https-needed"
    zh, en = "登录需要 https 地址", "Signing in needs an https address"


def keeper_of(request: Request) -> Keeper:
    """The keeper of this process."""
    keeper: Keeper = request.app.state.keeper
    return keeper


def principal_of(request: Request) -> Principal | None:
    """Who calls, as the gateway found out, or None."""
    principal: Principal | None = getattr(request.state, "principal", None)
    return principal


def caddy_line(request: Request) -> str:
    """The command that gives this deployment an https address."""
    host = request.url.hostname or "gate.example.com"
    return f"caddy reverse-proxy --internal-certs --from https://{host} --to 127.0.0.1:{request.url.port or 80}"


def demand_https(request: Request) -> None:
    """Raise `HttpsNeeded` on plain http beyond this machine."""
    if not credentials.is_safe(request):
        line = caddy_line(request)
        raise HttpsNeeded(f"登录需要 https 地址，可运行：{line}", f"Signing in needs an https address. Run: {line}")


def opened_answer(request: Request, opened: Opened, status: int) -> Response:
    """A session that has begun: its secrets as cookies, the rest as JSON."""
    shown = schemas.Opened(session_id=opened.session_id, person_id=opened.person_id, ends_in_seconds=opened.seconds)
    response = answer(shown, status)
    give_cookies(request, response, opened)
    return response


def give_cookies(request: Request, response: Response, opened: Opened) -> None:
    """Put a session's two secrets on an answer, which then must not be kept by anyone."""
    credentials.put(request, response, "sid", opened.sid, opened.seconds)
    credentials.put(request, response, "wr", opened.wr, opened.seconds)
    response.headers["Cache-Control"] = "no-store"


def demand_own_page(request: Request) -> None:
    """Raise `Forbidden` when a browser says that another site's page sent this, so that nobody is signed in as another.

    Before sign-in there is no Strict cookie that would show it; programs send no such header.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Forbidden("请从本系统的页面提交", "Only this system's own pages may send this")


def _any(request: Request) -> Principal:
    principal = principal_of(request)
    if principal is None:
        raise NotSignedIn()
    request.state.actor = principal.actor
    return principal


def _staff(request: Request) -> Principal:
    principal = _any(request)
    if not principal.is_staff:
        raise Forbidden("请用您自己的电脑或手机登录后办理", "Sign in on a device of your own to do this")
    return principal


def _writer(request: Request) -> Principal:
    principal = _staff(request)
    if not principal.may_write:
        raise Forbidden("请重新登录后再试", "Please sign in again and retry")
    return principal


def _tablet(request: Request) -> Actor:
    principal = _any(request)
    actor = principal.actor
    if actor.kind is not ActorKind.DEVICE and not (actor.is_person and actor.device):
        raise Forbidden("请在已配对的平板上办理", "This is done at a paired tablet")
    return Actor(ActorKind.DEVICE, actor.device or actor.id, device=actor.device, site=actor.site, door=actor.door)


Anyone = Annotated[Principal, Depends(_any)]
Staff = Annotated[Principal, Depends(_staff)]
Writer = Annotated[Principal, Depends(_writer)]
Tablet = Annotated[Actor, Depends(_tablet)]
Kept = Annotated[Keeper, Depends(keeper_of)]


SESSION, TABLET = "session", "tablet"
TAKES: Mapping[Callable[..., Any], Sequence[str]] = {
    _any: (SESSION, TABLET),
    _staff: (SESSION,),
    _writer: (SESSION,),
    _tablet: (TABLET,),
}
"""The credentials that each dependency takes, by their names in the API's document."""


def _safe(request: Request) -> None:
    demand_https(request)
    demand_own_page(request)


Safe = Depends(_safe)
