"""Property: whatever rows are touched in whatever way, each is covered by a finding, and no other is called certain."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.findings import Finding, Kind
from tests.chassis.ledgers import Ledger

ABOUT_ROWS = {Kind.ROW_CHANGED, Kind.ROW_MISSING, Kind.ROW_MOVED, Kind.ROW_ADDED, Kind.ROWS_CUT_OFF}


@contextmanager
def ledger_of(size: int, checkpoints: set[int]) -> Iterator[Ledger]:
    path = Path(tempfile.mkdtemp())
    ledger = Ledger("sqlite://", path)
    try:
        yield ledger.write_with_checkpoints(*sorted(checkpoints)).write(size - ledger.written, each=16)
    finally:
        ledger.close()
        shutil.rmtree(path)


@st.composite
def journals(draw: st.DrawFn) -> tuple[int, set[int], list[int]]:
    """Size, sizes with a checkpoint, and up to five rows to touch."""
    size = draw(st.integers(3, 90))
    checkpoints = draw(st.sets(st.integers(1, size), max_size=5))
    return size, checkpoints, sorted(draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=5)))


def rows_of(finding: Finding) -> range:
    assert finding.first is not None
    assert finding.last is not None
    first = finding.first if finding.since is None else finding.since
    return range(first, finding.last + 1)


def hold(findings: list[Finding], touched: list[int]) -> None:
    """The findings cover every touched row, each unsure one holds at least one, and the sure ones no other."""
    about = [finding for finding in findings if finding.kind in ABOUT_ROWS]
    for row in touched:
        assert any(row in rows_of(finding) for finding in about), f"row {row} is not named"
    for finding in about:
        if finding.sure and finding.since is None:
            assert set(rows_of(finding)) <= set(touched), finding
        else:
            assert set(rows_of(finding)) & set(touched), finding


@settings(deadline=None)
@given(journals(), st.booleans())
def test_changed_data(journal: tuple[int, set[int], list[int]], columns: bool) -> None:
    size, checkpoints, touched = journal
    with ledger_of(size, checkpoints) as ledger:
        for row in touched:
            ledger.change(row, columns=columns)
        findings = ledger.findings()
        hold(findings, touched)
        assert all(finding.sure for finding in findings)


@settings(deadline=None)
@given(journals())
def test_changed_data_and_leaves(journal: tuple[int, set[int], list[int]]) -> None:
    size, checkpoints, touched = journal
    with ledger_of(size, checkpoints) as ledger:
        for row in touched:
            ledger.change(row, leaf=True, columns=True)
        findings = ledger.findings()
        hold(findings, touched)
        assert all(len(rows_of(finding)) <= 2 or finding.sure for finding in findings if finding.kind in ABOUT_ROWS)


@settings(deadline=None)
@given(journals())
def test_deleted_rows(journal: tuple[int, set[int], list[int]]) -> None:
    size, checkpoints, touched = journal
    with ledger_of(size, checkpoints) as ledger:
        for row in touched:
            ledger.delete(row)
        hold(ledger.findings(), touched)


@settings(deadline=None)
@given(journals())
def test_a_deleted_row_with_the_rest_renumbered(journal: tuple[int, set[int], list[int]]) -> None:
    size, checkpoints, (row, *_) = journal
    with ledger_of(size, checkpoints) as ledger:
        ledger.delete(row, renumber=True)
        hold(ledger.findings(), [row])


@settings(deadline=None)
@given(journals().filter(lambda journal: len(journal[2]) > 1))
def test_swapped_rows(journal: tuple[int, set[int], list[int]]) -> None:
    size, checkpoints, (one, *_, other) = journal
    with ledger_of(size, checkpoints) as ledger:
        ledger.swap(one, other)
        hold(ledger.findings(), [one, other])


@settings(deadline=None)
@given(journals(), st.booleans())
def test_rewritten_with_everything_recomputed(journal: tuple[int, set[int], list[int]], edges: bool) -> None:
    size, checkpoints, touched = journal
    with ledger_of(size, checkpoints) as ledger:
        if not edges:
            ledger.forget_edges()
        for row in touched:
            ledger.change(row, columns=True)
        ledger.rebuild()
        signed = [row for row in touched if row < max(checkpoints, default=0)]
        findings = ledger.findings()
        hold(findings, signed if edges else signed[:1])
        assert bool(findings) == bool(signed)


@settings(deadline=None)
@given(journals(), st.booleans())
def test_an_end_cut_off_with_everything_recomputed(journal: tuple[int, set[int], list[int]], edges: bool) -> None:
    size, checkpoints, (first, *_) = journal
    with ledger_of(size, checkpoints) as ledger:
        if not edges:
            ledger.forget_edges()
        ledger.delete(first, size - 1)
        ledger.rebuild()
        gone = list(range(first, max(checkpoints, default=0)))
        findings = ledger.findings()
        hold(findings, gone)
        assert [finding.kind for finding in findings] == ([Kind.ROWS_CUT_OFF] if gone else [])


@settings(deadline=None)
@given(journals())
def test_a_row_deleted_with_everything_recomputed(journal: tuple[int, set[int], list[int]]) -> None:
    size, checkpoints, (row, *_) = journal
    with ledger_of(size, checkpoints) as ledger:
        ledger.delete(row, renumber=True)
        ledger.rebuild()
        hold(ledger.findings(), [row] if row < max(checkpoints, default=0) else [])
