"""My account: language and theme, password, PIN, and where I am signed in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from chassis.problems import Problem, SecondCheckNeeded
from chassis.rules import PolicyRefused
from gateway import languages
from gateway.answers import Answers
from gateway.identity import accounts, passkeys, sessions
from gateway.identity.calls import keeper_of
from gateway.identity.forms import SignedInStaff, browser_name, go, page, refused, second_check, status_of
from gateway.identity.passkey_ceremony import NameNeeded, party_of
from gateway.identity.principal import Principal
from gateway.pages.login import Different
from gateway.render import THEMES

router = APIRouter(include_in_schema=False)
LANGUAGES = (languages.SOURCE, languages.ENGLISH)


@router.get("/me")
async def show_me(request: Request, caller: SignedInStaff) -> Response:
    """Everything of one's own in one place."""
    return await _me(request, caller)


@router.post("/me/wishes")
async def keep_wishes(request: Request, caller: SignedInStaff) -> Response:
    """Language and theme, wherever one signs in; empty follows the browser."""
    form = await request.form()
    language, theme = str(form.get("language") or ""), str(form.get("theme") or "")
    wished = (language if language in LANGUAGES else None, theme if theme in THEMES else None)
    keeper = keeper_of(request)
    await keeper.db.write(accounts.choose, caller.actor, *wished)
    keeper.forget()
    return go(request, "/me")


@router.post("/me/password")
async def change_password(request: Request, caller: SignedInStaff) -> Response:
    """Another password; other browsers are signed out."""
    form = await request.form()
    old, new, again = (str(form.get(name) or "") for name in ("old_password", "password", "again"))
    try:
        if new != again:
            raise Different()
        await accounts.change_password(keeper_of(request), caller.actor, old, new)
    except (Problem, PolicyRefused) as error:
        field = "again" if isinstance(error, Different) else "old_password"
        return await _me(request, caller, status_of(error), password=refused(request, error, {}, field))
    return go(request, "/me?done=password")


@router.post("/me/pin")
async def set_pin(request: Request, caller: SignedInStaff) -> Response:
    """The PIN for shared tablets; needs a second check."""
    form = await request.form()
    try:
        await accounts.set_pin(keeper_of(request), caller.actor, str(form.get("pin") or ""), clock.unix())
    except SecondCheckNeeded:
        return second_check(request, "/me#pin")
    except (Problem, PolicyRefused) as error:
        return await _me(request, caller, status_of(error), pin=refused(request, error, {}, "pin"))
    return go(request, "/me?done=pin")


@router.post("/me/sessions/end")
async def end_others(request: Request, caller: SignedInStaff) -> Response:
    """Sign out everywhere else."""
    keeper = keeper_of(request)
    await keeper.db.write(sessions.end_others, caller.actor)
    keeper.forget()
    return go(request, "/me?done=sessions")


@router.post("/me/sessions/{session_id}/end")
async def end_one(request: Request, caller: SignedInStaff, session_id: str) -> Response:
    """Sign out one browser."""
    keeper = keeper_of(request)
    await keeper.db.write(sessions.end_one, caller.actor, session_id)
    keeper.forget()
    return go(request, "/me?done=sessions")


@router.post("/me/passkeys/{credential_id}/remove")
async def remove_passkey(request: Request, caller: SignedInStaff, credential_id: str) -> Response:
    """Remove a passkey; needs a second check."""
    try:
        await keeper_of(request).db.write(passkeys.remove, caller.actor, credential_id, clock.unix())
    except SecondCheckNeeded:
        return second_check(request, "/me#passkeys")
    return go(request, "/me?done=passkey")


def _has_name(request: Request) -> bool:
    try:
        party_of(request)
    except NameNeeded:
        return False
    return True


async def _me(request: Request, caller: Principal, status: int = 200, **forms: Answers) -> Response:
    keeper = keeper_of(request)
    found = await keeper.db.read(sessions.mine, caller.actor)
    account = await keeper.db.read(accounts.shown, caller.actor.id)
    keys = await keeper.db.read(passkeys.mine, caller.actor)
    wishes = {"language": account["language"] or "", "theme": account["theme"] or ""}
    values: dict[str, Any] = {
        "account": account,
        "sessions": [{**row, "browser": browser_name(row["user_agent"])} for row in found["items"]],
        "wishes": Answers(wishes),
        "password": forms.get("password", Answers()),
        "pin": forms.get("pin", Answers()),
        "passkeys": keys["items"],
        "passkeys_possible": _has_name(request),
        "languages": [(code, languages.NAMES[code]) for code in LANGUAGES],
        "done": request.query_params.get("done", ""),
        "needs_passkey": caller.needs_passkey,
    }
    return page(request, "me/show.html", status, **values)
