"""Identifiers: UUID version 7 (RFC 9562), as lower-case text, so that they sort by the time they were made."""

from __future__ import annotations

import os
import time

PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
"""What an identifier looks like; routes check path parameters by it."""


def new_id() -> str:
    """A fresh UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
