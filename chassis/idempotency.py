"""Idempotency keys (draft-ietf-httpapi-idempotency-key): the answer of a write is kept in the write's own transaction.

A repeated call with the same key and body gets the kept answer and no second effect; the same key with another body is
refused. Keys belong to their caller and are forgotten after a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa

from chassis.columns import Instant
from chassis.db import Tx
from chassis.prepared import Prepared, prepared
from chassis.problems import KeyReused

KEPT = timedelta(hours=24)


def idempotency_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table of kept answers in `metadata`."""
    return sa.Table(
        "idempotency",
        metadata,
        sa.Column("caller", sa.String(80), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("etag", sa.String(40)),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("at", Instant, nullable=False, index=True),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given the first time."""

    status: int
    answer: bytes
    etag: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """One caller's key for one call; `body_hash` covers method, path and body."""

    caller: str
    key: str
    body_hash: str


def body_hash(method: str, path: str, body: bytes) -> str:
    """What must be the same for two calls to count as one."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


def find(tx: Tx, table: sa.Table, key: Key) -> Kept | None:
    """The kept answer for `key`, or None. Raises `KeyReused` when it came with another body."""
    row = tx.row(_kept(table), {"of_caller": key.caller, "of_key": key.key})
    if row is None:
        return None
    if row.body_hash != key.body_hash:
        raise KeyReused()
    return Kept(row.status, bytes(row.answer), row.etag)


def keep(tx: Tx, table: sa.Table, key: Key, kept: Kept) -> None:
    """Keep the answer. Of two equal calls at once the second loses on the primary key and is run again as a repeat."""
    values = {"status": kept.status, "etag": kept.etag, "answer": kept.answer, "at": tx.now}
    tx.change(_keep(table), {"caller": key.caller, "key": key.key, "body_hash": key.body_hash, **values})


@cache
def _kept(table: sa.Table) -> Prepared:
    c = table.c
    here = (c.caller == sa.bindparam("of_caller"), c.key == sa.bindparam("of_key"))
    return prepared(sa.select(c.body_hash, c.status, c.answer, c.etag).where(*here))


@cache
def _keep(table: sa.Table) -> Prepared:
    return prepared(sa.insert(table))


def forget_mentions(tx: Tx, table: sa.Table, ids: Collection[str]) -> int:
    """Delete kept answers that speak of any of these ids: what is erased stands in none of them. Returns how many."""
    answer = table.c.answer
    on_postgresql = tx.connection.dialect.name == "postgresql"
    text = sa.func.convert_from(answer, "UTF8") if on_postgresql else sa.cast(answer, sa.Text)
    return sum(tx.change(sa.delete(table).where(text.contains(one))) for one in ids)


def forget_old(tx: Tx, table: sa.Table) -> int:
    """Delete answers older than a day; return how many."""
    return tx.change(sa.delete(table).where(table.c.at < tx.now - KEPT))
