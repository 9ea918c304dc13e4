"""The shape of the house: sizes, names, and who may do what. Each checker is shown to be able to fail."""

from __future__ import annotations

import re

import pytest

from tests.shape.source import ROOT, calls, functions, imports, name_of, python_files

MOST_LINES, MOST_FUNCTION_LINES = 300, 45
LISTS = {"services/visitor/events.py"}
"""Files that are one list of small declarations."""
BAGS = {"utils", "helpers", "common", "core", "manager", "service_layer", "misc"}
SQL_HOMES = re.compile(
    r"(services/.*store\.py|gateway/.*store\.py|chassis/"
    r"(journal|journal_reader|idempotency|vault|peers|health|directory|notices|feed|paging|catching_up|tables|setting_store|audit|evidence|witnesses|notary)\.py)"
)
ONLY = {
    "jose": {"chassis/identity.py"},
    "aiohttp": {"chassis/peers_over_http.py", "gateway/clients_over_http.py"},
    "alembic": {"migrations/"},
    "requests": {"gateway/notices/safe_http.py"},
    "webauthn": {"gateway/identity/authenticators.py"},
}


def test_files_and_functions_stay_small() -> None:
    long_files, long_functions = [], []
    for path in python_files():
        source = path.read_text()
        if source.count("\n") > MOST_LINES and name_of(path) not in LISTS:
            long_files.append(name_of(path))
        long_functions += [f"{name_of(path)}:{name}" for name, n in functions(source) if n > MOST_FUNCTION_LINES]
    assert (long_files, long_functions) == ([], [])


def test_the_measure_of_functions_can_fail() -> None:
    source = "def long():\n" + "    x = 1\n" * 50
    assert list(functions(source)) == [("long", 51)]


def test_no_file_is_a_bag() -> None:
    assert [name_of(path) for path in python_files() if path.stem in BAGS] == []


def test_sql_lives_in_stores() -> None:
    found = [
        f"{name_of(path)}:{line}"
        for path in python_files("services", "gateway", "chassis")
        if not SQL_HOMES.fullmatch(name_of(path))
        for line in calls(path.read_text(), "select")
    ]
    assert found == []


def test_only_the_database_commits() -> None:
    found = [
        name_of(path)
        for path in python_files()
        if name_of(path) != "chassis/db.py" and calls(path.read_text(), "commit")
    ]
    assert found == []


def test_only_the_clock_reads_the_time() -> None:
    found = []
    for path in python_files():
        if name_of(path) == "chassis/clock.py":
            continue
        found += [
            f"{name_of(path)}:{n}" for n, line in enumerate(path.read_text().splitlines(), 1) if CLOCK.search(line)
        ]
    assert found == []


CLOCK = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")


def test_the_checkers_can_fail() -> None:
    assert calls("tx.rows(sa.select(x))\nconnection.commit()", "select") == [1]
    assert calls("connection.commit()", "commit") == [1]
    assert CLOCK.search("at = datetime.now(UTC)")
    assert imports("from jose import jwt\nimport aiohttp") == {"jose", "aiohttp"}


@pytest.mark.parametrize("library", sorted(ONLY))
def test_some_libraries_have_one_home(library: str) -> None:
    found = {name_of(path) for path in python_files() if library in imports(path.read_text())}
    assert {name for name in found if not name.startswith(tuple(ONLY[library]))} == set()


def test_no_base_http_middleware_and_no_sync_routes() -> None:
    found = []
    for path in python_files("services", "gateway", "chassis"):
        source = path.read_text()
        if "BaseHTTPMiddleware" in source.replace("`BaseHTTPMiddleware`", ""):
            found.append(name_of(path))
        found += [f"{name_of(path)}: {m[0]}" for m in re.finditer(r"@router\.\w+\([^@]*?\)\ndef \w+", source)]
    assert found == []


def test_hx_attributes_live_in_macros() -> None:
    allowed = {"gateway/templates/kiosk.html"}  # the help button of the shell
    found = [
        name_of(path)
        for path in sorted((ROOT / "gateway/templates").rglob("*.html"))
        if "macros" not in path.parts and name_of(path) not in allowed and re.search(r"\shx-[a-z]", path.read_text())
    ]
    assert found == []


def test_no_inline_style_or_script_in_templates() -> None:
    bad = re.compile(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|<style")
    found = [
        name_of(path)
        for path in sorted((ROOT / "gateway/templates").rglob("*.html"))
        if bad.search(re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL))
    ]
    assert found == []
