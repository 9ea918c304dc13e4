"""Canonical JSON (RFC 8785) for the journal: one text for one value, so that its hash can be repeated anywhere."""

from __future__ import annotations

from typing import Any

import orjson

LARGEST_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 text, for the subset the journal uses: no floats, ASCII keys, integers a double can hold.

    Within that subset sorting by code point equals RFC 8785's sorting by UTF-16 unit. Raises `ValueError` outside it.
    """
    _refuse_what_differs(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _refuse_what_differs(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is beyond what JSON numbers can hold exactly")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"key {key!r} is not ASCII text")
            _refuse_what_differs(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_what_differs(inner)
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form here")
