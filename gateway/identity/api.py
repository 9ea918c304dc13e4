"""REST of identity, `/api/gateway/v1`: sessions, passwords, PINs. Tablets and clients stand in files of their own."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from chassis.api_document import problems
from chassis.routes import answer
from gateway.identity import accounts, credentials, schemas, sessions, sign_in
from gateway.identity.api_clients import router as clients_router
from gateway.identity.api_devices import router as devices_router
from gateway.identity.api_passkeys import router as passkeys_router
from gateway.identity.calls import Kept, Safe, Staff, Writer, opened_answer

router = APIRouter(prefix="/api/gateway/v1", tags=["identity"])
routers = (router, devices_router, clients_router, passkeys_router)


@router.post(
    "/sessions",
    status_code=201,
    summary="Sign in",
    response_model=schemas.Opened,
    responses=problems(sign_in.SignInRefused),
    dependencies=[Safe],
)
async def post_session(request: Request, keeper: Kept, body: schemas.SignIn) -> Response:
    """Open a session by employee number and password; its secrets come as cookies. 429 names when to try again."""
    held = credentials.read(request, "sid")
    origin = credentials.origin_of(request)
    password = body.password.get_secret_value()
    opened = await sign_in.by_password(keeper, origin, body.employee_no, password, held)
    return opened_answer(request, opened, 201)


@router.get("/sessions", summary="My sessions", response_model=schemas.Sessions)
async def get_sessions(keeper: Kept, caller: Staff) -> Response:
    """The caller's sessions, last used first."""
    return answer(await keeper.db.read(sessions.mine, caller.actor))


@router.delete("/sessions", summary="End my other sessions", response_model=schemas.Ended)
async def delete_sessions(keeper: Kept, caller: Writer) -> Response:
    """End every session of the caller's but the one calling."""
    ended = await keeper.db.write(sessions.end_others, caller.actor)
    keeper.forget()
    return answer(ended)


@router.delete("/sessions/{session_id}", summary="End one of my sessions", response_model=schemas.Ended)
async def delete_session(keeper: Kept, caller: Writer, session_id: schemas.Id) -> Response:
    """End one session of the caller's; 404 for anybody else's."""
    ended = await keeper.db.write(sessions.end_one, caller.actor, session_id)
    keeper.forget()
    return answer(ended)


@router.post("/sessions/current/second-check", summary="Second check", response_model=schemas.Opened)
async def post_second_check(request: Request, keeper: Kept, caller: Writer, body: schemas.Check) -> Response:
    """Prove again who you are: the session gets new cookies, and for five minutes the steps that need it are open."""
    opened = await sign_in.second_check(keeper, caller.actor, body.password.get_secret_value())
    return opened_answer(request, opened, 200)


@router.get("/people/{person_id}/sessions", summary="A person's sessions", response_model=schemas.Sessions)
async def get_person_sessions(keeper: Kept, caller: Staff, person_id: schemas.Id) -> Response:
    """Another person's sessions, for security and platform admins."""
    return answer(await keeper.db.read(sessions.of_person, caller.actor, person_id))


@router.delete("/people/{person_id}/sessions", summary="Cut a person off", response_model=schemas.Ended)
async def delete_person_sessions(keeper: Kept, caller: Writer, person_id: schemas.Id) -> Response:
    """End every session of a person within a second, everywhere.

    \f
    Control 2.14 and ASVS 7.4.5: an administrator can end any session.
    """
    ended = await keeper.db.write(sessions.cut_off, caller.actor, person_id)
    keeper.forget()
    return answer(ended)


@router.post(
    "/people/{person_id}/password-link",
    status_code=201,
    summary="Issue a one-time link",
    response_model=schemas.LinkMade,
)
async def post_link(keeper: Kept, caller: Writer, person_id: schemas.Id) -> Response:
    """A link with which the person sets a password within 24 hours; needs a second check. Shown this once."""
    return answer(await keeper.db.write(accounts.ask_link, caller.actor, person_id, clock.unix()), 201)


@router.post(
    "/passwords",
    status_code=204,
    summary="Set a password by link",
    responses=problems(accounts.LinkUsedUp),
    dependencies=[Safe],
)
async def post_password(keeper: Kept, body: schemas.PasswordByLink) -> Response:
    """Set the password of the person the link is for; 410 when it was used or has expired, 409 a moment too early."""
    await accounts.redeem(keeper, body.link, body.password.get_secret_value())
    return Response(status_code=204)


@router.post("/me/password", status_code=204, summary="Change my password")
async def post_my_password(keeper: Kept, caller: Writer, body: schemas.PasswordChange) -> Response:
    """Set another password; the caller's other sessions end."""
    old, new = body.old_password.get_secret_value(), body.password.get_secret_value()
    await accounts.change_password(keeper, caller.actor, old, new)
    return Response(status_code=204)


@router.post("/me/pin", status_code=204, summary="Set my PIN")
async def post_my_pin(keeper: Kept, caller: Writer, body: schemas.Pin) -> Response:
    """Set the six-digit PIN for shared tablets; needs a second check."""
    await accounts.set_pin(keeper, caller.actor, body.pin.get_secret_value(), clock.unix())
    return Response(status_code=204)
