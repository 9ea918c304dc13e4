"""A database whose disk is full, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.db import Database

FULL = (
    """CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$""",
    "CREATE TRIGGER disk_is_full BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION disk_is_full()",
)
ROOM_AGAIN = ("DROP TRIGGER disk_is_full ON journal", "DROP FUNCTION disk_is_full")


@contextmanager
def disk_full(db: Database) -> Iterator[None]:
    """Let SQLite's file grow by no page more; let PostgreSQL answer what it does when it finds no room."""
    if db.dialect == "sqlite":
        with _no_page_more(db):
            yield
        return
    with db.engine.begin() as connection:
        for statement in FULL:
            connection.exec_driver_sql(statement)
    try:
        yield
    finally:
        with db.engine.begin() as connection:
            for statement in ROOM_AGAIN:
                connection.exec_driver_sql(statement)


@contextmanager
def _no_page_more(db: Database) -> Iterator[None]:
    before = _limit(db, 1)  # SQLite sets no limit below what the file has already
    try:
        yield
    finally:
        assert _limit(db, 1_000_000_000) == before


def _limit(db: Database, pages: int) -> int:
    """Limit the file to so many pages, or as many as it has; how many it has."""
    raw = db.engine.raw_connection()
    try:
        driver = raw.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA max_page_count={pages}").fetchall()
        return int(driver.execute("PRAGMA page_count").fetchone()[0])
    finally:
        raw.close()
