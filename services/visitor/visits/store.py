"""Tables of visits, their steps and visitors, and the statements on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import Field

from chassis.columns import Ids, Instant, plain_text
from chassis.db import Tx
from chassis.prepared import prepared
from chassis.tables import table_of
from services.visitor.base import VisitorTable
from services.visitor.visits.rules import ALLOWED_FROM, BEFORE_ARRIVAL, ON_PREMISES, OVER, WAITING, Act, Reason, State

OPEN_STATES = sorted(state.value for state in BEFORE_ARRIVAL | ON_PREMISES)


def among(states: Collection[State]) -> sa.TextClause:
    """`state IN (…)` with the states written out, as partial indexes need it and a statement keeps it."""
    return sa.text("state IN (" + ", ".join(f"'{state.value}'" for state in sorted(states)) + ")")


IS_OPEN = among(BEFORE_ARRIVAL | ON_PREMISES)
CAME_UNASKED = sa.text("walk_in IS TRUE")
STAYED_TOO_LONG = sa.text("overstay_told_at IS NOT NULL")
GOT_A_BADGE = sa.text("cleared_at IS NOT NULL")
IS_WAITING = among(WAITING)
IS_HERE = among(ON_PREMISES | {State.LEFT_UNCONFIRMED})
NOT_ERASED = sa.text("erased_at IS NULL")
"""Predicates of partial indexes: a query that shall use the index says them in the same words."""


def _partial(name: str, where: sa.TextClause, *columns: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Visitor(VisitorTable, table=True):
    """A visitor. Name, organisation and search keys are clear until erasure; the rest is sealed under their own key.

    `phone_key` is a keyed hash by which the same person is found again.
    """

    __table_args__ = (
        sa.Index("visitor_phone", "phone_key"),
        sa.Index("visitor_name", "name", "company"),
        _partial("visitor_kept", NOT_ERASED, "created_at", "id"),
    )
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=60)
    company: str = Field(default="", max_length=80)
    phone: bytes | None = None
    phone_tail: str | None = Field(default=None, max_length=4)
    phone_key: str | None = Field(default=None, max_length=64)
    email: bytes | None = None
    id_last4: bytes | None = None
    id_number: bytes | None = None
    created_at: datetime = Field(sa_type=Instant)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class Visit(VisitorTable, table=True):
    """One visit of one visitor."""

    __table_args__ = (
        sa.Index("visit_code_open", "site_id", "code", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        sa.Index("visit_listed", "site_id", "starts_at", "id"),
        sa.Index("visit_state", "site_id", "state", "starts_at", "id"),
        sa.Index("visit_kind", "site_id", "kind", "starts_at", "id"),
        sa.Index("visit_host", "host_id", "starts_at", "id"),
        sa.Index("visit_requested", "requested_by", "starts_at", "id"),
        _partial("visit_waiting", IS_WAITING, "site_id", "starts_at", "id"),
        _partial("visit_here", IS_HERE, "site_id", "starts_at", "id"),
        _partial("visit_walk_in", CAME_UNASKED, "site_id", "starts_at", "id"),
        _partial("visit_overstay", STAYED_TOO_LONG, "site_id", "starts_at", "id"),
        _partial("visit_cleared", GOT_A_BADGE, "site_id", "cleared_at"),
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
    privacy_sha256: str | None = Field(default=None, max_length=64)
    privacy_at: datetime | None = Field(default=None, sa_type=Instant)
    rules_version: str | None = Field(default=None, max_length=20)
    rules_sha256: str | None = Field(default=None, max_length=64)
    notices_at: datetime | None = Field(default=None, sa_type=Instant)
    notices_device: str | None = Field(default=None, max_length=36)
    declined_at: datetime | None = Field(default=None, sa_type=Instant)
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


class VisitArea(VisitorTable, table=True):
    """An area a visit is for, with the visit's beginning, so that an area's visits can be listed by time."""

    __tablename__ = "visit_area"
    area_id: str = Field(primary_key=True, max_length=36)
    starts_at: datetime = Field(primary_key=True, sa_type=Instant)
    visit_id: str = Field(primary_key=True, foreign_key="visit.id", max_length=36, index=True)


VISITOR, VISIT, STEP, KEY, AREA = (table_of(model) for model in (Visitor, Visit, VisitStep, VisitKey, VisitArea))
V = VISIT.c
ADD_VISITOR = prepared(sa.insert(VISITOR))
CHANGE_VISITOR = prepared(sa.update(VISITOR).where(VISITOR.c.id == sa.bindparam("of_visitor")))
ONE_VISITOR = prepared(sa.select(VISITOR).where(VISITOR.c.id == sa.bindparam("visitor_id")))


def add_visitor(tx: Tx, values: dict[str, Any]) -> None:
    """Insert a visitor; the caller made the id, since sealed values are bound to it."""
    tx.change(ADD_VISITOR, {**values, "created_at": tx.now})


def change_visitor(tx: Tx, visitor_id: str, values: dict[str, Any]) -> None:
    """Change what is kept of a visitor."""
    tx.change(CHANGE_VISITOR, {"of_visitor": visitor_id, **values})


def visitor(tx: Tx, visitor_id: str) -> Row[Any] | None:
    """One visitor."""
    return tx.row(ONE_VISITOR, {"visitor_id": visitor_id})


_AS_SEEN = sa.update(VISIT).where(V.id == sa.bindparam("visit_id"), V.version == sa.bindparam("seen"))
ADD_VISIT, ADD_AREAS = prepared(sa.insert(VISIT)), prepared(sa.insert(AREA))
FORGET_AREAS = prepared(sa.delete(AREA).where(AREA.c.visit_id == sa.bindparam("of_visit")))
ONE_VISIT = prepared(sa.select(VISIT).where(V.id == sa.bindparam("visit_id")))
ONE_VISIT_LOCKED = ONE_VISIT.locked()
BY_CODE = prepared(
    sa.select(VISIT).where(V.site_id == sa.bindparam("site_id"), V.code == sa.bindparam("code"), IS_OPEN)
)
BY_CODE_LOCKED = BY_CODE.locked()
MOVE = {act: prepared(_AS_SEEN.where(among(states))) for act, states in ALLOWED_FROM.items()}


def add_visit(tx: Tx, values: dict[str, Any]) -> None:
    """Insert a visit; the caller made the id, since its pass is derived from it."""
    tx.change(ADD_VISIT, {**values, "created_at": tx.now})
    set_areas(tx, values["id"], values["area_ids"], values["starts_at"])


def set_areas(tx: Tx, visit_id: str, area_ids: Collection[str], starts_at: datetime) -> None:
    """Replace the areas under which a visit is listed."""
    tx.change(FORGET_AREAS, {"of_visit": visit_id})
    rows = [{"area_id": area_id, "starts_at": starts_at, "visit_id": visit_id} for area_id in sorted(set(area_ids))]
    tx.change(ADD_AREAS, rows)


def code_is_free(tx: Tx, site_id: str, code: str) -> bool:
    """Whether no open visit of the site uses the six digits."""
    return tx.row(BY_CODE, {"site_id": site_id, "code": code}) is None


def visit(tx: Tx, visit_id: str) -> Row[Any] | None:
    """One visit."""
    return tx.row(ONE_VISIT, {"visit_id": visit_id})


def visit_for_update(tx: Tx, visit_id: str) -> Row[Any] | None:
    """One visit, locked until the transaction ends."""
    return tx.row(ONE_VISIT_LOCKED, {"visit_id": visit_id})


def visit_by_code(tx: Tx, site_id: str, code: str) -> Row[Any] | None:
    """The open visit of a site with these six digits, locked."""
    return tx.row(BY_CODE_LOCKED, {"site_id": site_id, "code": code})


def visit_by_pass(tx: Tx, pass_hash: str) -> Row[Any] | None:
    """The visit whose QR pass hashes to this, locked."""
    return tx.row(sa.select(VISIT).where(V.pass_hash == pass_hash).with_for_update())


def move(tx: Tx, row: Row[Any], act: Act, state: State, **values: Any) -> bool:
    """Do `act` if the visit still stands where `act` is allowed and nobody changed it since `row` was read."""
    seen = {"visit_id": row.id, "seen": row.version, "state": state.value, "version": row.version + 1}
    return tx.change(MOVE[act], {**seen, **values, **_forgotten(state)}) == 1


def note_declined(tx: Tx, visit_id: str) -> bool:
    """The visitor does not accept the visitors' notice; False when that was known."""
    return tx.change(sa.update(VISIT).where(V.id == visit_id, V.declined_at.is_(None)).values(declined_at=tx.now)) == 1


