"""OAuth 2.0 for machines: client credentials (RFC 6749 4.4), revocation (RFC 7009), metadata (RFC 8414), JWKS.

A token without `resource` is for the gateway, which re-mints it for each service: one token works for the whole API.
With `resource` (RFC 8707) naming a service it is for that service directly. Tokens live a minute, or two at the
gateway, where every call looks the client up again. The `iss` of tokens is the deployment's name, not the metadata's
URL: clients treat tokens as opaque.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.identity import LIFE_SECONDS
from chassis.settings import SERVICES
from gateway.identity import credentials, oauth_schemas, rules, token_grants
from gateway.identity.calls import Kept, demand_https
from gateway.identity.keeper import AUDIENCE, Keeper
from gateway.identity.secret_text import same

router = APIRouter(tags=["oauth"])
GATEWAY_LIFE_SECONDS = 120
AUDIENCES = (AUDIENCE, *SERVICES)
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
PARAMETERS = ("grant_type", "scope", "resource", "client_id", "client_secret", "token", "token_type_hint")


@dataclass
class OAuthError(Exception):
    """An error as RFC 6749 5.2 words it; never a problem+json, which OAuth clients cannot read."""

    code: str
    says: str
    status: int = 400

    def answer(self) -> Response:
        """The error as a response; 401 names the way to authenticate."""
        headers = dict(NO_STORE)
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="gatehouse"'
        return _json({"error": self.code, "error_description": self.says}, self.status, headers)


@dataclass(frozen=True, slots=True)
class Party:
    """An authenticated client or service and the scopes it may ask for."""

    kind: ActorKind
    id: str
    scopes: frozenset[str]


@router.post(
    "/oauth/token",
    summary="Get an access token",
    response_model=oauth_schemas.TokenGiven,
    responses=oauth_schemas.FAULTS,
    openapi_extra=oauth_schemas.TOKEN_FORM,
)
async def post_token(request: Request, keeper: Kept) -> Response:
    """Client credentials for a bearer token: `grant_type=client_credentials`, optional `scope` and `resource`."""
    try:
        form = await _form(request)
        if form.get("grant_type") is None:
            raise OAuthError("invalid_request", "grant_type is missing")
        if form["grant_type"] != "client_credentials":
            raise OAuthError("unsupported_grant_type", "only client_credentials is supported")
        party = await _authenticated(request, keeper, form)
        return _json(await _token(keeper, party, form), 200, NO_STORE)
    except OAuthError as error:
        return error.answer()


@router.post(
    "/oauth/revoke",
    summary="Give an access token back",
    response_class=Response,
    responses=oauth_schemas.FAULTS,
    openapi_extra=oauth_schemas.REVOCATION_FORM,
)
async def post_revoke(request: Request, keeper: Kept) -> Response:
    """Revoke one of the client's own tokens; 200 also for tokens unknown or expired (RFC 7009 2.2)."""
    try:
        form = await _form(request)
        if not form.get("token"):
            raise OAuthError("invalid_request", "token is missing")
        party = await _authenticated(request, keeper, form)
        await token_grants.revoke(keeper, party.id, form["token"])
        return Response(status_code=200, headers=NO_STORE)
    except OAuthError as error:
        return error.answer()


@router.get(
    "/.well-known/oauth-authorization-server", summary="OAuth metadata", response_model=oauth_schemas.OAuthMetadata
)
async def get_metadata(keeper: Kept) -> Response:
    """Where tokens are given and revoked, and how a client authenticates (RFC 8414).

    There is no authorization endpoint; `response_types_supported` is required all the same and must not be empty.
    """
    base = keeper.settings.address.rstrip("/")
    methods = ["client_secret_basic", "client_secret_post"]
    return _json(
        {
            "issuer": base,
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "jwks_uri": f"{base}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": ["none"],
            "token_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
        },
        200,
        {"Cache-Control": "public, max-age=3600"},
    )


@router.get("/.well-known/jwks.json", summary="Public signing keys", response_model=oauth_schemas.JsonWebKeys)
async def get_jwks(keeper: Kept) -> Response:
    """The keys that verify tokens (RFC 7517): current, next, and those retired a moment ago."""
    return _json(keeper.jwks(), 200, {"Cache-Control": "public, max-age=60"})


async def _token(keeper: Keeper, party: Party, form: dict[str, str]) -> dict[str, Any]:
    wanted = frozenset(form.get("scope", "").split()) or party.scopes
    if not wanted <= party.scopes:
        raise OAuthError("invalid_scope", "the client has no such scope: " + " ".join(sorted(wanted - party.scopes)))
    audience = form.get("resource") or AUDIENCE
    if audience not in AUDIENCES:
        raise OAuthError("invalid_target", "resource is one of " + ", ".join(AUDIENCES))
    life = GATEWAY_LIFE_SECONDS if audience == AUDIENCE else LIFE_SECONDS
    actor = Actor(party.kind, party.id, scopes=wanted, session=token_grants.new_token_id())
    token = keeper.signer.mint(actor, audience, clock.unix(), life)
    scope = " ".join(sorted(wanted))
    return {"access_token": token, "token_type": "Bearer", "expires_in": life, "scope": scope}


async def _authenticated(request: Request, keeper: Keeper, form: dict[str, str]) -> Party:
    """The client the request authenticates as. Raises `OAuthError` invalid_client, `TooMany` after many failures.

    Services of this deployment come to the gateway's inner address, on a network of their own; anybody else by https.
    """
    if request.url.hostname != urlsplit(keeper.settings.gateway_url or "").hostname:
        demand_https(request)
    client_id, secret = _client_credentials(request, form)
    service_secret = keeper.settings.service_secret
    if client_id in SERVICES and service_secret and same(secret, service_secret.get_secret_value()):
        return Party(ActorKind.SERVICE, client_id, rules.SERVICE_SCOPES)
    client = await token_grants.authenticate(keeper, credentials.origin_of(request).address, client_id, secret)
    if client is None:
        raise OAuthError("invalid_client", "unknown client, or wrong secret", 401)
    return Party(ActorKind.CLIENT, client.id, frozenset(client.scopes))


def _client_credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    header = request.headers.get("authorization", "")
    kind, _, encoded = header.partition(" ")
    if not header:
        if not form.get("client_id") or not form.get("client_secret"):
            raise OAuthError("invalid_client", "no client authentication", 401)
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        raise OAuthError("invalid_request", "one way to authenticate at a time (RFC 6749 2.3)")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "the Authorization header cannot be read", 401) from error
    client_id, colon, secret = text.partition(":")
    if kind.lower() != "basic" or not colon:
        raise OAuthError("invalid_client", "authenticate with HTTP Basic", 401)
    return unquote_plus(client_id), unquote_plus(secret)


async def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise OAuthError("invalid_request", "the body must be application/x-www-form-urlencoded")
    pairs = (await request.form()).multi_items()
    known = [(name, value) for name, value in pairs if name in PARAMETERS and isinstance(value, str) and value]
    form = dict(known)
    if len(form) < len(known):
        raise OAuthError("invalid_request", "a parameter is repeated")
    return form


def _json(value: Any, status: int, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(value), status, headers, "application/json")
