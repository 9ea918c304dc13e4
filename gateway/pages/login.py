"""Signing in and out, proving it again, and setting a password by a one-time link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.problems import Problem
from chassis.rules import PolicyRefused
from gateway.identity import accounts, credentials, passkeys, sessions, sign_in
from gateway.identity.calls import caddy_line, demand_https, demand_own_page, give_cookies, keeper_of, principal_of
from gateway.identity.forms import SignedInStaff, go, local, page, refused, status_of
from gateway.identity.principal import Principal

router = APIRouter(include_in_schema=False)


class Different(Problem):
    """The two passwords are not the same."""

    status, slug, zh, en = 422, "different", "两次输入的密码不一致", "The two passwords differ"


@router.get("/login")
async def login_form(request: Request) -> Response:
    """Employee number and password; pasting is welcome. Whoever is signed in is led on."""
    target = local(request.query_params.get("next"))
    principal = principal_of(request)
    if principal is not None and principal.is_staff:
        return go(request, target)
    return show_login(request, target)


@router.post("/login")
async def login(request: Request) -> Response:
    """Open a session and lead on; a refusal says the same for an unknown number and a wrong password."""
    form = await request.form()
    target, number = local(str(form.get("next") or "")), str(form.get("employee_no") or "")
    try:
        demand_https(request)
        demand_own_page(request)
        origin, held = credentials.origin_of(request), credentials.read(request, "sid")
        opened = await sign_in.by_password(keeper_of(request), origin, number, str(form.get("password") or ""), held)
    except Problem as problem:
        return show_login(request, target, problem, {"employee_no": number})
    response = go(request, target)
    give_cookies(request, response, opened)
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session and clear what the browser kept; a tablet stays paired."""
    principal, keeper = principal_of(request), keeper_of(request)
    if principal is not None and principal.actor.is_person:
        await keeper.db.write(sessions.sign_out, principal.actor)
        keeper.forget()
    at_tablet = principal is not None and principal.actor.device is not None
    response = RedirectResponse("/kiosk" if at_tablet else "/login", 303)
    response.headers["Cache-Control"] = "no-store"
    if not at_tablet:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    credentials.drop(request, response, "sid", "wr")
    return response


@router.get("/second-check")
async def second_check_form(request: Request, caller: SignedInStaff) -> Response:
    """Prove again who you are, for a step that needs it."""
    return await _second_check(request, caller, local(request.query_params.get("next")))


@router.post("/second-check")
async def second_check(request: Request, caller: SignedInStaff) -> Response:
    """The session gets new cookies; for five minutes the steps that need it are open."""
    form = await request.form()
    target = local(str(form.get("next") or ""))
    try:
        opened = await sign_in.second_check(keeper_of(request), caller.actor, str(form.get("password") or ""))
    except Problem as problem:
        answers = refused(request, problem, {}, "password")
        return await _second_check(request, caller, target, status_of(problem), answers=answers)
    response = go(request, target)
    give_cookies(request, response, opened)
    return response


@router.get("/password/{link}")
async def password_form(request: Request, link: str) -> Response:
    """The page a one-time link opens; opening it changes nothing, so a preview in a chat does not use it up."""
    try:
        account = await keeper_of(request).db.read(accounts.redeemer, link)
    except accounts.AccountOnItsWay:
        return page(request, "login/moment.html", 409, headers={"Refresh": "2"})
    except accounts.LinkUsedUp as problem:
        return _used_up(request, problem)
    return page(request, "login/password.html", link=link, name=account.name, employee_no=account.employee_no)


@router.post("/password/{link}")
async def set_password(request: Request, link: str) -> Response:
    """Set the password; the link is used up, and every session of the person ends."""
    form = await request.form()
    password, again = str(form.get("password") or ""), str(form.get("again") or "")
    keeper = keeper_of(request)
    try:
        demand_https(request)
        account = await keeper.db.read(accounts.redeemer, link)
    except Problem as problem:
        return _used_up(request, problem)
    try:
        if password != again:
            raise Different()
        await accounts.redeem(keeper, link, password)
    except (Problem, PolicyRefused) as error:
        field = "again" if isinstance(error, Different) else "password"
        shown = {"link": link, "name": account.name, "employee_no": account.employee_no}
        return page(
            request, "login/password.html", status_of(error), answers=refused(request, error, {}, field), **shown
        )
    return page(request, "login/done.html")


async def _second_check(request: Request, caller: Principal, target: str, status: int = 200, **values: Any) -> Response:
    keys = await keeper_of(request).db.read(passkeys.mine, caller.actor)
    corporate = keeper_of(request).settings.oidc_issuer is not None
    shown = {"next_page": target, "has_passkey": bool(keys["items"]), "corporate": corporate, **values}
    return page(request, "login/second_check.html", status, **shown)


def show_login(
    request: Request, target: str, problem: Problem | None = None, typed: Mapping[str, Any] | None = None
) -> Response:
    """The sign-in page, with what was wrong the last time."""
    shown: dict[str, Any] = {
        "next_page": target,
        "caddy_line": None if credentials.is_safe(request) else caddy_line(request),
        "corporate": keeper_of(request).settings.oidc_issuer is not None,
    }
    if problem is None:
        return page(request, "login/login.html", **shown)
    answers = refused(request, problem, typed or {})
    return page(request, "login/login.html", status_of(problem), answers=answers, headers=problem.headers, **shown)


def _used_up(request: Request, problem: Problem) -> Response:
    says = refused(request, problem, {}).faults[0].says
    return page(request, "login/used_up.html", problem.status, says=says)
