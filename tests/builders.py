"""Plain builders for tests: a service's database with its tables, and facts followed from another."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from chassis.db import Database, Tx, open_database, records
from chassis.feed import StateOf
from chassis.journal import FIRST_HEAD, JOURNAL_GUARDS
from chassis.peers import Follows
from chassis.service import Base
from chassis.vault import MasterKey, Vault

MASTER = MasterKey.of(os.urandom(32))
STAMPED = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('made by a test')",
)
"""A revision that no code knows counts as one of a later release."""


@dataclass(frozen=True, eq=False)
class Filling:
    """What a database holds, table by table, to be laid into any number of others."""

    rows: Mapping[sa.Table, list[dict[str, Any]]]


def make_database(url: str, base: Base, filling: Filling | None = None) -> Database:
    """A service's database at `url`, as a migration from empty would leave it, or as `filling` was taken from another.

    On PostgreSQL an empty database or schema, or one that `schemas.lend` has made ready.
    """
    if url.startswith("sqlite:"):
        Path(sa.engine.make_url(url).database or "").write_bytes(_file(base, filling))
    db = open_database(url, base.journal)
    if db.dialect == "postgresql" and not sa.inspect(db.engine).has_table(base.journal.head.name):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(script(base, "postgresql+psycopg"))
            lay(connection, base, filling)
    db.vault = Vault(base.vault, (MASTER,), MASTER)
    return db


def filling_of(db: Database, base: Base) -> Filling:
    """Everything a database holds now."""
    tables = base.metadata.sorted_tables
    rows = {table: db.read_now(lambda tx, table=table: records(tx.rows(sa.select(table)))) for table in tables}
    if not rows[base.journal.journal]:
        del rows[base.journal.head]  # as `script` writes it
    return Filling(rows)


def lay(connection: sa.Connection, base: Base, filling: Filling | None) -> None:
    """Put `filling` into tables as `script` leaves them."""
    if filling is None:
        return
    if base.journal.head in filling.rows:
        connection.execute(sa.delete(base.journal.head))
    for table, rows in filling.rows.items():
        if rows:
            connection.execute(sa.insert(table), rows)


@cache
def script(base: Base, driver: str) -> str:
    """Everything that makes the tables, as one text: a round trip instead of a hundred."""
    made: list[str] = []
    engine = sa.create_mock_engine(
        f"{driver}://", lambda sql, *_: made.append(str(sql.compile(dialect=engine.dialect)))
    )
    base.metadata.create_all(engine, checkfirst=False)
    return ";\n".join([*made, FIRST_HEAD, *STAMPED, *JOURNAL_GUARDS[engine.dialect.name]])


@cache
def _file(base: Base, filling: Filling | None) -> bytes:
    """A SQLite database with the tables and what they hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        with closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA journal_mode=WAL")
            made.executescript(script(base, "sqlite"))
        engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            lay(connection, base, filling)
        return path.read_bytes()


def facts(db: Database) -> list[dict[str, Any]]:
    """Every fact of a journal, in order."""
    journal = db.tables.journal
    rows = db.read_now(lambda tx: tx.rows(journal.select().order_by(journal.c.idx)))
    return [orjson.loads(row.data) for row in rows]


def fact_names(db: Database) -> list[str]:
    """The names of every fact of a journal, in order."""
    return [fact["fact"] for fact in facts(db)]


def follow_all(source: Database, states: dict[str, StateOf], target: Database, follows: Follows, base: Base) -> None:
    """Let `target` handle every fact of `source`, as its follower would, in one transaction."""

    def state(tx: Tx, subject: str) -> Any:
        kind, _, id_ = subject.partition(":")
        return states[kind](tx, id_) if kind in states else None

    def seen(tx: Tx) -> dict[str, Any]:
        return {subject: state(tx, subject) for subject in {fact["subject"] for fact in told}}

    told = facts(source)
    found = source.read_now(seen)
    rows = [{**fact, "idx": idx, "state": found[fact["subject"]]} for idx, fact in enumerate(told)]

    def handle(tx: Tx) -> None:
        for row in rows:
            follows.handle(tx, orjson.loads(orjson.dumps(row)))
        cursors = base.cursors
        here = cursors.c.source == follows.source
        values = {"idx": len(rows), "checked_at": tx.now}
        if not tx.change(cursors.update().where(here).values(values)):
            tx.change(cursors.insert().values(source=follows.source, tries=0, **values))

    target.write_now(handle)
