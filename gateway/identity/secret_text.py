"""Random secrets and what is kept of them. A secret with 256 random bits needs no slow hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret(kind: str = "") -> str:
    """256 random bits as text; `kind` stands in front so that a leaked one is recognised (`ghd_…`)."""
    return (f"gh{kind}_" if kind else "") + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of a secret: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"
