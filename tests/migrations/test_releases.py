"""Code beside the schema of another release: a newer one is served and left alone, an older one refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.settings import Settings, SettingsWrong
from cli import serving
from cli.opening import opened
from migrations import databases
from migrations.databases import connected, known_revisions, stands_at
from migrations.run import migrate
from tests.migrations.test_killed import NAME, NEWEST, made_up

STAMP = "UPDATE alembic_version SET version_num = '{}'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with one database at this release's schema."""
    made = Settings(data=tmp_path)
    migrate(made, NAME)
    return made


def stamp(settings: Settings, revision: str) -> None:
    """Let the database stand at another revision."""
    with connected(settings.database_url(NAME)) as connection, connection.begin():
        connection.exec_driver_sql(STAMP.format(revision))


def test_the_schema_of_a_later_release_is_left_as_it_is_and_commands_work_on_it(settings: Settings) -> None:
    stamp(settings, NEWEST)
    assert migrate(settings, NAME) == (NEWEST, NEWEST)
    with opened(settings, NAME) as db:
        assert db.read_now(lambda tx: db.journal.size(tx.connection)) == 0
    serving._wait_until_migrated(settings, NAME)


def test_a_schema_behind_the_code_is_refused_until_it_is_migrated(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(databases, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(databases, "VERSIONS", made_up(tmp_path / "versions"))
    told = f"the database {NAME} is behind: run gatehouse migrate"
    with pytest.raises(SettingsWrong, match=told), opened(settings, NAME):
        pass
    with pytest.raises(SettingsWrong, match=told):
        serving._wait_until_migrated(settings, NAME)
    assert migrate(settings, NAME)[1] == NEWEST
    serving._wait_until_migrated(settings, NAME)


def test_a_history_that_no_release_has_is_named_and_not_touched(settings: Settings) -> None:
    stamp(settings, "2026_01_01_0000_first_tables")
    with pytest.raises(SettingsWrong, match="stands at 2026_01_01_0000_first_tables, which is no revision of any"):
        migrate(settings, NAME)
    assert stands_at(settings.database_url(NAME)) not in known_revisions(NAME)
