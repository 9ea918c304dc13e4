"""`GET /api/<service>/v1/controls` of every service: the controls it measures, and how each stands now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from chassis import ids
from chassis.actor import Actor
from chassis.columns import instant_text
from chassis.controls import OWNERS
from chassis.db import Tx
from chassis.measures import LOOKS_BACK, Measure, Measured, Scope, Standing
from chassis.roles import Role
from chassis.routes import Call, reads


class ControlShown(BaseModel):
    """One control as measured: `kept_count` of `total_count` cases keep it; `evidence` is a page that shows them."""

    control: str
    standing: Standing
    zh: str
    en: str
    kept_count: int
    total_count: int
    since: datetime | None
    owner: Role
    next_due_at: datetime | None
    evidence: str


class Controls(BaseModel):
    """The controls that a service measures."""

    service: str
    measured_at: datetime
    items: list[ControlShown]


def controls_router(service: str, measures: Sequence[Measure]) -> APIRouter:
    """The route of a service's controls."""
    router = APIRouter(prefix=f"/api/{service}/v1", tags=["controls"])

    def measured(tx: Tx, _actor: Actor, site_id: str | None) -> dict[str, Any]:
        scope = Scope(tx.now - LOOKS_BACK, site_id)
        items = [_shown(one.control, one.run(tx, scope)) for one in measures]
        return {"service": service, "measured_at": instant_text(tx.now), "items": items}

    @router.get("/controls", summary="Controls this service measures", response_model=Controls)
    async def controls(
        call: Annotated[Call, reads("controls:read")],
        site_id: Annotated[
            str | None, Query(pattern=ids.PATTERN, description="One site; every site when left out")
        ] = None,
    ) -> Response:
        """Each control with its standing, figure, evidence, owner and next due instant, measured now over 30 days.

        \f
        Preamble 0.1: every control has an owner, a state and a due date on the board.
        """
        return await call.read(measured, site_id)

    return router


def _shown(control: str, found: Measured) -> dict[str, Any]:
    return {
        "control": control,
        "standing": found.standing,
        "zh": found.zh,
        "en": found.en,
        "kept_count": found.kept_count,
        "total_count": found.total_count,
        "since": found.since,
        "owner": OWNERS[control],
        "next_due_at": found.next_due_at,
        "evidence": found.evidence,
    }
