"""The texts by which a visit is found: written with it, replaced with its visitor, forgotten with them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from chassis.db import Tx
from chassis.prepared import prepared
from services.visitor.visits.store import KEY

ADD_KEYS = prepared(sa.insert(KEY))
FORGET_KEYS = prepared(sa.delete(KEY).where(KEY.c.visit_id == sa.bindparam("of_visit")))


def set_keys(tx: Tx, site_id: str, visit_id: str, keys: Collection[str]) -> None:
    """Replace the texts by which a visit is found."""
    tx.change(FORGET_KEYS, {"of_visit": visit_id})
    rows = [{"site_id": site_id, "visit_id": visit_id, "key": key[:80]} for key in sorted(set(keys)) if key]
    if rows:
        tx.change(ADD_KEYS, rows)


def add_key(tx: Tx, site_id: str, visit_id: str, key: str) -> None:
    """Let a visit be found by one text more."""
    here = (KEY.c.site_id == site_id, KEY.c.key == key, KEY.c.visit_id == visit_id)
    if tx.row(sa.select(KEY.c.key).where(*here)) is None:
        tx.change(ADD_KEYS, {"site_id": site_id, "key": key, "visit_id": visit_id})
