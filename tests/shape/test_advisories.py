"""Accepting an advisory is for a reason and a time; everything else found stops the audit."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from tests.audit_dependencies import ACCEPTED, open_advisories
from tests.shape.source import python_files

FOUND = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}]},
    ]
}


def test_what_nobody_accepted_is_open() -> None:
    assert open_advisories(FOUND, {}, date(2026, 11, 25)) == ["weak 2.0: CVE-1 PYSEC-1, fixed in 2.1"]


def test_accepting_ends_with_its_day() -> None:
    accepted = {"CVE-1": {"reason": "never called", "until": date(2026, 12, 31)}}
    assert open_advisories(FOUND, accepted, date(2026, 12, 31)) == []
    assert open_advisories(FOUND, accepted, date(2027, 1, 1)) != []


def test_every_accepted_one_has_a_reason_and_a_last_day() -> None:
    for entry in tomllib.loads(ACCEPTED.read_text()).values():
        assert len(entry["reason"]) > 20
        assert isinstance(entry["until"], date)


def test_what_the_reasons_rely_on_holds() -> None:
    sources = [path.read_text() for path in python_files("chassis", "services", "gateway", "cli")]
    assert not any(re.search(r"^\s*(from jose\b.*|import jose.*)\bjwe\b", source, re.M) for source in sources)
    assert re.search(r"^\s*(from jose\b.*)\bjwe\b", "from jose import jwe", re.M), "the check can fail"
