"""Hashing passwords and PINs: argon2id (2 passes, 19 MiB, 1 lane; OWASP), in two threads of its own.

One hash costs some 20 ms and 19 MiB, so a flood of sign-ins must neither starve the rest of the product nor fill the
memory: at most `WAITING` are accepted, then 429. A missing hash is checked against a dummy: an unknown employee number
takes the same time as a wrong password.
"""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.problems import TooMany
from chassis.rules import enforce
from gateway.identity import rules

T = TypeVar("T")
THREADS = 2
WAITING = 48
LONGEST = 200
"""Characters of a password that are read at all."""


def new_hasher() -> PasswordHasher:
    """argon2id with two passes over 19 MiB, as OWASP advises."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A hash of no known password, without the work of hashing one; checking it costs what any other does."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19${cost}${salt}${digest}"


class Passwords:
    """Hashes and verifies off the event loop."""

    def __init__(self) -> None:
        self._hasher = new_hasher()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._accepted = 0
        self._dummy = _nobodys_hash(self._hasher)

    async def hash(self, secret: str) -> str:
        """The argon2id hash of a password or PIN, with its salt and parameters. Raises `TooMany`."""
        return await self._run(lambda: self._hasher.hash(secret))

    async def verify(self, hash_: str | None, secret: str) -> bool:
        """Whether `secret` is what was hashed; without a hash the same work is done for nothing. Raises `TooMany`."""
        return await self._run(lambda: self._matches(hash_ or self._dummy, secret)) and hash_ is not None

    def is_outdated(self, hash_: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hash_)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    def _matches(self, hash_: str, secret: str) -> bool:
        try:
            return self._hasher.verify(hash_, secret[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._accepted >= WAITING:
            raise TooMany(
                "登录的人较多，请 5 秒后再试",
                "Many people are signing in. Try again in 5 seconds",
                headers={"Retry-After": "5"},
            )
        self._accepted += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._accepted -= 1


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The checked-in list of common passwords and words, lower case."""
    path = Path(__file__).with_name("common_passwords.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))


def enforce_password(password: str, employee_no: str, name: str) -> None:
    """Raise `PolicyRefused` with everything that is wrong with a new password."""
    enforce(
        rules.password_is_long_enough(password),
        rules.password_is_uncommon(password, common_passwords()),
        rules.password_is_not_personal(password, employee_no, name),
    )


def enforce_pin(pin: str, employee_no: str) -> None:
    """Raise `PolicyRefused` with everything that is wrong with a new PIN."""
    shape = rules.pin_is_six_digits(pin)
    enforce(*((shape, rules.pin_is_uncommon(pin, employee_no)) if shape else (shape,)))
