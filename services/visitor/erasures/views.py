"""Reading the certificate of an erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.problems import NotFound
from services.visitor.base import DIRECTORY
from services.visitor.erasures import store
from services.visitor.visits import views as visits


def certificate(tx: Tx, actor: Actor, visit_id: str) -> dict[str, Any]:
    """The certificate for the visitor of this visit, as `schemas.Certificate`. Raises `NotFound`."""
    visit = visits.visit_or_404(tx, actor, visit_id)
    row = store.certificate(tx, visit.visitor_id)
    if row is None:
        raise NotFound("没有删除记录", "Nothing was erased")
    return shown(tx, row)


def shown(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """A certificate's row as `schemas.Certificate`."""
    plain = {name: getattr(row, name) for name in ("id", "visit_id", "at", "reason", "visits")}
    return {**plain, "fields": list(row.fields), "by": DIRECTORY.names(tx, [row.by]).get(row.by)}