def end_waiting(tx: Tx, row: Row[Any], state: State) -> bool:
    """End a visit that never took place, if it still stands as `row` says."""
    here = sa.update(VISIT).where(V.id == row.id, V.version == row.version, V.state == row.state)
    return tx.change(here.values(state=state.value, version=row.version + 1, **_forgotten(state))) == 1


def _forgotten(state: State) -> dict[str, None]:
    """What a visit that is over keeps no longer."""
    return {"assistance": None, "assistance_agreed_at": None} if state in OVER else {}


_OF_ROUND = (STEP.c.visit_id == sa.bindparam("of_visit"), STEP.c.round == sa.bindparam("of_round"))
ADD_STEPS = prepared(sa.insert(STEP))
STEPS = prepared(sa.select(STEP).where(*_OF_ROUND))
_OF_SEVERAL = sa.select(STEP).where(STEP.c.visit_id.in_(sa.bindparam("ids", expanding=True)))
STEPS_OF = prepared(_OF_SEVERAL.order_by(STEP.c.visit_id, STEP.c.round))
UNDECIDED = prepared(
    sa.update(STEP).where(*_OF_ROUND, STEP.c.reason == sa.bindparam("for_reason"), STEP.c.decision.is_(None))
)


def add_steps(tx: Tx, visit_id: str, round_: int, reasons: Sequence[Reason]) -> None:
    """The steps of one round of permission, undecided."""
    rows = [{"visit_id": visit_id, "round": round_, "reason": reason.value, "comment": ""} for reason in reasons]
    tx.change(ADD_STEPS, rows)


