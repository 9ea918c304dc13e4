"""REST of the lobby: the guard's board and the desk's day, `/api/visitor/v1/lobby` and `/api/visitor/v1/desk`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads
from services.visitor.lobby import desk, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["lobby"])
Reads = Annotated[Call, reads("visits:read")]
SiteId = Annotated[str, Query(pattern=ids.PATTERN)]


@router.get("/lobby", summary="The lobby board", response_model=schemas.Lobby)
async def get_lobby(call: Reads, site_id: SiteId) -> Response:
    """Who waits, who is inside and in whose company, who stayed too long, which badges and strangers are open."""
    return await call.read(views.board, site_id)


@router.get("/desk", summary="A site today", response_model=schemas.Desk)
async def get_desk(call: Reads, site_id: SiteId) -> Response:
    """Figures of the day, each with the item that most needs somebody, and thirty days of visitors."""
    return await call.read(desk.today, site_id)
