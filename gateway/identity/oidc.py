"""Signing in with the company's account (OpenID Connect, code flow with PKCE), and a second check there.

State, nonce and PKCE verifier are kept for ten minutes under a cookie of the browser that began (RFC 9700, 2.1): a code
or a link carried to another browser opens nothing. The person is found by an employee number in the configured claim;
nobody is created. The provider must let only HR change that claim: whoever can change it can be anybody.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import orjson
from authlib.common.security import generate_token

from chassis.actor import SECOND_CHECK_SECONDS, Actor
from chassis.db import Tx
from chassis.problems import Problem
from gateway.identity import account_store, passkey_store, sessions, sign_in
from gateway.identity.credentials import Origin
from gateway.identity.keeper import Keeper
from gateway.identity.oidc_provider import Asked, CorporateRefused, Provider
from gateway.identity.secret_text import hashed, new_secret, same
from gateway.identity.sessions import Opened

PURPOSE = "oidc"
CEREMONY = timedelta(minutes=10)
MAX_AGE_SECONDS = 12 * 3600
"""How old a sign-in at the provider may be to open a session here."""


class NotAnEmployee(Problem):
    """The company account is good, but no account in force here has its number."""

    status, slug = 403, "not-an-employee"
    zh, en = (
        "您的公司账号没有对应的在职员工，请联系人事专员",
        "No employee in force belongs to your company account. Ask HR",
    )


async def begin(keeper: Keeper, provider: Provider, target: str, actor: Actor | None = None) -> tuple[str, str]:
    """Begin a sign-in, or with `actor` their second check: the address to go to and the cookie of this browser."""
    asked = Asked(generate_token(43), generate_token(43), generate_token(64))
    address = await provider.leads_to(asked, MAX_AGE_SECONDS if actor is None else 0)
    cookie = new_secret()
    data = orjson.dumps({"target": target, "session": actor.session if actor else None, **asdict(asked)}).decode()
    await keeper.db.write(_keep, hashed(cookie), actor.id if actor else None, data)
    return address, cookie


async def finish(
    keeper: Keeper,
    provider: Provider,
    origin: Origin,
    cookie: str | None,
    sent: dict[str, str],
    actor: Actor | None = None,
    held: str | None = None,
) -> tuple[Opened, str]:
    """What the provider sent back becomes a session, or a renewed one; and where to lead.

    `sent` are the query parameters of the callback. Raises `CorporateRefused`, `CorporateDown`, `NotAnEmployee`.
    """
    begun = await keeper.db.write(passkey_store.take, hashed(cookie or ""), PURPOSE)
    if begun is None:
        raise CorporateRefused()
    kept = orjson.loads(begun.data)
    asked = Asked(kept["state"], kept["nonce"], kept["verifier"])
    if not same(sent.get("state", ""), asked.state) or sent.get("iss", provider.issuer) != provider.issuer:
        raise CorporateRefused()
    if "code" not in sent:
        raise CorporateRefused()
    claims = await provider.claims(sent["code"], asked)
    number, auth_time = provider.employee_no(claims), claims.get("auth_time")
    proved_at = auth_time if isinstance(auth_time, int) else 0
    if begun.person_id is None:
        opened = await keeper.db.write(_open, origin, number, proved_at, held)
    else:
        if actor is None or (actor.id, actor.session) != (begun.person_id, kept["session"]):
            raise CorporateRefused()
        opened = await keeper.db.write(_renew, actor, number, proved_at)
    keeper.forget()
    if opened is None:
        raise NotAnEmployee()
    return opened, kept["target"]


def _keep(tx: Tx, hash_: str, person_id: str | None, data: str) -> None:
    expires_at = tx.now + CEREMONY
    passkey_store.begin(tx, hash=hash_, purpose=PURPOSE, person_id=person_id, data=data, expires_at=expires_at)


def _open(tx: Tx, origin: Origin, number: str, proved_at: int, held: str | None) -> Opened | None:
    account: Any = account_store.account_by_no(tx, number)
    if not sessions.may_sign_in(account, tx):
        sign_in.failed(tx, account, "oidc")
        return None
    sessions.drop(tx, held)
    proved = min(proved_at, int(tx.now.timestamp()))
    return sessions.open_session(tx, account, origin.kind, "oidc", origin.agent, auth_time=proved)


def _renew(tx: Tx, actor: Actor, number: str, proved_at: int) -> Opened | None:
    account = account_store.account_by_no(tx, number)
    fresh = tx.now.timestamp() - proved_at <= SECOND_CHECK_SECONDS
    if account is None or account.person_id != actor.id or not fresh:
        sign_in.failed(tx, account_store.account(tx, actor.id), "second check")
        return None
    return sessions.renew(tx, actor, "oidc")
