"""What the lobby board and the desk ask of the tables of visits, badges and strangers; each walks one index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.db import Tx, records
from chassis.tables import read_by
from services.visitor.badges.store import HANDOUT, IS_OUT, H
from services.visitor.base import BASE
from services.visitor.strangers.rules import OPEN
from services.visitor.strangers.store import STILL_IN, STRANGER, S
from services.visitor.visits.rules import WAITING, Reason, State
from services.visitor.visits.store import CAME_UNASKED, IS_WAITING, STEP, VISIT, VISITOR, V

COMING = (
    V.id, V.site_id, V.kind, V.state, V.walk_in, V.host_id, V.requested_by, V.escort_id, V.area_ids, V.starts_at,
    V.ends_at, V.host_told, V.version, V.created_at, VISITOR.c.name.label("visitor_name"), VISITOR.c.company,
)  # fmt: skip
HOST_IS_ASKED = (
    sa.exists()
    .where(STEP.c.visit_id == V.id, STEP.c.round == V.round, STEP.c.reason == Reason.HOST, STEP.c.decision.is_(None))
    .label("host_is_asked")
)
WITH_NAME = sa.select(*COMING).join(VISITOR, VISITOR.c.id == V.visitor_id)
ASKING = sorted(WAITING | {State.APPROVED})
AT_MOST = 200
COUNTED_TO = 1000


def walk_ins(tx: Tx, site_id: str, since: datetime) -> list[dict[str, Any]]:
    """Walk-ins since then who wait for a yes, or have it and did not go on to register, the longest first."""
    here = (V.site_id == site_id, CAME_UNASKED, V.starts_at >= since, V.state.in_(ASKING))
    found = WITH_NAME.add_columns(HOST_IS_ASKED).where(*here)
    return records(tx.rows(read_by("visit_walk_in", VISIT, found).order_by(V.starts_at, V.id).limit(AT_MOST)))


def expected(tx: Tx, site_id: str, begin: datetime, end: datetime, limit: int) -> list[dict[str, Any]]:
    """Permitted visits that begin between the instants and whose visitor has not come, the next first."""
    here = (V.site_id == site_id, V.state == State.APPROVED, V.starts_at >= begin, V.starts_at < end)
    return records(tx.rows(WITH_NAME.where(*here, sa.not_(V.walk_in)).order_by(V.starts_at, V.id).limit(limit)))


def badges_missing(tx: Tx, site_id: str) -> list[dict[str, Any]]:
    """Badges of a site still out past the day they were due, the longest first, with whose visit has them."""
    columns = (H.no.label("badge_no"), H.due_at, H.handed_at, V.id, V.site_id, V.host_id, V.requested_by, V.escort_id)
    found = sa.select(*columns, V.state, VISITOR.c.name.label("visitor_name")).join_from(
        HANDOUT, VISIT, V.id == H.visit_id
    )
    here = (H.site_id == site_id, IS_OUT, H.due_at <= tx.now)
    found = read_by("handout_of_badge", HANDOUT, found.join(VISITOR, VISITOR.c.id == V.visitor_id).where(*here))
    return records(tx.rows(found.order_by(H.due_at, H.id).limit(AT_MOST)))


def strangers(tx: Tx, site_id: str, since: datetime) -> list[dict[str, Any]]:
    """Strangers who are still in whenever seen, and open cases of those seen since then, the latest first."""
    still_in = read_by("stranger_still_in", STRANGER, sa.select(STRANGER).where(STILL_IN, S.site_id == site_id))
    followed_up = sa.select(STRANGER).where(S.site_id == site_id, S.seen_at >= since, S.state.in_(sorted(OPEN)))
    found = sa.union(still_in, followed_up).subquery()
    return records(tx.rows(sa.select(found).order_by(found.c.seen_at.desc(), found.c.id.desc()).limit(AT_MOST)))


def journal_size(tx: Tx) -> int:
    """How many facts the journal held when this was read: news is what comes after."""
    return int(tx.scalar(sa.select(BASE.journal.head.c.size)) or 0)


def waiting(tx: Tx, site_id: str) -> tuple[int, dict[str, Any] | None]:
    """How many visits of a site wait for a decision, counted to a limit, and the one whose window begins first."""
    here = (V.site_id == site_id, IS_WAITING)
    first = read_by("visit_waiting", VISIT, WITH_NAME.where(*here)).order_by(V.starts_at, V.id).limit(1)
    found = records(tx.rows(first))
    return _counted(tx, read_by("visit_waiting", VISIT, sa.select(V.id).where(*here))), found[0] if found else None


def expected_count(tx: Tx, site_id: str, begin: datetime, end: datetime) -> int:
    """How many permitted visits begin between the instants and have not come, counted to a limit."""
    here = (V.site_id == site_id, V.state == State.APPROVED, V.starts_at >= begin, V.starts_at < end)
    return _counted(tx, sa.select(V.id).where(*here))


def badges_out(tx: Tx, site_id: str) -> int:
    """How many badges of a site are out."""
    out = sa.select(sa.func.count()).select_from(HANDOUT).where(H.site_id == site_id, IS_OUT)
    return int(tx.scalar(read_by("handout_of_badge", HANDOUT, out)) or 0)


def let_in_by_day(tx: Tx, site_id: str, days: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """How many visitors of a site were given a badge on each of these days, each from its first instant to its last."""
    counted = (
        sa.select(sa.func.count())
        .where(V.cleared_at >= begin, V.cleared_at < end, V.site_id == site_id, V.cleared_at.is_not(None))
        .scalar_subquery()
        for begin, end in days
    )
    row = tx.row(sa.select(*(one.label(f"d{n}") for n, one in enumerate(counted))))
    return [] if row is None else [int(n) for n in row]


def _counted(tx: Tx, visits: sa.Select[Any]) -> int:
    found = visits.limit(COUNTED_TO + 1).subquery()
    return int(tx.scalar(sa.select(sa.func.count()).select_from(found)) or 0)
