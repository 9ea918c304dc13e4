"""Whatever is done to a journal, the audit names the rows: each way of tampering, on both engines."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import pytest

from chassis.audit import AuditReport, verify
from chassis.db import Tx, open_database
from chassis.findings import Kind
from chassis.merkle import leaf_hash
from tests.chassis.ledgers import Ledger, named

CHECKPOINTS = (16, 37, 60, 90)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 100])
def test_a_true_journal_passes(lite: Ledger, size: int) -> None:
    report = lite.write(size).verify()
    assert report.ok
    assert (report.size, report.checkpoints, report.signed) == (size, 0, 0)
    lite.checkpoint()
    report = lite.verify()
    assert report.ok
    assert (report.size, report.checkpoints, report.signed) == (size, 1, size)


def test_a_true_journal_of_several_blocks_passes(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(1, 4095, 4096, 4097, 8192, 9000).write(13)
    seen: list[tuple[int, int]] = []
    report = ledger.verify(progress=lambda done, total: seen.append((done, total)))
    assert report.ok
    assert (report.size, report.checkpoints, report.signed) == (9013, 6, 9000)
    assert seen == [(4096, 9013), (8192, 9013), (9013, 9013)]


def test_rows_written_and_signed_during_an_audit_do_not_disturb_it(ledger: Ledger) -> None:
    ledger.write(5000, each=64).checkpoint()
    db = open_database(ledger.url, ledger.tables)

    def go_on(done: int, total: int) -> None:
        ledger.write(100).checkpoint()

    def look(tx: Tx) -> AuditReport:
        return verify(tx.connection, ledger.tables, ledger.folder, ledger.key.public_key(), go_on)

    report = db.read_now(look)
    asyncio.run(db.close())
    assert report.ok
    assert (report.size, report.signed) == (5000, 5000)
    assert ledger.written == 5200


@pytest.mark.parametrize("idx", [0, 41, 42, 99, 100])
@pytest.mark.parametrize("signed", [True, False])
def test_changed_data_names_the_row(ledger: Ledger, idx: int, signed: bool) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS, 101) if signed else ledger.write(101)
    ledger.change(idx, columns=True)
    assert named(ledger.findings()) == [(Kind.ROW_CHANGED, idx, idx)]


def test_changed_data_with_old_columns_names_both(lite: Ledger) -> None:
    lite.write(20).change(5)
    changed, copied = lite.findings()
    assert (changed.kind, changed.first) == (Kind.ROW_CHANGED, 5)
    assert (copied.kind, copied.first, copied.columns) == (Kind.COPY_CHANGED, 5, ("subject",))


@pytest.mark.parametrize("column", ["at", "fact", "subject", "actor"])
def test_a_changed_copy_is_named_with_its_column(ledger: Ledger, column: str) -> None:
    value = "2020-01-01T00:00:00.000000Z" if column == "at" else "other"
    ledger.write(50).sql(f"UPDATE journal SET {column} = ? WHERE idx = 33", value)  # noqa: S608
    (finding,) = ledger.findings()
    assert (finding.kind, finding.first, finding.columns) == (Kind.COPY_CHANGED, 33, (column,))


def test_a_changed_leaf_alone_is_named_and_the_data_exonerated(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(40).sql("UPDATE journal SET leaf = ? WHERE idx = 12", bytes(32))
    (finding,) = ledger.findings()
    assert (finding.kind, finding.first, finding.columns) == (Kind.COPY_CHANGED, 12, ("leaf",))


@pytest.mark.parametrize("idx", [42, 43])
def test_changed_data_and_leaf_names_the_pair(ledger: Ledger, idx: int) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.change(idx, leaf=True, columns=True)
    (finding,) = ledger.findings()
    assert (finding.kind, finding.first, finding.last, finding.sure) == (Kind.ROW_CHANGED, 42, 43, False)


@pytest.mark.parametrize("idx", [36, 37])
def test_a_checkpoint_between_the_two_of_a_pair_tells_which(ledger: Ledger, idx: int) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.change(idx, leaf=True, columns=True)
    changed = [finding for finding in ledger.findings() if finding.kind is Kind.ROW_CHANGED]
    assert [(finding.first, finding.last, finding.sure) for finding in changed] == [(idx, idx, True)]


def test_the_last_row_without_neighbour_is_named_by_the_head(ledger: Ledger) -> None:
    ledger.write(101).change(100, leaf=True, columns=True)
    assert named(ledger.findings()) == [(Kind.ROW_CHANGED, 100, 100)]


def test_several_changed_rows_far_apart_are_all_named(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(2000, 4500, 9000)
    for idx in (3, 1500, 4095, 4096, 8999):
        ledger.change(idx, columns=True)
    assert named(ledger.findings()) == [
        (Kind.ROW_CHANGED, 3, 3),
        (Kind.ROW_CHANGED, 1500, 1500),
        (Kind.ROW_CHANGED, 4095, 4096),
        (Kind.ROW_CHANGED, 8999, 8999),
    ]


@pytest.mark.parametrize("first", [0, 1, 40, 41, 4095, 4096])
def test_a_deleted_row_is_named(ledger: Ledger, first: int) -> None:
    ledger.write(4200, each=64).checkpoint()
    ledger.delete(first)
    assert named(ledger.findings()) == [(Kind.ROW_MISSING, first, first)]


def test_deleted_rows_are_named_as_one_range(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).delete(20, 33)
    assert named(ledger.findings()) == [(Kind.ROW_MISSING, 20, 33)]


@pytest.mark.parametrize("idx", [0, 1, 40, 41, 77])
@pytest.mark.parametrize("signed", [True, False])
def test_a_deleted_row_is_found_after_renumbering(ledger: Ledger, idx: int, signed: bool) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS) if signed else ledger.write(90)
    ledger.delete(idx, renumber=True)
    missing = [finding for finding in ledger.findings() if finding.kind is not Kind.CHECKPOINT_MISMATCH]
    pair = idx - idx % 2
    assert named(missing) == [(Kind.ROW_MISSING, pair, pair + 1)]
    assert (missing[0].sure, missing[0].count) == (False, 1)


@pytest.mark.parametrize("idx", [4094, 4095, 4096, 4097])
def test_a_deleted_row_is_found_after_renumbering_at_the_seam_of_blocks(lite: Ledger, idx: int) -> None:
    lite.write(9001, each=64).delete(idx, renumber=True)
    pair = idx - idx % 2
    assert named(lite.findings()) == [(Kind.ROW_MISSING, pair, pair + 1)]


def test_two_deleted_and_renumbered_places_are_both_found(lite: Ledger) -> None:
    lite.write(300, each=64)
    lite.delete(200, 201, renumber=True)
    lite.delete(51, renumber=True)
    assert named(lite.findings()) == [(Kind.ROW_MISSING, 50, 51), (Kind.ROW_MISSING, 200, 201)]


def test_an_inserted_row_is_found_after_renumbering(lite: Ledger) -> None:
    lite.write(300, each=64).move_all_from(40, 1)
    lite.insert(40)
    assert named(lite.findings()) == [(Kind.ROW_ADDED, 40, 40)]


def test_a_row_behind_the_end_is_named(ledger: Ledger) -> None:
    ledger.write(10).insert(10)
    assert named(ledger.findings()) == [(Kind.ROW_ADDED, 10, 10)]


@pytest.mark.parametrize(("one", "other"), [(4, 5), (4, 71), (5, 4100), (0, 8999)])
def test_two_swapped_rows_are_both_named_with_their_places(lite: Ledger, one: int, other: int) -> None:
    lite.write(9000, each=64).checkpoint()
    lite.swap(one, other)
    findings = lite.findings()
    assert [(f.kind, f.first, f.home) for f in findings] == [
        (Kind.ROW_MOVED, one, other),
        (Kind.ROW_MOVED, other, one),
    ]


def test_swapped_data_under_unswapped_hashes_is_named_as_moved(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS)
    columns = "data, at, fact, subject, actor"
    (four,), (nine,) = (ledger.sql(f"SELECT {columns} FROM journal WHERE idx = ?", idx) for idx in (4, 9))  # noqa: S608
    for idx, values in ((4, nine), (9, four)):
        ledger.sql("UPDATE journal SET data = ?, at = ?, fact = ?, subject = ?, actor = ? WHERE idx = ?", *values, idx)
    assert [(f.kind, f.first, f.home) for f in ledger.findings()] == [(Kind.ROW_MOVED, 4, 9), (Kind.ROW_MOVED, 9, 4)]


def test_rows_moved_in_a_circle_are_all_named(lite: Ledger) -> None:
    lite.write(200, each=64)
    lite.swap(10, 60)
    lite.swap(60, 131)
    homes = {f.first: f.home for f in lite.findings() if f.kind is Kind.ROW_MOVED}
    assert homes == {10: 60, 60: 131, 131: 10}


def test_rows_deleted_from_the_end_are_named(ledger: Ledger) -> None:
    ledger.write(101).delete(97, 100)
    assert named(ledger.findings()) == [(Kind.ROWS_CUT_OFF, 97, 100)]


@pytest.mark.parametrize("edges", [True, False])
@pytest.mark.parametrize("first", [89, 60, 59, 10])
def test_an_end_cut_off_with_everything_recomputed_is_shown_by_the_checkpoints(
    ledger: Ledger, edges: bool, first: int
) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS)
    if not edges:
        ledger.forget_edges()
    ledger.delete(first, 89)
    ledger.rebuild()
    cut = [finding for finding in ledger.findings() if finding.kind is not Kind.CHECKPOINT_MISMATCH]
    assert named(cut) == [(Kind.ROWS_CUT_OFF, first, 89)]


def test_an_emptied_journal_is_shown_by_the_checkpoints(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).delete(0, 89)
    ledger.sql("DELETE FROM journal_node")
    ledger.sql("UPDATE journal_head SET size = 0, edge = ?", b"")
    assert named(ledger.findings()) == [(Kind.ROWS_CUT_OFF, 0, 89)]


@pytest.mark.parametrize("idx", [0, 40, 59])
def test_a_rewritten_row_lies_between_the_last_good_and_the_first_bad_checkpoint(ledger: Ledger, idx: int) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.forget_edges()
    ledger.change(idx, columns=True)
    ledger.rebuild()
    start, end = next((start, end) for start, end in ((0, 16), (37, 60)) if start <= idx < end)
    findings = ledger.findings()
    assert set(named(findings)) == {
        (Kind.ROW_CHANGED, start, end - 1),
        (Kind.CHECKPOINT_MISMATCH, start, end - 1),
    }
    assert not ledger.verify().ok


def test_with_kept_edges_the_rewritten_rows_are_narrowed_down_and_later_ones_judged(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    for idx in (17, 80):
        ledger.change(idx, columns=True)
    ledger.rebuild()
    changed = [finding for finding in ledger.findings() if finding.kind is Kind.ROW_CHANGED]
    assert named(changed) == [(Kind.ROW_CHANGED, 16, 31), (Kind.ROW_CHANGED, 80, 87)]


def test_a_checkpoint_per_row_names_the_rewritten_row(lite: Ledger) -> None:
    for _ in range(24):
        lite.write(1).checkpoint()
    for idx in (6, 7, 15):
        lite.change(idx, columns=True)
    lite.rebuild()
    changed = [(f.first, f.last, f.sure) for f in lite.findings() if f.kind is Kind.ROW_CHANGED]
    assert changed == [(6, 7, True), (15, 15, True)]


def test_a_row_deleted_with_everything_recomputed_is_counted_in_its_interval(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.delete(41, renumber=True)
    ledger.rebuild()
    (missing,) = (finding for finding in ledger.findings() if finding.kind is not Kind.CHECKPOINT_MISMATCH)
    assert (missing.kind, missing.first, missing.last, missing.count) == (Kind.ROW_MISSING, 37, 47, 1)


def test_a_row_inserted_with_everything_recomputed_is_counted_in_its_interval(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.move_all_from(41, 1)
    ledger.insert(41)
    ledger.rebuild()
    (added,) = (finding for finding in ledger.findings() if finding.kind is not Kind.CHECKPOINT_MISMATCH)
    assert (added.kind, added.first, added.last, added.count) == (Kind.ROW_ADDED, 37, 47, 1)


def test_rewritten_nodes_under_an_old_head_are_found_without_checkpoints(lite: Ledger) -> None:
    lite.write(100).change(41, columns=True)
    lite.rebuild(head=False)
    assert named(lite.findings()) == [(Kind.HEAD_WRONG, 0, 63)]


@pytest.mark.parametrize(("level", "idx", "first", "last"), [(1, 7, 14, 15), (3, 2, 16, 23), (6, 0, 0, 63)])
def test_a_changed_node_is_named_by_what_it_covers(ledger: Ledger, level: int, idx: int, first: int, last: int) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).write(10)
    ledger.sql("UPDATE journal_node SET hash = ? WHERE level = ? AND idx = ?", bytes(32), level, idx)
    (finding,) = ledger.findings()
    assert (finding.kind, finding.first, finding.last, finding.level) == (Kind.NODE_WRONG, first, last, level)


def test_deleted_nodes_are_named(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).sql("DELETE FROM journal_node WHERE level = 2 AND idx IN (3, 4)")
    (finding,) = ledger.findings()
    assert (finding.kind, finding.first, finding.last, finding.level) == (Kind.NODE_WRONG, 12, 19, 2)


@pytest.mark.parametrize(("level", "idx"), [(1, 60), (7, 0), (0, 3), (40, 9), (2, -1)])
def test_a_node_over_no_rows_is_named(ledger: Ledger, level: int, idx: int) -> None:
    ledger.write(100).sql("INSERT INTO journal_node (level, idx, hash) VALUES (?, ?, ?)", level, idx, bytes(32))
    (finding,) = ledger.findings()
    assert (finding.kind, finding.count) == (Kind.NODE_WRONG, 1)
    assert finding.says("en") == "the tree has nodes over no rows, 1 of them"


def test_a_changed_row_is_named_also_when_all_nodes_are_gone(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).sql("DELETE FROM journal_node")
    ledger.change(30, columns=True)
    rows = [finding for finding in ledger.findings() if finding.kind is not Kind.NODE_WRONG]
    assert named(rows) == [(Kind.ROW_CHANGED, 30, 30)]


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("DELETE FROM journal_head", "missing"),
        ("UPDATE journal_head SET size = 12", "has no edge"),
        ("UPDATE journal_head SET size = 900000000000", "are claimed"),
    ],
)
def test_a_damaged_head_is_named_and_the_rows_are_judged_all_the_same(ledger: Ledger, tamper: str, said: str) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS)
    ledger.sql(tamper)
    ledger.change(8, columns=True)
    findings = ledger.findings()
    assert named(findings) == [(Kind.ROW_CHANGED, 8, 8), (Kind.HEAD_WRONG, None, None)]
    assert said in (findings[-1].reason or "")


def test_a_head_set_back_over_rows_that_stand_is_named(ledger: Ledger) -> None:
    ledger.write(16)
    head = ledger.sql("SELECT size, edge FROM journal_head")[0]
    ledger.write(9).sql("UPDATE journal_head SET size = ?, edge = ?", head[0], bytes(head[1]))
    (finding,) = ledger.findings()
    assert (finding.kind, finding.reason) == (Kind.HEAD_WRONG, "size 16, but 25 rows were written")


def test_a_head_that_belongs_to_other_rows_is_named(ledger: Ledger) -> None:
    ledger.write_with_checkpoints(*CHECKPOINTS).sql("UPDATE journal_head SET edge = ?", bytes(32 * 4))
    assert {finding.kind for finding in ledger.findings()} == {Kind.HEAD_WRONG}


@pytest.mark.parametrize(
    "bend",
    [
        lambda note: note.replace("\n60\n", "\n61\n"),
        lambda note: note[:-8] + "AAAAAA=\n",
        lambda note: "nonsense",
        lambda note: "",
        lambda note: note.replace("visitor", "access"),
    ],
)
def test_a_forged_checkpoint_is_named_and_not_believed(lite: Ledger, bend: Callable[[str], str]) -> None:
    lite.write_with_checkpoints(*CHECKPOINTS)
    path = lite.folder.path / f"{60:020d}.note"
    path.write_text(bend(path.read_text()))
    report = lite.verify()
    assert [(f.kind, f.size) for f in report.findings] == [(Kind.CHECKPOINT_FORGED, 60)]
    assert (report.checkpoints, report.signed) == (3, 90)


def test_a_checkpoint_of_another_key_is_named(lite: Ledger, tmp_path_factory: pytest.TempPathFactory) -> None:
    lite.write_with_checkpoints(16)
    other = Ledger("sqlite://", tmp_path_factory.mktemp("other")).write_with_checkpoints(37)
    (other.folder.path / f"{37:020d}.note").rename(lite.folder.path / f"{37:020d}.note")
    other.close()
    assert [(f.kind, f.size) for f in lite.findings()] == [(Kind.CHECKPOINT_FORGED, 37)]


def test_garbage_in_the_tables_is_named_and_does_not_stop_the_audit(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("garbage")
    ledger = Ledger(f"sqlite:///{path}/ledger.db", path).write_with_checkpoints(*CHECKPOINTS)
    ledger.close()
    raw = sqlite3.connect(f"{path}/ledger.db")
    raw.execute("UPDATE journal SET data = CAST(x'ff00fe' AS TEXT) WHERE idx = 3")
    raw.execute("UPDATE journal SET data = '[]', leaf = 'text' WHERE idx = 20")
    raw.execute("UPDATE journal SET subject = CAST(x'ff' AS TEXT) WHERE idx = 30")
    raw.execute("UPDATE journal SET at = 12.5 WHERE idx = 31")
    raw.execute("UPDATE journal_node SET hash = 'short' WHERE level = 4 AND idx = 1")
    raw.execute("INSERT INTO journal_node VALUES ('x', 'y', 'z')")
    raw.execute("INSERT INTO journal (idx, data, leaf, at, fact, subject, actor) VALUES (-4, '', '', '', '', '', '')")
    raw.commit()
    raw.close()
    findings = ledger.findings()
    rows = {f.first for f in findings if f.kind in (Kind.ROW_CHANGED, Kind.ROW_ADDED)}
    assert rows == {3, 20, -4}
    assert {(f.first, f.columns) for f in findings if f.kind is Kind.COPY_CHANGED} >= {
        (30, ("subject",)),
        (31, ("at",)),
    }
    assert (Kind.NODE_WRONG, 16, 31) in named(findings)


def test_every_finding_says_itself_in_both_languages_and_as_json(lite: Ledger) -> None:
    lite.write_with_checkpoints(*CHECKPOINTS).write(1)
    lite.change(3)
    lite.delete(20, 21)
    lite.swap(8, 50)
    lite.insert(95)
    lite.sql("UPDATE journal_node SET hash = ? WHERE level = 1 AND idx = 30", bytes(32))
    report = lite.verify()
    assert {"row_changed", "copy_changed", "row_missing", "row_moved", "row_added", "node_wrong"} == {
        finding.kind for finding in report.findings
    }
    for finding in report.findings:
        assert str(finding.first) in finding.says("en")
        assert "第" in finding.says("zh_CN")
        assert finding.as_dict()["says"] == finding.says("en")
    assert report.as_dict()["ok"] is False
    assert report.of(Kind.ROW_MOVED)[0].says() == "row 8: holds what was written as row 50"


def test_the_row_that_proves_a_change_is_hashed_as_rfc_6962_says(lite: Ledger) -> None:
    """The audit hashes the stored text itself, not a value read from it."""
    lite.write(4)
    text = lite.sql("SELECT data FROM journal WHERE idx = 2")[0][0]
    spaced = text.replace('":', '": ', 1)
    lite.sql("UPDATE journal SET data = ? WHERE idx = 2", spaced)
    assert leaf_hash(spaced.encode()) != leaf_hash(text.encode())
    assert named(lite.findings()) == [(Kind.ROW_CHANGED, 2, 2)]
