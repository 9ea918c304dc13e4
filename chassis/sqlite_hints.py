"""SQLite's `INDEXED BY`, for which SQLAlchemy has no word: what `chassis.tables.read_by` asks reaches the statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler


class HintedCompiler(SQLiteCompiler):
    """Writes the hint of a table behind its name."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def obey_hints(engine: sa.Engine) -> sa.Engine:
    """The engine, whose statements from now on say by which index a table is read."""
    engine.dialect.statement_compiler = HintedCompiler
    return engine
