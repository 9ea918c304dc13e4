"""A WebAuthn ceremony: the challenge bound to one browser, and the check of what came back.

A challenge is good once, for five minutes, in the browser that asked for it. The relying party is the host name in
use: an IP address cannot have any.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row
from starlette.requests import Request

from chassis.db import Tx
from chassis.problems import Problem
from gateway.identity import authenticators, passkey_store
from gateway.identity.authenticators import Options, Party, PasskeyRefused
from gateway.identity.credentials import is_loopback
from gateway.identity.secret_text import hashed, new_secret

CEREMONY = timedelta(minutes=5)


class NameNeeded(Problem):
    """A passkey belongs to a host name; this deployment was opened by its IP address."""

    status, slug = 409, "name-needed"
    zh, en = (
        "通行密钥不能用在 IP 地址上，请用域名或 localhost 打开本系统",
        "Passkeys do not work on an IP address. Open this system by its name or localhost",
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """A ceremony that has begun: what the browser needs, and the secret that binds it to this browser."""

    options: bytes
    cookie: str


def party_of(request: Request) -> Party:
    """The relying party of a request. Raises `NameNeeded` for an IP address."""
    host = request.url.hostname or ""
    if host.replace(".", "").isdecimal() or ":" in host or (is_loopback(host) and host != "localhost"):
        raise NameNeeded()
    return Party(host, f"{request.url.scheme}://{request.url.netloc}")


def begin(tx: Tx, purpose: str, person_id: str | None, options: Options) -> Begun:
    """Keep the challenge of `options` for the browser that gets the answer."""
    cookie = new_secret()
    values = {"data": options.challenge, "expires_at": tx.now + CEREMONY}
    passkey_store.begin(tx, hash=hashed(cookie), purpose=purpose, person_id=person_id, **values)
    return Begun(options.json, cookie)


def challenge_of(tx: Tx, purpose: str, cookie: str | None, person_id: str | None) -> str:
    """The challenge this browser was given; taken, so that it answers once. Raises `PasskeyRefused`."""
    begun = passkey_store.take(tx, hashed(cookie or ""), purpose)
    if begun is None or begun.person_id != person_id:
        raise PasskeyRefused()
    return str(begun.data)


def verified(
    tx: Tx, purpose: str, party: Party, cookie: str | None, credential: dict[str, Any], person_id: str | None
) -> Row[Any] | None:
    """The passkey that signed the challenge, its counter noted; None when anything does not fit."""
    row = passkey_store.one(tx, str(credential.get("id"))[:400])
    try:
        challenge = challenge_of(tx, purpose, cookie, person_id)
        if row is None or (person_id and row.person_id != person_id):
            return None
        count = authenticators.count_after(party, challenge, credential, row)
    except PasskeyRefused:
        return None
    passkey_store.used(tx, row.credential_id, count)
    return row
