"""Asking for a notice: an action says whom to tell what, in its own transaction; the gateway follows and delivers.

A notice names its kind and a page, never a person's data: the words are the gateway's, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from chassis.actor import Actor
from chassis.columns import Ids, Instant, instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import Fact, record


class Urgency(StrEnum):
    """How a notice reaches people: alarms at once, also in quiet hours."""

    USUAL = "usual"
    ALARM = "alarm"


@dataclass(frozen=True)
class NoticeAsked(Fact, subject="notice"):
    """Some people are to be told something."""

    notice_id: str
    kind: str


def notice_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table of notices asked for."""
    return sa.Table(
        "notice_asked",
        metadata,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("recipients", Ids, nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


@dataclass(frozen=True, slots=True)
class Notices:
    """Asks for notices in one service's table."""

    table: sa.Table

    def tell(
        self, tx: Tx, actor: Actor, kind: str, to: Iterable[str], page: str, subject: str, *, alarm: bool = False
    ) -> None:
        """Ask that the people with ids `to` are told `kind` about `subject` (`visit:<id>`), with a link to `page`.

        Nobody to tell is no error: the caller decides who stands in.
        """
        people = tuple(sorted({person_id for person_id in to if person_id}))
        if not people:
            return
        notice_id = new_id()
        urgency = Urgency.ALARM if alarm else Urgency.USUAL
        values = {"id": notice_id, "kind": kind, "recipients": people, "page": page, "subject": subject}
        tx.change(sa.insert(self.table).values(urgency=urgency.value, at=tx.now, **values))
        record(tx, actor, NoticeAsked(notice_id, kind))

    def state(self, tx: Tx, notice_id: str) -> dict[str, Any] | None:
        """A notice for its follower, the gateway."""
        row = tx.row(sa.select(self.table).where(self.table.c.id == notice_id))
        if row is None:
            return None
        plain = {name: getattr(row, name) for name in ("id", "kind", "page", "subject", "urgency")}
        return {**plain, "recipients": list(row.recipients), "at": instant_text(row.at)}
