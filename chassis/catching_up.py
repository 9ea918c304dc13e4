"""Following a journal once, to its end, without a server: for commands that fill databases."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import sqlalchemy as sa

from chassis.db import Database, Tx
from chassis.feed import StateOf
from chassis.peers import Follows


def catch_up(
    source: Database, states: Mapping[str, StateOf], target: Database, cursors: sa.Table, follows: Follows
) -> int:
    """Handle in `target` every fact of `source` that it has not handled yet, in one transaction; how many."""
    here = cursors.c.source == follows.source
    begun: int = target.read_now(lambda tx: tx.scalar(sa.select(cursors.c.idx).where(here))) or 0
    rows = source.read_now(_rows, source.tables.journal, states, begun)

    def handle(tx: Tx) -> int:
        for row in rows:
            follows.handle(tx, row)
        values = {"idx": begun + len(rows), "checked_at": tx.now, "tries": 0}
        if not tx.change(sa.update(cursors).where(here).values(values)):
            tx.change(sa.insert(cursors).values(source=follows.source, **values))
        return len(rows)

    return target.write_now(handle)


def _rows(tx: Tx, journal: sa.Table, states: Mapping[str, StateOf], begun: int) -> list[dict[str, object]]:
    found = tx.rows(sa.select(journal.c.idx, journal.c.data).where(journal.c.idx >= begun).order_by(journal.c.idx))
    rows = []
    for row in found:
        fact = orjson.loads(row.data)
        kind, _, id_ = fact["subject"].partition(":")
        state = states[kind](tx, id_) if kind in states else None
        plain = orjson.loads(orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS))
        rows.append({**fact, "idx": row.idx, "state": plain})
    return rows
