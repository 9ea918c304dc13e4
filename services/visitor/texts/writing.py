"""How a notice is written down: headings with their lines, some of which stand only where a site asks for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

Parts = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings with the lines that stand under them."""


class Where(NamedTuple):
    """A line that stands only where `wanted` holds, such as "photo"; with "-photo" only where it does not."""

    wanted: str
    line: str


Written = tuple[tuple[str, tuple[str | Where, ...]], ...]


def composed(written: Written, holds: Collection[str], words: Mapping[str, str]) -> Parts:
    """The notice where `holds` holds, with `words` in the places named in its lines."""
    return tuple(
        (heading, tuple(_text(line).format_map(words) for line in lines if _stands(line, holds)))
        for heading, lines in written
    )


def _stands(line: str | Where, holds: Collection[str]) -> bool:
    if isinstance(line, str):
        return True
    name = line.wanted.removeprefix("-")
    return (name in holds) != line.wanted.startswith("-")


def _text(line: str | Where) -> str:
    return line if isinstance(line, str) else line.line
