"""What the first revision of each database adds to its tables: the head of an empty journal, and the guards on it."""

from __future__ import annotations

from alembic import op

from chassis.journal import FIRST_HEAD, JOURNAL_GUARDS


def begin_journal() -> None:
    """The journal's head, and what makes the database itself refuse to change or delete a row."""
    for statement in JOURNAL_GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute(FIRST_HEAD)


def end_journal() -> None:
    """Take the guards off again, before their tables go."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION append_only() CASCADE")
