"""Signing in and out, and setting a password by a one-time link."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.problems import Problem
from chassis.rules import PolicyRefused
from gateway.answers import Answers, Fault
from gateway.identity import accounts, credentials, sessions, sign_in
from gateway.identity.calls import demand_https, give_cookies

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login_form(request: Request) -> Response:
    """Employee number and password; pasting is welcome."""
    return _page(request, "login/login.html", next_page=_local(request.query_params.get("next")))


@router.post("/login")
async def login(request: Request) -> Response:
    """Open a session and lead on; a refusal says the same for an unknown number and a wrong password."""
    form = await request.form()
    target = _local(str(form.get("next") or ""))
    try:
        demand_https(request)
        origin, held = credentials.origin_of(request), credentials.read(request, "sid")
        number, password = str(form.get("employee_no") or ""), str(form.get("password") or "")
        opened = await sign_in.by_password(request.app.state.keeper, origin, number, password, held)
    except Problem as problem:
        answers = Answers({"employee_no": form.get("employee_no")}, (_fault(request, problem),))
        return _page(request, "login/login.html", problem.status, answers=answers, next_page=target)
    response: Response = request.app.state.render.go(request, target)
    give_cookies(request, response, opened)
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session and clear what the browser kept."""
    principal = request.state.principal
    keeper = request.app.state.keeper
    if principal is not None and principal.actor.is_person:
        await keeper.db.write(sessions.sign_out, principal.actor)
        keeper.forget()
    response = RedirectResponse("/login", 303, headers={"Clear-Site-Data": '"cache", "storage"'})
    credentials.drop(request, response, "sid", "wr")
    return response


@router.get("/password/{link}")
async def password_form(request: Request, link: str) -> Response:
    """The page a one-time link opens; opening it changes nothing."""
    return _page(request, "login/password.html", link=link)


@router.post("/password/{link}")
async def set_password(request: Request, link: str) -> Response:
    """Set the password; the link is used up."""
    form = await request.form()
    password, again = str(form.get("password") or ""), str(form.get("again") or "")
    try:
        demand_https(request)
        if password != again:
            raise _Different()
        await accounts.redeem(request.app.state.keeper, link, password)
    except Problem as problem:
        return _page(request, "login/password.html", problem.status, answers=_failed(request, problem), link=link)
    except PolicyRefused as refused:
        language = "en" if request.app.state.render.language(request) == "en" else "zh"
        faults = tuple(Fault("password", breach.text(language)) for breach in refused.breaches)
        return _page(request, "login/password.html", 422, answers=Answers({}, faults), link=link)
    return _page(request, "login/done.html")


class _Different(Problem):
    """The two passwords are not the same."""

    status, slug, zh, en = 422, "different", "两次输入的密码不一致", "The two passwords differ"


def _failed(request: Request, problem: Problem) -> Answers:
    return Answers({}, (_fault(request, problem, "password"),))


def _fault(request: Request, problem: Problem, name: str = "") -> Fault:
    english = request.app.state.render.language(request) == "en"
    return Fault(name, problem.detail_en if english else problem.detail_zh)


def _local(target: str | None) -> str:
    """A path of this site, or the start page: never another host (open redirects)."""
    safe = target is not None and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if safe and target is not None else "/"


def _page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    values.setdefault("answers", Answers())
    page: Response = request.app.state.render.page(request, template, status=status, **values)
    return page
