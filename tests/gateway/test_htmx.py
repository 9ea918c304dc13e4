"""The templates speak htmx 4: its own upgrade check, vendored, finds no name of version 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = ROOT / "tests/browser/vendor/htmx-upgrade-check.txt"
HTMX = ROOT / "gateway/static/vendor/htmx.min.js"


def checked(*paths: Path) -> subprocess.CompletedProcess[str]:
    """What the check says of these files or folders."""
    command = [sys.executable, str(CHECK), "--no-color", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_templates_and_script_use_no_name_of_htmx_2() -> None:
    said = checked(ROOT / "gateway/templates", ROOT / "gateway/static/gatehouse.js")
    assert (said.returncode, said.stdout) == (0, "")
    assert "Scanning" in said.stderr


@pytest.mark.parametrize(
    "old",
    [
        '<form hx-post="/x" hx-disabled-elt="button"></form>',
        '<div hx-ext="sse"></div>',
        '<script>document.addEventListener("htmx:afterSwap", ready)</script>',
        '<section hx-target="#results"><a hx-get="/x">x</a></section>',
    ],
)
def test_the_check_finds_them(tmp_path: Path, old: str) -> None:
    (tmp_path / "page.html").write_text(old)
    assert checked(tmp_path).returncode == 1


def test_the_vendored_htmx_is_the_version_the_templates_are_written_for() -> None:
    assert '"4.0.1"' in HTMX.read_text()
    assert "| htmx.min.js | htmx.org | 4.0.1 |" in (HTMX.parent / "VENDOR.md").read_text()
