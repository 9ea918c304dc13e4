"""Writing revisions, in development only: from what the tables have and the newest revision does not make."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from chassis import clock
from chassis.settings import DATABASES, Settings
from migrations.databases import connected, revisions_folder
from migrations.run import config_for, migrate

LONGEST_SLUG = 15
"""A revision's name is its date, its minute and a slug, 32 characters at most: what Alembic's own table holds."""


def make_all(message: str, *, anew: bool = False) -> dict[str, Path | None]:
    """Write the next revision of every database; by name its file, None where nothing changed.

    `anew` throws the histories away first and writes one beginning each: only while nothing has been released.
    """
    return {name: make(name, message, anew=anew) for name in DATABASES}


def make(name: str, message: str, *, anew: bool = False) -> Path | None:
    """Write the next revision of one database, compared with an empty SQLite file brought to the newest."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Settings(data=Path(folder), **{f"{name}_database_url": None})
        if anew:
            for old in revisions_folder(name).glob("[0-9]*.py"):
                old.unlink()
        else:
            migrate(scratch, name)
        made = revisions_folder(name) / f"{_named(message)}.py"
        with connected(scratch.database_url(name)) as connection:
            command.revision(config_for(name, connection), message, autogenerate=True, rev_id=made.stem)
    if not made.exists():
        return None
    _tidy(made)
    return made


def _named(message: str) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in message.lower()).split()
    return f"{clock.now():%Y_%m_%d_%H%M}_{'_'.join(words)[:LONGEST_SLUG].strip('_')}"


def _tidy(path: Path) -> None:
    """Bring a generated file into the house's form."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    for act in (("check", "--quiet", "--select", "I", "--fix"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *act, str(path)], check=True)  # noqa: S603  our own file
