"""Canonical JSON against RFC 8785's own examples and the standard library as a second implementation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.canonical import NotCanonical, canonical

ASCII_NAMES = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda parts: st.lists(parts) | st.dictionaries(ASCII_NAMES, parts),
)


class Kind(StrEnum):
    VISIT = "visit"


class Step(IntEnum):
    FIRST = 1


class Share(Enum):
    HALF = 0.5


@given(VALUES)
def test_agrees_with_a_second_implementation(value: Any) -> None:
    assert canonical(value) == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(VALUES)
def test_what_is_written_can_be_read_and_is_written_the_same_again(value: Any) -> None:
    written = canonical(value)
    assert orjson.loads(written) == value
    assert canonical(orjson.loads(written)) == written


def test_text_is_escaped_as_rfc_8785_3_2_2_2_shows() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


def test_names_are_sorted_at_every_depth_and_nothing_is_spaced() -> None:
    assert canonical({"b": [{"z": 1, "a": None}], "a": True, "1": "x"}) == b'{"1":"x","a":true,"b":[{"a":null,"z":1}]}'


def test_tuples_are_lists_and_members_of_a_text_enum_are_text() -> None:
    assert canonical({"kind": Kind.VISIT, "steps": (1, Step.FIRST)}) == b'{"kind":"visit","steps":[1,1]}'


@pytest.mark.parametrize("edge", [2**53 - 1, -(2**53) + 1])
def test_the_largest_numbers_that_every_reader_keeps_whole_are_taken(edge: int) -> None:
    assert canonical(edge) == str(edge).encode()


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {"größe": 1},
        {"大": 1},
        {1: 1},
        {Kind.VISIT: 1},
        "\ud800",
        b"bytes",
        {1, 2},
        object(),
        Share.HALF,
        datetime(2026, 1, 1, tzinfo=UTC),
        UUID(int=1),
    ],
    ids=lambda value: f"{type(value).__name__} {'' if type(value) is object else ascii(value)}",
)
def test_what_has_no_canonical_form_is_refused_at_any_depth(value: Any) -> None:
    for wrapped in (value, [value], {"a": {"b": (value,)}}):
        with pytest.raises(NotCanonical):
            canonical(wrapped)


def test_the_refusal_says_what_and_why() -> None:
    with pytest.raises(NotCanonical, match=r"^0\.5 is a fractional number$"):
        canonical({"share": 0.5})
    with pytest.raises(NotCanonical, match="'大' is not ASCII"):
        canonical({"大": 1})