def steps(tx: Tx, visit_id: str, round_: int) -> Sequence[Row[Any]]:
    """The steps of a round."""
    return tx.rows(STEPS, {"of_visit": visit_id, "of_round": round_})


def steps_of(tx: Tx, visit_ids: Collection[str]) -> Sequence[Row[Any]]:
    """Every step, also of voided rounds, of several visits."""
    return tx.rows(STEPS_OF, {"ids": sorted(visit_ids)})


def decide_step(tx: Tx, row: Row[Any], reason: Reason, values: dict[str, Any]) -> bool:
    """Write a decision into an undecided step of the visit's present round; False when somebody was faster."""
    here = {"of_visit": row.id, "of_round": row.round, "for_reason": reason.value}
    return tx.change(UNDECIDED, {**here, "decided_at": tx.now, **values}) == 1


def not_come(tx: Tx, site_id: str, before: datetime) -> Sequence[Row[Any]]:
    """Visits of a site that wait or are approved and whose window ended before `before`."""
    here = (V.site_id == site_id, V.state.in_(sorted(BEFORE_ARRIVAL)), V.ends_at < before)
    return tx.rows(sa.select(VISIT).where(*here).limit(200))


def visit_state(tx: Tx, visit_id: str) -> dict[str, Any] | None:
    """How a visit stands, for followers: ids and codes, no personal value."""
    row = visit(tx, visit_id)
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in ("id", "site_id", "state", "host_id", "escort_id", "version")}
    return {**plain, "area_ids": list(row.area_ids), "open": row.state in OPEN_STATES}
