"""Asking for a notice: an action says whom to tell what, in its own transaction; the gateway follows and delivers.

A notice names its kind and a page, never a person's data: the words are the gateway's, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from chassis.actor import Actor
from chassis.columns import Ids, Instant, instant_text
from chassis.db import Tx
from chassis.ids import new_id
from chassis.journal import Fact, record
from chassis.prepared import Prepared, prepared


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
        sa.Column("asks", sa.Boolean, nullable=False),
        sa.Column("settles", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Index("notice_asked_subject", "subject", "seq"),
    )


STATE = ("id", "kind", "page", "subject", "urgency", "asks", "settles", "by")


@dataclass(frozen=True, slots=True)
class Notices:
    """Asks for notices in one service's table."""

    table: sa.Table

    def tell(
        self,
        tx: Tx,
        actor: Actor,
        kind: str,
        to: Iterable[str],
        page: str,
        subject: str,
        *,
        alarm: bool = False,
        asks: bool = False,
    ) -> None:
        """Ask that the people with ids `to` are told `kind` about `subject` (`visit:<id>`), with a link to `page`.

        `asks` says that each of them is to do something, until `settle`. Nobody to tell is no error: the caller decides
        who stands in.
        """
        self._ask(tx, actor, kind, to, page, subject, alarm=alarm, asks=asks)

    def settle(self, tx: Tx, actor: Actor, kind: str, page: str, subject: str, *, still: Iterable[str] = ()) -> None:
        """What was asked about `subject` is done: everybody asked before is told `kind`, but those who `still` have to
        do it. Whoever did it is told nothing, it only waits for them no more.
        """
        waiting: set[str] = set()
        for row in tx.rows(_asked(self.table), {"about": subject}):
            waiting = waiting | set(row.recipients) if row.asks else waiting - set(row.recipients)
        self._ask(tx, actor, kind, waiting - set(still), page, subject, settles=True)

    def _ask(
        self, tx: Tx, actor: Actor, kind: str, to: Iterable[str], page: str, subject: str, *,
        alarm: bool = False, asks: bool = False, settles: bool = False,
    ) -> None:  # fmt: skip
        people = tuple(sorted({person_id for person_id in to if person_id}))
        if not people:
            return
        notice_id = new_id()
        urgency = Urgency.ALARM if alarm else Urgency.USUAL
        values = {"id": notice_id, "kind": kind, "recipients": people, "page": page, "subject": subject}
        how = {"urgency": urgency.value, "asks": asks, "settles": settles, "by": f"{actor.kind}:{actor.id}"}
        tx.change(_ask(self.table), {**values, **how, "at": tx.now, "about": subject})
        record(tx, actor, NoticeAsked(notice_id, kind))

    def state(self, tx: Tx, notice_id: str) -> dict[str, Any] | None:
        """A notice for its follower, the gateway."""
        row = tx.row(sa.select(self.table).where(self.table.c.id == notice_id))
        if row is None:
            return None
        plain = {name: getattr(row, name) for name in STATE}
        return {**plain, "recipients": list(row.recipients), "at": instant_text(row.at)}


@cache
def _asked(table: sa.Table) -> Prepared:
    t = table.c  # in their own order: ids of one millisecond have none
    about = sa.select(t.asks, t.recipients).where(t.subject == sa.bindparam("about"), sa.or_(t.asks, t.settles))
    return prepared(about.order_by(t.seq))


@cache
def _ask(table: sa.Table) -> Prepared:
    last = sa.select(sa.func.coalesce(sa.func.max(table.c.seq), 0)).where(table.c.subject == sa.bindparam("about"))
    return prepared(sa.insert(table).values(seq=last.scalar_subquery() + 1))
