"""`gatehouse backup` and `restore`: every database consistently, with hashes, verified after restoring."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis import backup_mark, clock, outside
from chassis.settings import DATABASES, Settings
from cli.output import Wrong

MANIFEST = "manifest.json"
FOLLOWERS_FIRST = ("gateway", "visitor", "equipment", "access")
"""The order of copying: no copy may have followed a fact that the copy of its source does not hold."""


def make_backup(target: str, *, with_keys: bool) -> dict[str, Any]:
    """Back up every database, the checkpoints, and with `with_keys` the keys. Works while the product runs."""
    settings, folder = Settings(), Path(target)
    if folder.exists() and any(folder.iterdir()):
        raise Wrong(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLLOWERS_FIRST:
        _copy_database(settings.database_url(name), folder / name)
    if settings.checkpoint_folder.exists():
        shutil.copytree(settings.checkpoint_folder, folder / "checkpoints")
    if with_keys:
        shutil.copytree(settings.data / "keys", folder / "keys")
    files = {str(path.relative_to(folder)): _hash(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {"made_at": clock.now().isoformat(), "with_keys": with_keys, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    backup_mark.note(settings.data, clock.now(), folder)
    note = "" if with_keys else "without the keys: personal data cannot be read unless the key folder is kept elsewhere"
    return {"backup": str(folder), "files": len(files), "note": note}


def restore_backup(source: str) -> dict[str, Any]:
    """Restore a backup of SQLite databases into an empty data folder, verify every journal, and do again the erasures
    that were asked for since, as the list beside the checkpoints has them."""
    settings, folder = Settings(), Path(source)
    manifest = json.loads((folder / MANIFEST).read_text())
    wrong = [name for name, mark in manifest["files"].items() if _hash(folder / name) != mark]
    if wrong:
        raise Wrong(f"changed since the backup was made: {', '.join(wrong)}")
    if any((settings.data / f"{name}.db").exists() for name in DATABASES):
        raise Wrong(f"{settings.data} holds databases already")
    settings.data.mkdir(parents=True, exist_ok=True)
    for name in DATABASES:
        shutil.copyfile(folder / f"{name}.db", settings.data / f"{name}.db")
    _bring_checkpoints(folder / "checkpoints", settings.checkpoint_folder)
    if (folder / "keys").exists():
        shutil.copytree(folder / "keys", settings.data / "keys", dirs_exist_ok=True)
    from cli.auditing import verify
    from cli.erasing import redo_erasures

    found = verify(None)
    return {"restored": str(settings.data), **found, "erasures": redo_erasures(settings)}


def _bring_checkpoints(source: Path, target: Path) -> None:
    """Add what the folder outside lacks; what was signed or erased since the backup stays there."""
    for file in (one for one in source.rglob("*") if one.is_file()):
        place = target / file.relative_to(source)
        if file.name == outside.FILE:
            outside.merge(file, place)
        elif not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def _copy_database(url: str, target: Path) -> None:
    parts = sa.engine.make_url(url)
    if parts.get_backend_name() == "sqlite":
        with sqlite3.connect(parts.database or "") as live, sqlite3.connect(f"{target}.db") as copy:
            live.backup(copy)
        return
    plain = parts.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(["pg_dump", "--format=custom", f"--file={target}.dump", plain], check=True)  # noqa: S603, S607


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
