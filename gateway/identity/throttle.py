"""Slowing guesses down (ASVS 6.1.1, 6.3.1), without letting anybody lock another person out.

Three counts, each with a growing delay after the tries it gives free:
- one account from one address: 3 free, then 1, 2, 4 … seconds, at most 15 minutes;
- one account from anywhere: 10 free, at most 30 seconds. An address that signed in to this account within 30 days is
  not held up by it, so whoever attacks from elsewhere costs the owner nothing;
- one address, whatever the account: 100 free (a whole shift signs in from one address), at most 15 minutes.

A try is counted before the password is looked at and taken back when it was right, so that guesses sent at once are
counted too. Unknown employee numbers are counted like known ones: the answer tells nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from chassis.db import Tx
from chassis.problems import TooMany
from gateway.identity import attempt_store

FORGOTTEN_AFTER = timedelta(days=1)
KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, the first delay after them and the longest."""

    free: int
    longest: timedelta
    first: timedelta = timedelta(seconds=1)

    def delay(self, count: int) -> timedelta:
        """How long to wait after the `count`-th try in vain."""
        if count < self.free:
            return timedelta(0)
        return min(self.longest, self.first * int(2 ** min(count - self.free, 24)))


ACCOUNT_HERE = Limit(3, timedelta(minutes=15))
ACCOUNT = Limit(10, timedelta(seconds=30))
ADDRESS = Limit(100, timedelta(minutes=15))
PIN = Limit(5, timedelta(hours=24), first=timedelta(minutes=15))
PIN_DEVICE = Limit(30, timedelta(minutes=15))
PAIRING = Limit(5, timedelta(minutes=15), first=timedelta(seconds=10))
CLIENT_ADDRESS = Limit(20, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Mark:
    """One count: what is counted, and its limit. `own` counts are cleared by success, others only taken back."""

    kind: str
    what: str
    limit: Limit
    own: bool = True

    @property
    def key(self) -> str:
        """The row's key: the kind and a hash, never what was typed."""
        return f"{self.kind}:{hashlib.sha256(self.what.encode()).hexdigest()[:40]}"


def network(address: str) -> str:
    """What counts as one address: IPv4 whole, IPv6 by its /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else address


def sign_in_marks(tx: Tx, employee_no: str, address: str) -> list[Mark]:
    """The counts a sign-in with a password touches."""
    who, where = employee_no.lower(), network(address)
    marks = [Mark("here", f"{who}|{where}", ACCOUNT_HERE), Mark("address", where, ADDRESS, own=False)]
    known = attempt_store.find(tx, _known(who, where).key)
    if known is None or known.last_at < tx.now - KNOWN_FOR:
        marks.append(Mark("account", who, ACCOUNT))
    return marks


def begin(tx: Tx, marks: Sequence[Mark]) -> None:
    """Count a try, or raise `TooMany` with Retry-After while one of the counts is locked."""
    rows = [(mark, attempt_store.locked(tx, mark.key)) for mark in sorted(marks, key=lambda mark: mark.key)]
    waits = [row.locked_until - tx.now for _, row in rows if row.locked_until and row.locked_until > tx.now]
    if waits:
        raise _too_many(math.ceil(max(waits).total_seconds()))
    for mark, row in rows:
        count = (0 if row.last_at < tx.now - FORGOTTEN_AFTER else row._mapping["count"]) + 1
        delay = mark.limit.delay(count)
        attempt_store.note(tx, mark.key, count, tx.now + delay if delay else None)


def succeed(tx: Tx, marks: Sequence[Mark]) -> None:
    """The try was right: own counts are cleared, shared ones give it back."""
    for mark in sorted(marks, key=lambda mark: mark.key):
        (attempt_store.clear if mark.own else attempt_store.forgive)(tx, mark.key)


def give_back(tx: Tx, marks: Sequence[Mark]) -> None:
    """The try was never judged: every count gives it back."""
    for mark in sorted(marks, key=lambda mark: mark.key):
        attempt_store.forgive(tx, mark.key)


def remember_address(tx: Tx, employee_no: str, address: str) -> None:
    """This account has signed in from this address."""
    key = _known(employee_no.lower(), network(address)).key
    attempt_store.locked(tx, key)
    attempt_store.note(tx, key, 0, None)


def _known(who: str, where: str) -> Mark:
    return Mark("known", f"{who}|{where}", ACCOUNT_HERE)


def _too_many(seconds: int) -> TooMany:
    minutes = math.ceil(seconds / 60)
    if seconds < 60:
        zh, en = f"次数过多，请 {seconds} 秒后再试", f"Too many attempts. Try again in {seconds} seconds"
    else:
        zh, en = f"次数过多，请 {minutes} 分钟后再试", f"Too many attempts. Try again in {minutes} min"
    return TooMany(zh, en, headers={"Retry-After": str(seconds)})
