"""Shapes of OAuth as its RFCs name them: for the API's document, since OAuth has its own words for all of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel


class TokenGiven(BaseModel):
    """A token (RFC 6749 5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class OAuthFault(BaseModel):
    """Why no token was given (RFC 6749 5.2)."""

    error: Literal[
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "invalid_target",
        "unsupported_grant_type",
    ]
    error_description: str


class OAuthMetadata(BaseModel):
    """The authorization server (RFC 8414)."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]


class JsonWebKey(BaseModel):
    """A public key that verifies tokens (RFC 7517)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class JsonWebKeys(BaseModel):
    """The keys: current, next, and those retired a moment ago."""

    keys: list[JsonWebKey]


def form(required: list[str], **fields: str) -> dict[str, Any]:
    """A form that a route reads by itself, with what each field says."""
    own = {
        "client_id": "Where the client does not authenticate by HTTP Basic",
        "client_secret": "With `client_id`",
    }
    properties = {name: {"type": "string", "description": says} for name, says in {**fields, **own}.items()}
    schema = {"type": "object", "required": required, "properties": properties}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": OAuthFault, "description": "The request is not right (RFC 6749 5.2)"},
    401: {"model": OAuthFault, "description": "Unknown client, or wrong secret (RFC 6749 5.2)"},
}
TOKEN_FORM = form(
    ["grant_type"],
    grant_type="`client_credentials`",
    scope="Fewer scopes than the client has, with spaces between",
    resource="One service that the token is for (RFC 8707); left out, it works for the whole API",
)
REVOCATION_FORM = form(["token"], token="The token to give back", token_type_hint="Read and left aside")  # noqa: S106
