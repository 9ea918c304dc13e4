"""The application's own role on PostgreSQL: it does its work, and cannot rewrite a journal."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from chassis.actor import Actor
from chassis.db import open_database
from chassis.settings import Settings, SettingsWrong
from migrations.databases import is_behind
from migrations.run import migrate
from services.access.base import BASE
from services.access.sites import actions as sites
from services.access.sites.schemas import SiteKept
from tests.engines import as_administrator, drop_postgresql, new_postgresql

FORBIDDEN = (
    "UPDATE journal SET data = ''",
    "DELETE FROM journal",
    "TRUNCATE journal",
    "UPDATE journal_node SET hash = ''",
    "DELETE FROM journal_node",
    "DELETE FROM journal_head",
    "INSERT INTO journal_head (one, size, edge) VALUES (1, 0, '')",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_append_only ON journal",
    "DROP TABLE journal",
    "UPDATE alembic_version SET version_num = 'x'",
    "CREATE TABLE mine (a int)",
)


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """A deployment whose access database belongs to one role and is used by another; migrated."""
    owner = sa.engine.make_url(new_postgresql("roles"))
    role = f"app_{uuid4().hex[:12]}"
    as_administrator(f'CREATE ROLE "{role}" LOGIN')
    url = owner.set(username=role).render_as_string(hide_password=False)
    made = Settings(access_database_url=url, database_owner=SecretStr(f"{owner.username}:{owner.password or ''}"))
    assert is_behind("access", url)
    migrate(made, "access")
    yield made
    drop_postgresql(owner.render_as_string(hide_password=False))
    as_administrator(f'DROP ROLE "{role}"')


def test_the_application_writes_and_reads_with_what_it_was_given(settings: Settings) -> None:
    db = open_database(settings.database_url("access"), BASE.journal)
    kept = db.write_now(sites.keep_site, Actor.system("test"), "HQ", SiteKept(name="总部", name_en="Head office"))
    assert db.read_now(lambda tx: sites.all_sites(tx, Actor.system("test")))["sites"][0]["id"] == kept["id"]
    assert db.read_now(lambda tx: db.journal.size(tx.connection)) > 0
    db.engine.dispose()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_cannot_rewrite_a_journal(settings: Settings, statement: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
        _run(settings, statement)


def test_rights_that_were_added_by_hand_are_gone_after_the_next_migration(settings: Settings) -> None:
    migrate(settings, "access")
    database = sa.engine.make_url(settings.database_url("access"))
    as_administrator(f'GRANT DELETE, UPDATE ON journal TO "{database.username}"', str(database.database))
    migrate(settings, "access")
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        _run(settings, "DELETE FROM journal")


def test_an_owner_that_is_the_application_itself_is_no_owner(settings: Settings) -> None:
    role = sa.engine.make_url(settings.database_url("access")).username
    wrong = settings.model_copy(update={"database_owner": SecretStr(f"{role}:")})
    with pytest.raises(SettingsWrong, match="must not be the application's own user"):
        migrate(wrong, "access")


def test_a_part_waits_for_its_migration_but_not_for_a_newer_release(settings: Settings) -> None:
    url = settings.database_url("access")
    assert not is_behind("access", url)
    later = "UPDATE alembic_version SET version_num = '2099_01_01_0000_later'"
    as_administrator(later, str(sa.engine.make_url(url).database))
    assert not is_behind("access", url)


def _run(settings: Settings, statement: str) -> None:
    engine = sa.create_engine(settings.database_url("access"))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
