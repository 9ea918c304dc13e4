"""Tables of visits, their steps and visitors, and the statements on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant, plain_text
from chassis.db import Tx
from chassis.paging import PageAsked, keyset
from chassis.tables import table_of
from services.visitor.base import VisitorTable
from services.visitor.visits.rules import (
    ALLOWED_FROM,
    BEFORE_ARRIVAL,
    ON_PREMISES,
    ON_ROLL_CALL,
    OVER,
    Act,
    Reason,
    State,
)

OPEN_STATES = sorted(state.value for state in BEFORE_ARRIVAL | ON_PREMISES)
IS_OPEN = sa.text("state IN (" + ", ".join(f"'{state}'" for state in OPEN_STATES) + ")")
_ROLL_CALL = sa.text("state IN (" + ", ".join(f"'{state.value}'" for state in sorted(ON_ROLL_CALL)) + ")")


class Visitor(VisitorTable, table=True):
    """A visitor. Name, organisation and search keys are clear until erasure; the rest is sealed under their own key.

    `phone_key` is a keyed hash by which the same person is found again.
    """

    __table_args__ = (sa.Index("visitor_phone", "phone_key"), sa.Index("visitor_name", "name", "company"))
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=60)
    company: str = Field(default="", max_length=80)
    phone: bytes | None = None
    phone_tail: str | None = Field(default=None, max_length=4)
    phone_key: str | None = Field(default=None, max_length=64)
    email: bytes | None = None
    id_last4: bytes | None = None
    photo: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class Visit(VisitorTable, table=True):
    """One visit of one visitor."""

    __table_args__ = (
        sa.Index("visit_code_open", "site_id", "code", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        sa.Index("visit_roll_call", "site_id", "id", sqlite_where=_ROLL_CALL, postgresql_where=_ROLL_CALL),
        sa.Index("visit_listed", "site_id", "created_at", "id"),
        sa.Index("visit_state", "site_id", "state", "created_at", "id"),
        sa.Index("visit_host", "host_id", "created_at", "id"),
        sa.Index("visit_window", "site_id", "state", "ends_at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    site_id: str = Field(max_length=36)
    visitor_id: str = Field(foreign_key="visitor.id", max_length=36, index=True)
    party_id: str | None = Field(default=None, max_length=36, index=True)
    kind: str = Field(max_length=20)
    purpose: str = Field(max_length=200)
    host_id: str = Field(max_length=36)
    requested_by: str = Field(max_length=80)
    walk_in: bool = False
    area_ids: Any = Field(sa_type=Ids)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    escort_id: str | None = Field(default=None, max_length=36)
    items: str = Field(default="", max_length=400)
    assistance: bytes | None = None
    assistance_agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    language: str = Field(default="zh", max_length=2)
    code: str = Field(max_length=6)
    pass_hash: str = Field(max_length=64, unique=True)
    state: str = Field(max_length=20)
    round: int = 1
    privacy_version: str | None = Field(default=None, max_length=20)
    rules_version: str | None = Field(default=None, max_length=20)
    notices_at: datetime | None = Field(default=None, sa_type=Instant)
    door_id: str | None = Field(default=None, max_length=36)
    id_kind: str | None = Field(default=None, max_length=20)
    id_checked_at: datetime | None = Field(default=None, sa_type=Instant)
    id_checked_by: str | None = Field(default=None, max_length=36)
    arrived_at: datetime | None = Field(default=None, sa_type=Instant)
    cleared_at: datetime | None = Field(default=None, sa_type=Instant)
    entered_at: datetime | None = Field(default=None, sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    left_certainty: str | None = Field(default=None, max_length=12)
    left_by: str | None = Field(default=None, max_length=80)
    overstay_told_at: datetime | None = Field(default=None, sa_type=Instant)
    host_told: int = 0
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)


class VisitStep(VisitorTable, table=True):
    """One step of a visit's permission. A voided round stays, for the record."""

    __tablename__ = "visit_step"
    visit_id: str = Field(primary_key=True, foreign_key="visit.id", max_length=36)
    round: int = Field(primary_key=True)
    reason: str = Field(primary_key=True, max_length=20)
    decision: str | None = Field(default=None, max_length=10)
    decided_by: str | None = Field(default=None, max_length=36)
    recorded_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    comment: str = Field(default="", max_length=200)


