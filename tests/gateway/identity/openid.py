"""A small OpenID provider on loopback for tests: real HTTP, real signatures, and faults on demand."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from chassis import clock

CLIENT, SECRET = "gatehouse", "a secret of the provider"


def _left_half(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


@dataclass
class OpenId:
    """The provider. `claims` overrides what it puts into ID tokens; None leaves a claim out."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    forged_with: str = ""
    broken: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def consent(self, address: str) -> dict[str, str]:
        """The person signs in at `address`: what the provider sends back with them."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(query)
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return {"state": query["state"], "code": code, "iss": self.issuer}

    async def metadata(self, _request: web.Request) -> web.Response:
        """Discovery."""
        if self.broken:
            return web.Response(status=503)
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return web.json_response({"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in names.items()}})

    async def keys(self, _request: web.Request) -> web.Response:
        """The public key."""
        return web.json_response(KeySet([self.key]).as_dict(private=False))

    async def token(self, request: web.Request) -> web.Response:
        """A code, its PKCE verifier and the client's secret for an ID token."""
        form = await request.post()
        query = self.codes.pop(str(form["code"]), None)
        verifier = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if query is None or challenge != query["code_challenge"] or form.get("client_secret") != SECRET:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = clock.unix()
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 300, "auth_time": now}
        claims |= {"nonce": query["nonce"], "at_hash": _left_half("access"), "preferred_username": "E010"}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return web.json_response({"access_token": "access", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.forged_with == "another key":
            other = ECKey.generate_key("P-256")
            return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, other)
        if self.forged_with == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2))
        if self.forged_with == "none":
            body = jwt.encode({"alg": "ES256"}, claims, self.key).split(".")[1]
            head = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            return f"{head}.{body}."
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)


@asynccontextmanager
async def serving() -> AsyncIterator[OpenId]:
    """The provider at a free port of this machine."""
    provider = OpenId()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.metadata)
    app.router.add_get("/keys", provider.keys)
    app.router.add_post("/token", provider.token)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    provider.issuer = f"http://{host}:{port}"
    try:
        yield provider
    finally:
        await runner.cleanup()
