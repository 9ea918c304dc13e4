"""The table of texts that were accepted, each kept once, word for word, and the statements on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx
from chassis.prepared import prepared
from chassis.tables import insert_unless_taken, table_of
from services.visitor.base import VisitorTable
from services.visitor.texts.rules import Text


class NoticeText(VisitorTable, table=True):
    """A notice that at least one visitor accepted. It holds nobody's data."""

    __tablename__ = "notice_text"
    sha256: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=10)
    version: str = Field(max_length=20)
    language: str = Field(max_length=2)
    body: str
    first_accepted_at: datetime = Field(sa_type=Instant)


TEXT = table_of(NoticeText)
T = TEXT.c
IS_KEPT = prepared(sa.select(T.sha256).where(T.sha256 == sa.bindparam("sha256")))


def keep(tx: Tx, text: Text) -> None:
    """Keep the words of a text that is accepted now, unless they are kept already."""
    if tx.row(IS_KEPT, {"sha256": text.sha256}) is None:
        named = {"sha256": text.sha256, "kind": text.kind.value, "version": text.version, "language": text.language}
        insert_unless_taken(tx, TEXT, {**named, "body": text.body, "first_accepted_at": tx.now})


def kept(tx: Tx, sha256: str) -> Row[Any] | None:
    """A text by its hash."""
    return tx.row(sa.select(TEXT).where(T.sha256 == sha256))


def named(tx: Tx, hashes: Collection[str]) -> Sequence[Row[Any]]:
    """What these texts are, without their words."""
    return tx.rows(sa.select(T.sha256, T.kind, T.version, T.language).where(T.sha256.in_(sorted(hashes))))