class VisitKey(VisitorTable, table=True):
    """A text by which a visit is found: name, pinyin, initials, company, badge."""

    __tablename__ = "visit_key"
    site_id: str = Field(primary_key=True, max_length=36)
    key: str = Field(primary_key=True, sa_type=plain_text(80))
    visit_id: str = Field(primary_key=True, foreign_key="visit.id", max_length=36, index=True)


VISITOR, VISIT, STEP, KEY = (table_of(model) for model in (Visitor, Visit, VisitStep, VisitKey))
V = VISIT.c


def add_visitor(tx: Tx, values: dict[str, Any]) -> None:
    """Insert a visitor; the caller made the id, since sealed values are bound to it."""
    tx.change(sa.insert(VISITOR).values(created_at=tx.now, **values))


def change_visitor(tx: Tx, visitor_id: str, values: dict[str, Any]) -> None:
    """Change what is kept of a visitor."""
    tx.change(sa.update(VISITOR).where(VISITOR.c.id == visitor_id).values(values))


def visitor(tx: Tx, visitor_id: str) -> Row[Any] | None:
    """One visitor."""
    return tx.row(sa.select(VISITOR).where(VISITOR.c.id == visitor_id))


def add_visit(tx: Tx, values: dict[str, Any]) -> None:
    """Insert a visit; the caller made the id, since its pass is derived from it."""
    tx.change(sa.insert(VISIT).values(created_at=tx.now, **values))


def code_is_free(tx: Tx, site_id: str, code: str) -> bool:
    """Whether no open visit of the site uses the six digits."""
    return tx.row(sa.select(V.id).where(V.site_id == site_id, V.code == code, IS_OPEN)) is None


def visit(tx: Tx, visit_id: str) -> Row[Any] | None:
    """One visit."""
    return tx.row(sa.select(VISIT).where(V.id == visit_id))


def visit_for_update(tx: Tx, visit_id: str) -> Row[Any] | None:
    """One visit, locked until the transaction ends."""
    return tx.row(sa.select(VISIT).where(V.id == visit_id).with_for_update())


def visit_by_code(tx: Tx, site_id: str, code: str) -> Row[Any] | None:
    """The open visit of a site with these six digits, locked."""
    return tx.row(sa.select(VISIT).where(V.site_id == site_id, V.code == code, IS_OPEN).with_for_update())


def visit_by_pass(tx: Tx, pass_hash: str) -> Row[Any] | None:
    """The visit whose QR pass hashes to this, locked."""
    return tx.row(sa.select(VISIT).where(V.pass_hash == pass_hash).with_for_update())


def move(tx: Tx, row: Row[Any], act: Act, state: State, **values: Any) -> bool:
    """Do `act` if the visit still stands where `act` is allowed and nobody changed it since `row` was read."""
    here = sa.update(VISIT).where(V.id == row.id, V.version == row.version, V.state.in_(sorted(ALLOWED_FROM[act])))
    return tx.change(here.values(state=state.value, version=row.version + 1, **values, **_forgotten(state))) == 1


def end_waiting(tx: Tx, row: Row[Any], state: State) -> bool:
    """End a visit that never took place, if it still stands as `row` says."""
    here = sa.update(VISIT).where(V.id == row.id, V.version == row.version, V.state == row.state)
    return tx.change(here.values(state=state.value, version=row.version + 1, **_forgotten(state))) == 1


def _forgotten(state: State) -> dict[str, None]:
    """What a visit that is over keeps no longer."""
    return {"assistance": None, "assistance_agreed_at": None} if state in OVER else {}


def add_steps(tx: Tx, visit_id: str, round_: int, reasons: Sequence[Reason]) -> None:
    """The steps of one round of permission, undecided."""
    rows = [{"visit_id": visit_id, "round": round_, "reason": reason.value, "comment": ""} for reason in reasons]
    tx.change(sa.insert(STEP), rows)


def steps(tx: Tx, visit_id: str, round_: int) -> Sequence[Row[Any]]:
    """The steps of a round."""
    return tx.rows(sa.select(STEP).where(STEP.c.visit_id == visit_id, STEP.c.round == round_))


def steps_of(tx: Tx, visit_ids: Collection[str]) -> Sequence[Row[Any]]:
    """Every step, also of voided rounds, of several visits."""
    return tx.rows(
        sa.select(STEP).where(STEP.c.visit_id.in_(sorted(visit_ids))).order_by(STEP.c.visit_id, STEP.c.round)
    )


