"""Migrations killed at every statement, and two at once: each leaves what its revision makes, and the next goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa

from migrations.databases import VERSIONS, known_revisions
from tests.engines import ENGINES, as_administrator, drop_postgresql, new_database_url

NAME, NEWEST = "equipment", "2099_01_02_0000_contract"
REVISION = '''"""{name}"""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{name}", "{before}"


def upgrade() -> None:
{does}
'''
EXPAND = """
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.String(20)))
    op.execute("INSERT INTO later (id) VALUES (1), (2), (3)")
    op.add_column("follow_cursor", sa.Column("later", sa.String(20)))
    op.create_index("later_note", "later", ["note"])
"""
CONTRACT = """
    op.execute("UPDATE later SET note = 'filled'")
    with op.batch_alter_table("later") as batch:
        batch.alter_column("note", existing_type=sa.String(20), nullable=False)
    with op.batch_alter_table("follow_cursor") as batch:
        batch.drop_column("error")
"""
"""What a release after the first may do: a new table and column, then values, then a column that nobody reads goes."""
Seen = dict[str, list[dict[str, Any]]]


def made_up(folder: Path) -> Path:
    """The history of a database as two releases after the first would leave it."""
    shutil.copytree(VERSIONS / NAME, folder / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    before = known_revisions(NAME)[-1]
    for name, does in (("2099_01_01_0000_expand", EXPAND), (NEWEST, CONTRACT)):
        (folder / NAME / f"{name}.py").write_text(REVISION.format(name=name, before=before, does=does))
        before = name
    return folder


@pytest.fixture(scope="module", params=ENGINES)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """What `tests/migrations/killing.py` saw, by what it did; on PostgreSQL as the owner of the tables."""
    folder, engine = tmp_path_factory.mktemp("killed"), request.param
    urls = {what: sa.engine.make_url(new_database_url(engine, what, folder)) for what in ("each", "kill", "hold")}
    role, env = f"app_{uuid4().hex[:12]}", {**os.environ, "GATEHOUSE_DATA": str(folder)}
    told = dict(urls)
    if engine == "postgresql":
        as_administrator(f'CREATE ROLE "{role}" LOGIN')
        env["GATEHOUSE_DATABASE_OWNER"] = f"{urls['kill'].username}:{urls['kill'].password or ''}"
        told = {what: url.set(username=role) for what, url in urls.items()}
    asked = [f"{what}={url.render_as_string(hide_password=False)}" for what, url in told.items()]
    command = [sys.executable, "-m", "tests.migrations.killing", str(made_up(folder / "versions")), NAME, *asked]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    found: Seen = {what: [] for what in urls}
    for line in map(orjson.loads, done.stdout.splitlines()):
        found[line.pop("what")].append(line)
    yield found
    if engine == "postgresql":
        for url in urls.values():
            drop_postgresql(url.render_as_string(hide_password=False))
        as_administrator(f'DROP ROLE "{role}"')


def test_a_migration_killed_at_any_statement_leaves_whole_revisions_and_goes_on(seen: Seen) -> None:
    whole = {one["at"]: one for one in seen["each"]}
    assert len(whole) == 4, "nothing, and three revisions"
    *killed, last = seen["kill"]
    for one in killed:
        assert one.pop("killed"), one
        assert one == {**whole[one["at"]], "status": signal.SIGKILL}
    assert {one["at"] for one in killed} >= {None, *list(whole)[1:3]}, "it was killed on the way to each"
    assert (last["status"], last["at"], last["heads"], last["filled"]) == (0, NEWEST, 1, 3)


def test_of_two_migrations_at_once_one_runs_and_the_other_finds_nothing_to_do(seen: Seen) -> None:
    first, second, found = seen["hold"]
    assert (first["status"], second["status"]) == (0, 0)
    assert (first["did"], second["did"]) == ([None, NEWEST], [NEWEST, NEWEST])
    assert found == seen["each"][-1]
