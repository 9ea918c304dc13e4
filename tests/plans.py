"""What a database is asked, and how its engine would find the rows: for the tests that hold queries to an index.

Statements are overheard as the driver gets them, so that nothing is listed by hand: whatever a route, an action or a
loop asks is judged. SQLite plans by its indexes alone, so that a few rows tell how a million would be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from chassis.db import Database

READS = ("SELECT", "UPDATE", "DELETE", "WITH")
SCAN = re.compile(r"^SCAN (?P<name>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?")
NAMED = re.compile(r'\b(?:FROM|JOIN|UPDATE)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?', re.IGNORECASE)
EVERY_TABLE_IS_SMALL = frozenset({"journal_head", "follow_cursor", "idempotency"})
"""Of each service: the head is one row, a cursor stands for each source, answers are forgotten after a day."""


@dataclass
class Heard:
    """Every statement that reads, once, with the values of its first run."""

    db: Database
    statements: dict[str, Any] = field(default_factory=dict)

    def whole_reads(self, small: frozenset[str], rare: str = "") -> list[str]:
        """Where a table that is not `small` is read from end to end: each with the engine's word and the statement.

        Statements that hold the words `rare` may.
        """
        open_now = partial_indexes(self.db)
        wrong = []
        for statement, values in self.statements.items():
            if rare and rare in statement:
                continue
            tables = {alias or table: table for table, alias in NAMED.findall(statement)}
            plan = plan_of(self.db, statement, values)
            for line, found in ((line, SCAN.match(line)) for line in plan):
                if found is None or tables.get(found["name"], "") in {"", *small} or found["index"] in open_now:
                    continue
                if not _ends_early(statement, plan):
                    wrong.append(f"{line}: {' '.join(statement.split())}")
        return wrong


def _ends_early(statement: str, plan: list[str]) -> bool:
    """Whether rows come in the order of an index and the first ones are enough: nothing is left out or sorted."""
    words = statement.upper().split()
    return "LIMIT" in words and "WHERE" not in words and not any("TEMP B-TREE" in line for line in plan)


@contextmanager
def overheard(db: Database) -> Iterator[Heard]:
    """Listen to everything a database is asked until the block ends."""
    heard = Heard(db)

    def hear(_on: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(READS):
            heard.statements.setdefault(statement, values[0] if many else values)

    engines = {db.engine, getattr(db, "reading", db.engine)}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)


def plan_of(db: Database, statement: str, values: Any) -> list[str]:
    """How SQLite finds the rows, a line for each table."""
    with db.engine.connect() as connection:
        return [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


def partial_indexes(db: Database) -> set[str]:
    """Indexes of the few rows that are open now: to read one from end to end is to read what is open."""
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            str(index["name"])
            for table in inspector.get_table_names()
            for index in inspector.get_indexes(table)
            if "sqlite_where" in index.get("dialect_options", {})
        }
