"""The last backup as a deployment remembers it, and whether a folder survives the loss of the data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from chassis import backup_mark

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_the_last_backup_is_remembered(tmp_path: Path) -> None:
    assert backup_mark.last(tmp_path) is None
    backup_mark.note(tmp_path, AT, tmp_path.parent / "elsewhere")
    found = backup_mark.last(tmp_path)
    assert found is not None
    assert (found.made_at, found.folder.name) == (AT, "elsewhere")


def test_a_note_nobody_can_read_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / backup_mark.FILE).write_text("{")
    assert backup_mark.last(tmp_path) is None


def test_a_folder_within_the_data_is_lost_with_it(tmp_path: Path) -> None:
    assert not backup_mark.lies_outside(tmp_path, tmp_path / "checkpoints")
    assert backup_mark.lies_outside(tmp_path / "data", tmp_path / "backup")
