"""Plain builders for tests: a service's database with its tables, and facts followed from another."""

from __future__ import annotations

import os
from typing import Any

import orjson

from chassis.db import Database, Tx, open_database
from chassis.feed import StateOf
from chassis.journal import FIRST_HEAD, JOURNAL_GUARDS
from chassis.peers import Follows
from chassis.service import Base
from chassis.vault import MasterKey, Vault

MASTER = MasterKey.of(os.urandom(32))


def make_database(url: str, base: Base) -> Database:
    """A service's database at `url`, as a migration from empty would leave it."""
    db = open_database(url, base.journal)
    base.metadata.create_all(db.engine)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(FIRST_HEAD)
        for statement in JOURNAL_GUARDS[db.dialect]:
            connection.exec_driver_sql(statement)
    db.vault = Vault(base.vault, (MASTER,), MASTER)
    return db


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

    def state(subject: str) -> Any:
        kind, _, id_ = subject.partition(":")
        return source.read_now(states[kind], id_) if kind in states else None

    rows = [{**fact, "idx": idx, "state": state(fact["subject"])} for idx, fact in enumerate(facts(source))]

    def handle(tx: Tx) -> None:
        for row in rows:
            follows.handle(tx, orjson.loads(orjson.dumps(row)))
        cursors = base.cursors
        here = cursors.c.source == follows.source
        values = {"idx": len(rows), "checked_at": tx.now}
        if not tx.change(cursors.update().where(here).values(values)):
            tx.change(cursors.insert().values(source=follows.source, tries=0, **values))

    target.write_now(handle)
