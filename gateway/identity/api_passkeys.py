"""REST of passkeys: the options a browser asks for, and what it answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from chassis import clock
from chassis.api_document import problems
from chassis.problems import NotFound
from chassis.routes import answer
from gateway.identity import credentials, passkey_schemas, passkeys, schemas
from gateway.identity.authenticators import Party, PasskeyRefused
from gateway.identity.calls import Kept, Safe, Staff, Writer, opened_answer
from gateway.identity.credentials import origin_of
from gateway.identity.passkey_ceremony import Begun, party_of

router = APIRouter(prefix="/api/gateway/v1", tags=["passkeys"])
AsParty = Annotated[Party, Depends(party_of)]
CredentialId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,400}$")]
COOKIE = "ceremony"
COOKIE_SECONDS = 300


def _begun(request: Request, begun: Begun) -> Response:
    response = Response(begun.options, 201, {"Cache-Control": "no-store"}, "application/json")
    credentials.put(request, response, COOKIE, begun.cookie, COOKIE_SECONDS)
    return response


@router.post(
    "/passkeys/options",
    status_code=201,
    summary="Begin to add a passkey",
    response_model=passkey_schemas.CreationOptions,
    dependencies=[Safe],
)
async def post_options(request: Request, keeper: Kept, caller: Writer, party: AsParty) -> Response:
    """Options for `navigator.credentials.create`; needs a second check."""
    return _begun(request, await keeper.db.write(passkeys.begin_adding, caller.actor, party, clock.unix()))


@router.post(
    "/passkeys",
    status_code=201,
    summary="Add a passkey",
    response_model=passkey_schemas.PasskeyAdded,
    dependencies=[Safe],
)
async def post_passkey(
    request: Request, keeper: Kept, caller: Writer, party: AsParty, body: passkey_schemas.PasskeyAsked
) -> Response:
    """Keep the passkey that the browser has just made."""
    cookie, name = credentials.read(request, COOKIE), body.name or "Passkey"
    made = await keeper.db.write(passkeys.add, caller.actor, party, cookie, body.credential, name)
    response = answer(made, 201)
    credentials.drop(request, response, COOKIE)
    return response


@router.get("/passkeys", summary="My passkeys", response_model=passkey_schemas.Passkeys)
async def get_passkeys(keeper: Kept, caller: Staff) -> Response:
    """The caller's passkeys, oldest first."""
    return answer(await keeper.db.read(passkeys.mine, caller.actor))


@router.delete("/passkeys/{credential_id}", status_code=204, summary="Remove a passkey")
async def delete_passkey(keeper: Kept, caller: Writer, credential_id: CredentialId) -> Response:
    """Remove one of the caller's passkeys; needs a second check."""
    await keeper.db.write(passkeys.remove, caller.actor, credential_id, clock.unix())
    return Response(status_code=204)


@router.post(
    "/passkeys/sign-in-options",
    status_code=201,
    summary="Begin to sign in by passkey",
    response_model=passkey_schemas.RequestOptions,
    dependencies=[Safe],
)
async def post_sign_in_options(request: Request, keeper: Kept, party: AsParty) -> Response:
    """Options for `navigator.credentials.get`; the browser offers the passkeys it has for this host."""
    return _begun(request, await keeper.db.write(passkeys.begin_sign_in, party))


@router.post(
    "/sessions/by-passkey",
    status_code=201,
    summary="Sign in by passkey",
    response_model=schemas.Opened,
    responses=problems(PasskeyRefused),
    dependencies=[Safe],
)
async def post_session(request: Request, keeper: Kept, party: AsParty, body: passkey_schemas.Credential) -> Response:
    """Open a session for the owner of the passkey: 12 hours at a desk, seven days on a phone."""
    cookie, held = credentials.read(request, COOKIE), credentials.read(request, "sid")
    origin = origin_of(request)
    opened = await keeper.db.write(passkeys.finish_sign_in, party, cookie, body.credential, origin, held)
    keeper.forget()
    if opened is None:
        raise PasskeyRefused()
    response = opened_answer(request, opened, 201)
    credentials.drop(request, response, COOKIE)
    return response


@router.post(
    "/passkeys/check-options",
    status_code=201,
    summary="Begin a second check by passkey",
    response_model=passkey_schemas.RequestOptions,
    responses=problems(NotFound),
    dependencies=[Safe],
)
async def post_check_options(request: Request, keeper: Kept, caller: Writer, party: AsParty) -> Response:
    """Options for `navigator.credentials.get` with the caller's own passkeys; 404 when there is none."""
    return _begun(request, await keeper.db.write(passkeys.begin_check, caller.actor, party))


@router.post(
    "/sessions/current/second-check-by-passkey",
    summary="Second check by passkey",
    response_model=schemas.Opened,
    dependencies=[Safe],
)
async def post_check(
    request: Request, keeper: Kept, caller: Writer, party: AsParty, body: passkey_schemas.Credential
) -> Response:
    """Prove again who you are by passkey; the session gets new cookies."""
    cookie = credentials.read(request, COOKIE)
    opened = await keeper.db.write(passkeys.finish_check, caller.actor, party, cookie, body.credential)
    keeper.forget()
    if opened is None:
        raise PasskeyRefused()
    response = opened_answer(request, opened, 200)
    credentials.drop(request, response, COOKIE)
    return response
