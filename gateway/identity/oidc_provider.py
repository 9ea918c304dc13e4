"""The company's OpenID provider, as far as we talk to it: discovery, its keys, a code for an ID token, and its check.

Authlib and joserfc know the protocol; ours is that nothing is trusted from a token's header: keys come from the
configured issuer alone, algorithms from a list, and every claim of OpenID Connect Core 3.1.3.7 is checked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chassis import clock
from chassis.problems import Problem, Unavailable
from chassis.settings import Settings, SettingsWrong
from gateway.clients_over_http import NO_ANSWER, open_session
from gateway.identity.credentials import is_loopback

ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
SCOPE = "openid profile"
SECONDS = 5.0
LARGEST = 256 * 1024
KNOWN_SECONDS = 3600.0
LEEWAY_SECONDS = 60
log = logging.getLogger(__name__)


class CorporateRefused(Problem):
    """The corporate sign-in did not work out; the log says why."""

    status, slug = 401, "corporate-sign-in-refused"
    zh, en = "公司账号登录没有成功，请再试一次", "Signing in with the company account did not work. Please try again"


class CorporateDown(Unavailable):
    """The provider does not answer."""

    zh, en = (
        "公司账号系统没有响应，请用密码登录或 5 秒后再试",
        "The company's account system does not answer. Use your password or try again in 5 seconds",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sign-in sends to the provider, and must see come back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One configured provider. Its metadata and keys are fetched when first needed and again after an hour."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret):
            raise SettingsWrong("GATEHOUSE_OIDC_ISSUER needs GATEHOUSE_OIDC_CLIENT_ID and GATEHOUSE_OIDC_CLIENT_SECRET")
        self.issuer = settings.oidc_issuer
        _demand_https(self.issuer)
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._claim = settings.oidc_claim
        self.redirect_uri = settings.address.rstrip("/") + "/login/oidc/callback"
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None

    async def leads_to(self, asked: Asked, max_age: int) -> str:
        """Where the person signs in at the provider, at most `max_age` seconds ago. Raises `CorporateDown`."""
        parameters = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
            "max_age": str(max_age),
        }
        metadata = await self._known()
        address: str = add_params_to_uri(metadata["authorization_endpoint"], list(parameters.items()))
        return address

    async def claims(self, code: str, asked: Asked) -> Mapping[str, Any]:
        """The checked claims of the ID token that `code` is good for. Raises `CorporateRefused`, `CorporateDown`."""
        metadata = await self._known()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self._client_id,
            "client_secret": self._secret,
            "code_verifier": asked.verifier,
        }
        answer = await _fetch("POST", metadata["token_endpoint"], urlencode(form).encode())
        if not isinstance(answer.get("id_token"), str):
            raise CorporateRefused()
        try:
            return self._checked(await self._decoded(answer["id_token"]), answer.get("access_token"), asked.nonce)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("corporate sign-in: %s", type(error).__name__)
            raise CorporateRefused() from error

    def employee_no(self, claims: Mapping[str, Any]) -> str:
        """The employee number in the configured claim. Raises `CorporateRefused` when there is none."""
        number = claims.get(self._claim)
        if not isinstance(number, str) or not number.strip():
            raise CorporateRefused()
        return number.strip()

    async def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, await self._key_set(), ALGORITHMS)
        except InvalidKeyIdError:
            self._keys = None
            return jwt.decode(id_token, await self._key_set(), ALGORITHMS)

    def _checked(self, token: jwt.Token, access_token: Any, nonce: str) -> Mapping[str, Any]:
        wanted = {"iss": self.issuer, "aud": self._client_id}
        options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        parameters = {"nonce": nonce, "client_id": self._client_id, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, options, parameters)
        claims.validate(now=clock.unix(), leeway=LEEWAY_SECONDS)
        return dict(claims)

    async def _known(self) -> Mapping[str, Any]:
        now = time.monotonic()
        if self._metadata is None or now > self._metadata[0]:
            found = await _fetch("GET", self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                log.error("the OpenID provider calls itself %r, not %r", found.get("issuer"), self.issuer)
                raise CorporateDown()
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _demand_https(str(found.get(name)))
            self._metadata = (now + KNOWN_SECONDS, found)
            self._keys = None
        return self._metadata[1]

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            metadata = await self._known()
            self._keys = KeySet.import_key_set(await _fetch("GET", metadata["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys


async def _fetch(method: str, url: str, body: bytes = b"") -> dict[str, Any]:
    """One call to the provider: no redirects, five seconds, 256 KiB. Raises `CorporateDown`, `CorporateRefused`."""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        async with asyncio.timeout(SECONDS), open_session() as session:
            got = await session.request(method, url, data=body or None, headers=headers, allow_redirects=False)
            text = await got.content.read(LARGEST)
    except (*NO_ANSWER, ValueError) as error:
        log.warning("the OpenID provider does not answer: %s", type(error).__name__)
        raise CorporateDown() from error
    if got.status >= 500:
        raise CorporateDown()
    if got.status != 200:
        log.warning("the OpenID provider answered %d", got.status)
        raise CorporateRefused()
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CorporateDown() from error
    return found if isinstance(found, dict) else {}


def _demand_https(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise SettingsWrong(f"the OpenID provider's address must be https: {url}")
