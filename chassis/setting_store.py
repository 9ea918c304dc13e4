"""The table of site settings and the statements on it: every value ever set, with who set it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from chassis.columns import Instant, to_json
from chassis.db import Tx
from chassis.prepared import Prepared, prepared
from chassis.tables import insert_unless_taken

Stored = tuple[tuple[str, str], ...]
"""What a site has set: keys and JSON texts."""


def setting_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table in `metadata`. A site's changes are numbered, so that of two at once the second loses."""
    return sa.Table(
        "setting",
        metadata,
        sa.Column("site_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("from_at", Instant, nullable=False),
    )


def changes(tx: Tx, table: sa.Table, site_id: str) -> Sequence[Row[Any]]:
    """Every change of a site's settings, oldest first."""
    return tx.rows(_of_site(table), {"of_site": site_id})


@cache
def _of_site(table: sa.Table) -> Prepared:
    return prepared(sa.select(table).where(table.c.site_id == sa.bindparam("of_site")).order_by(table.c.number))


def present(tx: Tx, table: sa.Table, site_id: str) -> dict[str, Row[Any]]:
    """The latest change of each key; its `value` is JSON text, `null` where the default holds again."""
    return {row.key: row for row in changes(tx, table, site_id)}


def stored(tx: Tx, table: sa.Table, site_id: str) -> Stored:
    """The values a site has set, as JSON text by key."""
    return tuple((key, row.value) for key, row in present(tx, table, site_id).items())


def add_change(tx: Tx, table: sa.Table, values: dict[str, Any]) -> bool:
    """Keep one change from now on; False when somebody else's has taken its number."""
    kept = {**values, "value": to_json(values["value"]), "from_at": tx.now}
    return insert_unless_taken(tx, table, kept)
