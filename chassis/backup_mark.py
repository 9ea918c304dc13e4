"""The last backup of a deployment, noted beside its data: when it was made and where it lies."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

FILE = "last-backup.json"


class Backup(NamedTuple):
    """A backup that was made."""

    made_at: datetime
    folder: Path


def note(data: Path, made_at: datetime, folder: Path) -> None:
    """Note a backup that is complete."""
    kept = {"made_at": made_at.isoformat(), "folder": str(folder.resolve())}
    (data / FILE).write_text(json.dumps(kept) + "\n", encoding="utf-8")


def last(data: Path) -> Backup | None:
    """The last one noted, or None."""
    try:
        kept = json.loads((data / FILE).read_text(encoding="utf-8"))
        return Backup(datetime.fromisoformat(kept["made_at"]), Path(kept["folder"]))
    except (OSError, ValueError, KeyError):
        return None


def lies_outside(data: Path, folder: Path) -> bool:
    """Whether a folder survives the loss of the data folder."""
    return not folder.resolve().is_relative_to(data.resolve())
