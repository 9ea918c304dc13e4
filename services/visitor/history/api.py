"""REST of histories: `/api/visitor/v1/visits/{id}/history`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads
from services.visitor.history import schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["visits"])


@router.get("/visits/{visit_id}/history", summary="What was done to a visit", response_model=schemas.History)
async def get_history(
    call: Annotated[Call, reads("visits:read")],
    visit_id: Annotated[str, Path(pattern=ids.PATTERN)],
    asked: Annotated[schemas.HistoryAsked, Query()],
) -> Response:
    """Each thing done to a visit, to what its visitor carries, to their badge and to alarms about it: when, by whom, at
    which door. Newest first; for whoever may see the visit.

    Read from the journal: no value of the visitor is in it, and it stays when they are erased.

    \f
    Control 2.1.
    """
    return await call.read(views.of_visit, visit_id, asked)
