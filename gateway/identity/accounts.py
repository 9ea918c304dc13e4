"""Accounts: the copy of a person, one-time links, setting a password or a PIN, and the person's own wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import NotFound, Problem, SecondCheckNeeded
from chassis.rules import enforce
from gateway.identity import account_store, attempt_store, rules, session_store, sessions, throttle
from gateway.identity.events import LinkIssued, PasswordSet, PinSet, SessionEnded
from gateway.identity.keeper import Keeper
from gateway.identity.passwords import enforce_password, enforce_pin
from gateway.identity.secret_text import hashed, new_secret
from gateway.identity.sign_in import check_password
from gateway.identity.throttle import Mark

SET_PASSWORD = "set_password"  # noqa: S105  the purpose of a link, not a secret
FOLLOWER = Actor.system("directory")


class LinkUsedUp(Problem):
    """The link was used, expired, or replaced by a newer one."""

    status, slug = 410, "link-used-up"
    zh, en = (
        "链接已使用或已过期，请向平台管理员索取新的链接",
        "The link was used or has expired. Ask a platform admin for a new one",
    )


class AccountOnItsWay(Problem):
    """The person was added a moment ago and has not been copied here yet."""

    status, slug = 409, "account-on-its-way"
    zh, en = "账户正在建立，请 5 秒后再试", "The account is being set up. Try again in 5 seconds"


def issue_link(tx: Tx, actor: Actor, person_id: str) -> str:
    """A one-time link's text with which the person sets a password within 24 hours: `/password/<text>`.

    Only its hash is kept; a new link ends the ones before. The account may still be on its way from the directory.
    Whoever calls decides who may: see `ask_link`.
    """
    text = new_secret("l")
    account_store.add_link(tx, hashed(text), person_id, SET_PASSWORD, tx.now + rules.LINK_LIFE)
    record(tx, actor, LinkIssued(person_id, SET_PASSWORD))
    return text


def ask_link(tx: Tx, actor: Actor, person_id: str, now: int) -> dict[str, Any]:
    """An administrator asks for a link for somebody else. Raises `SecondCheckNeeded`, `NotFound`."""
    enforce(rules.administers_accounts(actor.roles))
    if not actor.checked_lately(now):
        raise SecondCheckNeeded()
    if account_store.account(tx, person_id) is None:
        raise NotFound()
    return {"link": f"/password/{issue_link(tx, actor, person_id)}", "expires_at": tx.now + rules.LINK_LIFE}


def redeemer(tx: Tx, text: str) -> Any:
    """The account a link is for. Raises `LinkUsedUp`, `AccountOnItsWay`."""
    link = account_store.link(tx, hashed(text), SET_PASSWORD)
    if link is None:
        raise LinkUsedUp()
    account = account_store.account(tx, link.person_id)
    if account is None:
        raise AccountOnItsWay()
    return account


async def redeem(keeper: Keeper, text: str, password: str) -> None:
    """Set the password of the person the link is for; every session of theirs ends.

    Raises `LinkUsedUp`, `AccountOnItsWay`, `PolicyRefused` for a weak password, `TooMany`.
    """
    account = await keeper.db.read(redeemer, text)
    enforce_password(password, account.employee_no, account.name)
    hash_ = await keeper.passwords.hash(password)
    await keeper.db.write(_redeem, hashed(text), account.person_id, hash_)
    keeper.forget()


async def change_password(keeper: Keeper, actor: Actor, old: str, new: str) -> None:
    """The signed-in person sets another password; their other sessions end. Raises `WrongPassword`, `PolicyRefused`."""
    await check_password(keeper, actor, old)
    account = await keeper.db.read(account_store.account, actor.id)
    assert account is not None, "whoever is signed in has an account"
    enforce_password(new, account.employee_no, account.name)
    await keeper.db.write(_set_password, actor, actor.id, await keeper.passwords.hash(new))
    keeper.forget()


async def set_pin(keeper: Keeper, actor: Actor, pin: str, now: int) -> None:
    """The signed-in person sets the PIN for shared tablets; a locked one is free again.

    Raises `SecondCheckNeeded`, `PolicyRefused`.
    """
    if not actor.checked_lately(now):
        raise SecondCheckNeeded()
    account = await keeper.db.read(account_store.account, actor.id)
    assert account is not None, "whoever is signed in has an account"
    enforce_pin(pin, account.employee_no)
    await keeper.db.write(_set_pin, actor, await keeper.passwords.hash(pin))


def choose(tx: Tx, actor: Actor, language: str | None, theme: str | None) -> None:
    """Keep the person's wishes for pages; None leaves the choice to the browser."""
    account_store.change(tx, actor.id, chosen_language=language, theme=theme)


def shown(tx: Tx, person_id: str) -> dict[str, Any]:
    """What the person's own page shows of the account."""
    row = account_store.account(tx, person_id)
    assert row is not None, "whoever is signed in has an account"
    return {
        "name": row.name,
        "employee_no": row.employee_no,
        "language": row.chosen_language,
        "theme": row.theme,
        "password_set_at": row.password_set_at,
        "has_pin": row.pin_hash is not None,
    }


def copy_person(tx: Tx, person_id: str, state: Mapping[str, Any] | None) -> None:
    """The account becomes as the directory says; whoever is active no more is cut off at once, with their tablets' PIN.

    `state` None means the person is gone from the directory.
    """
    before = account_store.account(tx, person_id, lock=True)
    if state is None:
        if before is not None and before.active:
            account_store.change(tx, person_id, active=False)
            sessions.cut(tx, FOLLOWER, person_id, "gone from the directory")
        return
    account_store.keep(tx, person_id, _copied(tx, state, before))
    if before is not None and before.active and not state["active"]:
        sessions.cut(tx, FOLLOWER, person_id, "left")


COPIED = ("employee_no", "name", "site_id", "department_id", "work_email", "language")


def _copied(tx: Tx, state: Mapping[str, Any], before: Any) -> dict[str, Any]:
    leaves = state.get("leaves_at")
    values = {name: state.get(name) for name in COPIED}
    roles = list(state["roles"])
    since = before.passkey_required_since if before else None
    privileged = any(held["role"].partition("@")[0] in rules.PASSKEY_ROLES for held in roles)
    return {
        **values,
        "badge_no": state.get("badge_no"),
        "roles": roles,
        "active": bool(state["active"]),
        "leaves_at": datetime.fromisoformat(leaves) if leaves else None,
        "passkey_required_since": (since or tx.now) if privileged else None,
    }


def _redeem(tx: Tx, link_hash: str, person_id: str, hash_: str) -> None:
    if not account_store.use_link(tx, link_hash):
        raise LinkUsedUp()
    _set_password(tx, sessions.person_actor(person_id), person_id, hash_)


def _set_password(tx: Tx, actor: Actor, person_id: str, hash_: str) -> None:
    account_store.change(tx, person_id, password_hash=hash_, password_set_at=tx.now)
    account_store.raise_epoch(tx, person_id)
    for session_id in session_store.end_all(tx, person_id, but=actor.session):
        record(tx, actor, SessionEnded(person_id, session_id))
    account = account_store.account(tx, person_id)
    if actor.session and account is not None:
        session_store.move_epoch(tx, actor.session, account.epoch)
    record(tx, actor, PasswordSet(person_id))


def _set_pin(tx: Tx, actor: Actor, hash_: str) -> None:
    account_store.change(tx, actor.id, pin_hash=hash_)
    attempt_store.clear(tx, Mark("pin", actor.id, throttle.PIN).key)
    record(tx, actor, PinSet(actor.id))
