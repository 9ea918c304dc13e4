"""Signing in: by password, by PIN at a shared tablet, and proving it again for a step that needs it.

Each counts the try first, then hashes off the event loop, then opens the session in one transaction that looks at the
account again: a person cut off in between gets none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Problem
from gateway.identity import account_store, sessions, throttle
from gateway.identity.credentials import Origin
from gateway.identity.events import SignInFailed
from gateway.identity.keeper import Keeper
from gateway.identity.rules import SessionKind
from gateway.identity.sessions import Opened
from gateway.identity.throttle import Mark

SYSTEM = Actor.system("sign-in")
UNKNOWN = "unknown"


class SignInRefused(Problem):
    """Number and password do not fit; which of the two is never said."""

    status, slug = 401, "sign-in-refused"
    zh, en = "员工编号或密码不正确", "Employee no. or password is not right"


class PinRefused(Problem):
    """Number and PIN do not fit, or the person has no PIN."""

    status, slug = 401, "sign-in-refused"
    zh, en = (
        "员工编号或 PIN 不正确；还没有 PIN 的，请先在“我的账户”里设置",
        "Employee no. or PIN is not right. Set a PIN under My account first if you have none",
    )


class WrongPassword(Problem):
    """The password of a second check is not right."""

    status, slug, zh, en = 403, "wrong-password", "密码不正确", "The password is not right"


def cleaned(text: str) -> str:
    """What was typed or pasted, without spaces around it and full-width forms."""
    return unicodedata.normalize("NFKC", text).strip()


async def by_password(
    keeper: Keeper, origin: Origin, employee_no: str, password: str, held: str | None = None
) -> Opened:
    """Open a session for the person with this number and password; `held` is the cookie of the session it replaces.

    Raises `SignInRefused`, or `TooMany` while one of the counts is locked or too many are being hashed.
    """
    number = cleaned(employee_no)
    marks = await keeper.db.write(_begin_password, number, origin.address)
    account = await keeper.db.read(account_store.account_by_no, number)
    right = await _verify(keeper, marks, account.password_hash if account else None, password)
    if account is None or not right:
        await keeper.db.write(failed, account, "password")
        raise SignInRefused()
    fresh = await _rehashed(keeper, account.password_hash, password)
    opened = await keeper.db.write(_finish_password, account, origin, marks, fresh, held)
    keeper.forget()
    if opened is None:
        raise SignInRefused()
    return opened


async def by_pin(
    keeper: Keeper, device: Actor, agent: str, employee_no: str | None, badge: str | None, pin: str
) -> Opened:
    """Open a five-minute session of a person at the tablet `device`, by employee number or staff badge and PIN.

    Raises `PinRefused`, or `TooMany` after five wrong tries in a row.
    """
    typed = cleaned(employee_no or badge or "")
    find = account_store.account_by_no if employee_no else account_store.account_by_badge
    account = await keeper.db.read(find, typed)
    marks = [
        Mark("pin", account.person_id if account else typed.lower(), throttle.PIN),
        Mark("pin-device", device.id, throttle.PIN_DEVICE, own=False),
    ]
    await keeper.db.write(throttle.begin, marks)
    right = await _verify(keeper, marks, account.pin_hash if account else None, pin)
    if account is None or not right:
        await keeper.db.write(failed, account, "pin")
        raise PinRefused()
    opened = await keeper.db.write(_finish_pin, account, device, agent, marks)
    keeper.forget()
    if opened is None:
        raise PinRefused()
    return opened


async def second_check(keeper: Keeper, actor: Actor, password: str) -> Opened:
    """Check the password again and give the session new cookies. Raises `WrongPassword`, `TooMany`."""
    await check_password(keeper, actor, password)
    opened = await keeper.db.write(sessions.renew, actor, "password")
    keeper.forget()
    return opened


async def check_password(keeper: Keeper, actor: Actor, password: str) -> None:
    """Raise `WrongPassword` unless this is the signed-in person's password; tries are counted per person."""
    marks = [Mark("check", actor.id, throttle.ACCOUNT_HERE)]
    await keeper.db.write(throttle.begin, marks)
    account = await keeper.db.read(account_store.account, actor.id)
    if not await _verify(keeper, marks, account.password_hash if account else None, password):
        await keeper.db.write(failed, account, "second check")
        raise WrongPassword()
    await keeper.db.write(throttle.succeed, marks)


async def _verify(keeper: Keeper, marks: Sequence[Mark], hash_: str | None, secret: str) -> bool:
    try:
        return await keeper.passwords.verify(hash_, secret)
    except Problem:
        await keeper.db.write(throttle.give_back, marks)
        raise


async def _rehashed(keeper: Keeper, hash_: str, password: str) -> str | None:
    return await keeper.passwords.hash(password) if keeper.passwords.is_outdated(hash_) else None


def _begin_password(tx: Tx, number: str, address: str) -> list[Mark]:
    marks = throttle.sign_in_marks(tx, number, address)
    throttle.begin(tx, marks)
    return marks


def failed(tx: Tx, account: Row[Any] | None, how: str) -> None:
    """Record a sign-in that was refused; of an account nobody knows, only that."""
    record(tx, SYSTEM, SignInFailed(account.person_id if account else UNKNOWN, how))


def _finish_password(
    tx: Tx, seen: Row[Any], origin: Origin, marks: Sequence[Mark], fresh: str | None, held: str | None
) -> Opened | None:
    account = account_store.account(tx, seen.person_id, lock=True)
    if account is None or not sessions.may_sign_in(account, tx) or account.password_hash != seen.password_hash:
        failed(tx, account, "password")
        return None
    throttle.succeed(tx, marks)
    throttle.remember_address(tx, account.employee_no, origin.address)
    if fresh:
        account_store.change(tx, account.person_id, password_hash=fresh)
    sessions.drop(tx, held)
    return sessions.open_session(tx, account, origin.kind, "password", origin.agent)


def _finish_pin(tx: Tx, seen: Row[Any], device: Actor, agent: str, marks: Sequence[Mark]) -> Opened | None:
    account = account_store.account(tx, seen.person_id, lock=True)
    if account is None or not sessions.may_sign_in(account, tx) or account.pin_hash != seen.pin_hash:
        failed(tx, account, "pin")
        return None
    throttle.succeed(tx, marks)
    return sessions.open_session(tx, account, SessionKind.TABLET, "pin", agent, device_id=device.id)
