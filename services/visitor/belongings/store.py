"""Tables of belongings and of tags in use, and the statements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Instant
from chassis.db import Tx, records
from chassis.ids import new_id
from chassis.measures import Scope
from chassis.tables import insert_unless_taken, read_by, table_of
from services.visitor.base import DIRECTORY, VisitorTable
from services.visitor.belongings.rules import LISTED_MEDIA, WITH_VISITOR, Outcome
from services.visitor.visits.rules import ON_PREMISES
from services.visitor.visits.store import IS_HERE, VISIT, VISITOR, V

_DECLARED = sa.text("outcome = 'declared'")
_IN_LOCKER = sa.text("outcome = 'left_outside'")


class Belonging(VisitorTable, table=True):
    """Something a visitor declared, where it is, and who took it in and gave it back."""

    __table_args__ = (
        sa.Index("belonging_visit", "visit_id", "id"),
        sa.Index("belonging_locked", "site_id", "locker", "id", sqlite_where=_IN_LOCKER, postgresql_where=_IN_LOCKER),
        sa.Index("belonging_declared", "site_id", "declared_at"),
        sa.Index("belonging_loose", "site_id", sqlite_where=_DECLARED, postgresql_where=_DECLARED),
    )
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    site_id: str = Field(max_length=36)
    kind: str = Field(max_length=20)
    serial: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=80)
    quantity: int = 1
    outcome: str = Field(max_length=12)
    locker: str | None = Field(default=None, max_length=20)
    tag: str | None = Field(default=None, max_length=20)
    declared_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    left_by: str | None = Field(default=None, max_length=80)
    given_back_at: datetime | None = Field(default=None, sa_type=Instant)
    given_back_by: str | None = Field(default=None, max_length=80)
    lost_at: datetime | None = Field(default=None, sa_type=Instant)
    lost_by: str | None = Field(default=None, max_length=80)
    lost_note: str = Field(default="", max_length=200)


class LockerTag(VisitorTable, table=True):
    """A tag that stands for the things of one visit now; gone when the last of them is given back."""

    __tablename__ = "locker_tag"
    site_id: str = Field(primary_key=True, max_length=36)
    tag: str = Field(primary_key=True, max_length=20)
    visit_id: str = Field(max_length=36)


BELONGING, TAG = table_of(Belonging), table_of(LockerTag)
B = BELONGING.c
AT_MOST = 1000
IN_LOCKER = B.outcome == Outcome.LEFT_OUTSIDE


def add(tx: Tx, values: dict[str, Any]) -> str:
    """Insert a declared thing; its id."""
    id_ = new_id()
    tx.change(sa.insert(BELONGING).values(id=id_, declared_at=tx.now, **values))
    return id_


def belonging(tx: Tx, belonging_id: str) -> Row[Any] | None:
    """One declared thing, locked."""
    return tx.row(sa.select(BELONGING).where(B.id == belonging_id).with_for_update())


def of_visit(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """Everything a visit declared, in order."""
    return tx.rows(sa.select(BELONGING).where(B.visit_id == visit_id).order_by(B.id))


def open_of(tx: Tx, visit_id: str) -> Sequence[Row[Any]]:
    """What of a visit lies in a locker."""
    return tx.rows(sa.select(BELONGING).where(B.visit_id == visit_id, IN_LOCKER).order_by(B.id))


def open_at(tx: Tx, site_id: str) -> list[dict[str, Any]]:
    """Listed media that visitors of the site carry on the premises, then all that lies in its lockers, by locker."""
    columns = (VISITOR.c.name.label("visitor_name"), V.state, V.ends_at, V.host_id, V.requested_by, V.escort_id)
    found = sa.select(BELONGING, *columns).join_from(BELONGING, VISIT, V.id == B.visit_id)
    found = found.join(VISITOR, VISITOR.c.id == V.visitor_id)
    carried = found.where(
        V.site_id == site_id, IS_HERE, V.state.in_(sorted(ON_PREMISES)), B.outcome == Outcome.DECLARED
    )
    locked = found.where(B.site_id == site_id, _IN_LOCKER)
    by_locker = read_by("belonging_locked", BELONGING, locked).order_by(B.locker, B.id)
    return records([*tx.rows(read_by("visit_here", VISIT, carried).order_by(B.id).limit(AT_MOST)),
                    *tx.rows(by_locker.limit(AT_MOST))])  # fmt: skip


def claim_tag(tx: Tx, site_id: str, tag: str, visit_id: str) -> bool:
    """Let the tag stand for this visit's things; False when it stands for another's."""
    if insert_unless_taken(tx, TAG, {"site_id": site_id, "tag": tag, "visit_id": visit_id}):
        return True
    holder = tx.scalar(sa.select(TAG.c.visit_id).where(TAG.c.site_id == site_id, TAG.c.tag == tag))
    return bool(holder == visit_id)


def free_tag(tx: Tx, site_id: str, tag: str) -> None:
    """Let the tag stand for nobody's things once nothing lies under it."""
    under_it = sa.select(B.id).where(B.site_id == site_id, B.tag == tag, IN_LOCKER)
    tx.change(sa.delete(TAG).where(TAG.c.site_id == site_id, TAG.c.tag == tag, ~under_it.exists()))


