"""REST of alarms: `/api/visitor/v1/alarms`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.alarms import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1/alarms", tags=["alarms"])


@router.get("", summary="What is red", response_model=schemas.OpenAlarms)
async def get_alarms(
    call: Annotated[Call, reads("alarms:read")], site_id: Annotated[str, Query(pattern=ids.PATTERN)]
) -> Response:
    """The open alarms of a site, and the roles that alarms go to but nobody fills now."""
    return await call.read(views.standing, site_id)


@router.post("/{alarm_id}:settle", summary="Settle an alarm", response_model=schemas.OpenAlarms)
async def post_settled(
    call: Annotated[Call, writes("alarms:write")],
    alarm_id: Annotated[str, Path(pattern=ids.PATTERN)],
    body: schemas.Settled,
) -> Response:
    """Say that it is dealt with, and how; most alarms settle themselves when their cause is gone."""
    return await call.write(actions.settle, alarm_id, body)


@router.post(":help", status_code=201, summary="Call for help", response_model=schemas.HelpCalled)
async def post_help(call: Annotated[Call, writes("kiosk", key=False)]) -> Response:
    """Somebody at a paired tablet wants help: the guards are told at which door."""
    return await call.write(actions.call_for_help)
