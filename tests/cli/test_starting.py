"""What a start costs that is not its work: libraries that only rare paths need are imported by those."""

from __future__ import annotations

import pytest

from chassis.settings import Settings
from cli.first_start import first_link
from migrations.run import migrate_all
from tests.product import running

RARE = {
    "PIL",  # a signature is drawn
    "aiohttp",  # the services are processes of their own; the company's sign-in
    "alembic",  # a database is behind
    "apprise",  # a chat channel is set
    "authlib",  # the company's sign-in
    "holidays",  # a calendar is made
    "icalendar",  # a visitor is mailed
    "joserfc",
    "openpyxl",  # a table is downloaded
    "psycopg",  # the database is PostgreSQL
    "pydantic.v1.main",  # nobody needs it
    "pypinyin",  # somebody is named
    "requests",  # a chat channel is set
    "rich",  # logs for people
    "segno",  # a QR code is drawn
    "structlog",
    "webauthn",  # a passkey is used
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules and libraries that a server has imported when it is ready, on data that were there before."""
    folder = tmp_path_factory.mktemp("start")
    settings = Settings(data=folder / "data")
    migrate_all(settings)
    first_link(settings)
    with running(folder, PYTHONPROFILEIMPORTTIME="1") as product:
        product.stop()
    lines = (folder / "serve.log").read_text().splitlines()
    names = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    return names | {name.partition(".")[0] for name in names}


def test_a_start_imports_nothing_that_only_rare_paths_need(imported: set[str]) -> None:
    assert {"gateway", "services", "fastapi", "sqlalchemy"} <= imported, "the list is the server's"
    assert imported & RARE == set()
