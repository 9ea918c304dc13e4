"""Reading the project's own files for the tests that hold the house together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("chassis", "services", "gateway", "cli", "migrations")


def python_files(*tops: str) -> list[Path]:
    """Every Python file of ours below the named folders (all of ours by default); generated revisions left out."""
    found = [path for top in tops or OURS for path in sorted((ROOT / top).rglob("*.py"))]
    return [path for path in found if "versions" not in path.parts or path.name == "__init__.py"]


def name_of(path: Path) -> str:
    """The path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Every function of a source with its length in lines, its decorators left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def calls(source: str, name: str) -> list[int]:
    """Lines on which something called `name`, or an attribute of that name, is called."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Attribute) and called.attr == name) or (
                isinstance(called, ast.Name) and called.id == name
            ):
                found.append(node.lineno)
    return found


def imports(source: str) -> set[str]:
    """The top-level names of every module a source imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