def decide_step(tx: Tx, row: Row[Any], reason: Reason, values: dict[str, Any]) -> bool:
    """Write a decision into an undecided step of the visit's present round; False when somebody was faster."""
    c = STEP.c
    here = (c.visit_id == row.id, c.round == row.round, c.reason == reason.value, c.decision.is_(None))
    return tx.change(sa.update(STEP).where(*here).values(decided_at=tx.now, **values)) == 1


def set_keys(tx: Tx, site_id: str, visit_id: str, keys: Collection[str]) -> None:
    """Replace the texts by which a visit is found."""
    tx.change(sa.delete(KEY).where(KEY.c.visit_id == visit_id))
    rows = [{"site_id": site_id, "visit_id": visit_id, "key": key[:80]} for key in sorted(set(keys)) if key]
    if rows:
        tx.change(sa.insert(KEY), rows)


def not_come(tx: Tx, site_id: str, before: datetime) -> Sequence[Row[Any]]:
    """Visits of a site that wait or are approved and whose window ended before `before`."""
    here = (V.site_id == site_id, V.state.in_(sorted(BEFORE_ARRIVAL)), V.ends_at < before)
    return tx.rows(sa.select(VISIT).where(*here).limit(200))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits a list wants. `key` is the beginning of a search text; `party_to` a host's or requester's id."""

    key: str = ""
    state: State | None = None
    site_ids: list[str] | None = None
    party_to: str | None = None
    since: datetime | None = None
    until: datetime | None = None


LISTED = (
    V.id, V.site_id, V.party_id, V.kind, V.purpose, V.state, V.walk_in, V.host_id, V.escort_id, V.area_ids,
    V.starts_at, V.ends_at, V.arrived_at, V.entered_at, V.left_at, V.left_certainty, V.created_at, V.version,
    VISITOR.c.name.label("visitor_name"), VISITOR.c.company,
)  # fmt: skip
FOUND_AT_MOST = 1000


def visit_list(tx: Tx, wanted: Wanted, page: PageAsked) -> Sequence[Row[Any]]:
    """One page of visits, newest first, one row more than asked."""
    found = sa.select(*LISTED).join(VISITOR, VISITOR.c.id == V.visitor_id)
    if wanted.state is not None:
        found = found.where(V.state == wanted.state)
    if wanted.site_ids is not None:
        found = found.where(V.site_id.in_(wanted.site_ids))
    if wanted.party_to is not None:
        found = found.where(sa.or_(V.host_id == wanted.party_to, V.requested_by == wanted.party_to))
    if wanted.since is not None:
        found = found.where(V.created_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(V.created_at < wanted.until)
    if wanted.key:
        found = found.where(V.id.in_(_with_key(wanted)))
    return tx.rows(keyset(found, V.created_at, V.id, page))


def _with_key(wanted: Wanted) -> sa.Select[Any]:
    """The newest visits whose search texts begin with the key; ids sort by time."""
    k = KEY.c
    begins = sa.select(k.visit_id).where(k.key >= wanted.key, k.key < wanted.key + "\U0010ffff")
    if wanted.site_ids is not None:
        begins = begins.where(k.site_id.in_(wanted.site_ids))
    return begins.order_by(k.visit_id.desc()).limit(FOUND_AT_MOST)


def in_permission(tx: Tx) -> Sequence[Row[Any]]:
    """Visits that wait for a decision, the earliest window first."""
    waiting = sorted((State.SUBMITTED, State.IN_REVIEW))
    return tx.rows(sa.select(VISIT).where(V.state.in_(waiting)).order_by(V.starts_at, V.id).limit(500))


def visit_state(tx: Tx, visit_id: str) -> dict[str, Any] | None:
    """How a visit stands, for followers: ids and codes, no personal value."""
    row = visit(tx, visit_id)
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in ("id", "site_id", "state", "host_id", "escort_id", "version")}
    return {**plain, "area_ids": list(row.area_ids), "open": row.state in OPEN_STATES}


def add_key(tx: Tx, site_id: str, visit_id: str, key: str) -> None:
    """Let a visit be found by one text more."""
    here = (KEY.c.site_id == site_id, KEY.c.key == key, KEY.c.visit_id == visit_id)
    if tx.row(sa.select(KEY.c.key).where(*here)) is None:
        tx.change(sa.insert(KEY).values(site_id=site_id, key=key, visit_id=visit_id))