def leave_outside(tx: Tx, belonging_id: str, locker: str, tag: str, by: str) -> bool:
    """Put a declared thing into a locker; False when it is with the visitor no more."""
    here = sa.update(BELONGING).where(B.id == belonging_id, B.outcome.in_(sorted(WITH_VISITOR)))
    values = {"outcome": Outcome.LEFT_OUTSIDE.value, "locker": locker, "tag": tag, "left_at": tx.now, "left_by": by}
    return tx.change(here.values(values)) == 1


def give_back(tx: Tx, belonging_id: str, by: str) -> bool:
    """Take a thing out of its locker; False when it is not there."""
    here = sa.update(BELONGING).where(B.id == belonging_id, IN_LOCKER)
    return tx.change(here.values(outcome=Outcome.GIVEN_BACK.value, given_back_at=tx.now, given_back_by=by)) == 1


def lose(tx: Tx, belonging_id: str, by: str, note: str) -> bool:
    """A thing is in its locker no more and was not given back; False when it was not there."""
    here = sa.update(BELONGING).where(B.id == belonging_id, IN_LOCKER)
    lost = {"outcome": Outcome.LOST.value, "lost_at": tx.now, "lost_by": by, "lost_note": note}
    return tx.change(here.values(lost)) == 1


def media_left_outside(tx: Tx, scope: Scope) -> int:
    """How many listed media, declared since then, were left outside."""
    declared = (DIRECTORY.at(scope.site_id, B.site_id), B.declared_at >= scope.since)
    listed = (*declared, B.kind.in_(sorted(LISTED_MEDIA)), B.left_at.is_not(None))
    return int(tx.scalar(sa.select(sa.func.count()).where(*listed)) or 0)


def visits_with_loose_media(tx: Tx, scope: Scope, before: datetime) -> list[str]:
    """The visit of each listed medium that was declared between the instants and lies in no locker."""
    loose = (B.kind.in_(sorted(LISTED_MEDIA)), B.outcome == Outcome.DECLARED, DIRECTORY.at(scope.site_id, B.site_id))
    here = sa.select(B.visit_id).where(*loose, B.declared_at >= scope.since, B.declared_at < before)
    return [row.visit_id for row in tx.rows(here.limit(1000))]


def in_locker_since(tx: Tx, scope: Scope, before: datetime) -> int:
    """How many things lie in a locker since before the instant."""
    return int(
        tx.scalar(
            sa.select(sa.func.count()).where(IN_LOCKER, DIRECTORY.at(scope.site_id, B.site_id), B.left_at < before)
        )
        or 0
    )
