"""What a command prints: one JSON object for programs, lines for people, one line for what a person can put right."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
"""Every command has it."""
WRONG_CALL, UNUSABLE = 2, 3


class Wrong(Exception):
    """The command was called for something that is not there or must not be done; the text says what."""


def explained(error: Exception) -> tuple[str, int] | None:
    """What to tell a person about an error and the exit code; None when it is ours to put right."""
    from pydantic import ValidationError

    from chassis.problems import Problem
    from chassis.rules import PolicyRefused
    from chassis.settings import SettingsWrong

    if isinstance(error, SettingsWrong):
        return str(error), UNUSABLE
    if isinstance(error, PolicyRefused):
        return "; ".join(breach.text("en") for breach in error.breaches), WRONG_CALL
    if isinstance(error, Problem):
        return error.detail_en, WRONG_CALL
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()), WRONG_CALL
    return (str(error), WRONG_CALL) if isinstance(error, Wrong) else None


def show(data: Mapping[str, Any], as_json: bool) -> None:
    """Print the outcome of a command to standard output, `as_json` or as lines."""
    if as_json:
        import orjson

        sys.stdout.write(orjson.dumps(dict(data), default=str).decode() + "\n")
        return
    for line in _lines(data, ""):
        sys.stdout.write(line + "\n")


def _lines(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value.keys() == {"value", "from"}:
            yield f"{indent}{key}: {_plain(value['value'])}  ({value['from']})"
        elif isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list | tuple):
            yield f"{indent}{key}: {'none' if not value else len(value)}"
            yield from (f"{indent}  - {_one_line(one)}" for one in value)
        else:
            yield f"{indent}{key}: {_plain(value)}"


def _plain(value: Any) -> str:
    return "not set" if value is None else str(value)


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping) and "says" in value:
        return f"{value.get('journal', '')}: {value['says']}"
    if isinstance(value, Mapping):
        return " · ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None)
    return str(value)
