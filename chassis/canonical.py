"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that a hash of it means something.

A subset: no fractional numbers, whose text differs between languages, and only ASCII names, whose order does not.
"""

from __future__ import annotations

from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_SUBCLASS


class NotCanonical(ValueError):
    """The value has no canonical form here; the message says which part and why."""


def canonical(value: Any) -> bytes:
    """`value` as canonical JSON in UTF-8.

    Takes None, bool, int within ±(2**53 - 1), str, list, tuple and dict with ASCII names, and members of a StrEnum.
    Raises NotCanonical for anything else, for larger numbers, and for text that is not Unicode (a lone surrogate).
    """
    _check(value)
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError as error:
        raise NotCanonical(str(error)) from error


def _check(value: Any) -> None:
    """Refuse what orjson would write but this subset does not have: fractions, instants, ids that are no text."""
    kind = type(value)
    if kind is dict:
        for name, part in value.items():
            if type(name) is not str or not name.isascii():
                raise NotCanonical(f"the name {name!r} is not ASCII text")
            if type(part) is not str:
                _check(part)
    elif kind is list or kind is tuple:
        for part in value:
            if type(part) is not str:
                _check(part)
    elif kind is float:
        raise NotCanonical(f"{value!r} is a fractional number")
    elif value is not None and not isinstance(value, str | int):
        raise NotCanonical(f"{kind.__name__} has no canonical form")
