"""REST of the log: `GET /api/visitor/v1/visits`, the same as a file, and who took such files."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.refusals import language_of
from chassis.routes import Call, reads
from services.visitor.log import exporting, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["visits"])
Reads = Annotated[Call, reads("visits:read")]
FILE: dict[str, Any] = {
    "content": {"text/csv": {}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}
}


@router.get("/visits", summary="Visits", response_model=schemas.Log)
async def list_visits(call: Reads, asked: Annotated[schemas.VisitsAsked, Query()]) -> Response:
    """The log, visits that begin last first, as far as the caller may see it."""
    return await call.read(views.page, asked)


@router.get("/visits:export", summary="Export visits", responses={200: FILE}, response_class=Response)
async def export_visits(call: Reads, asked: Annotated[schemas.VisitsExported, Query()]) -> Response:
    """The log by the same filters as a CSV or XLSX file, in the language of Accept-Language.

    Each row carries who took the file and when; a file of more than 20,000 visits is refused.

    \f
    Control 2.12.2: an export is an audit row of its own.
    """
    made = await exporting.visits(call.db, call.actor, asked, language_of(call.request))
    return made.answer()


@router.get("/visits/exports", summary="Files taken of the log", response_model=schemas.Exports)
async def list_exports(call: Reads, asked: Annotated[schemas.ExportsAsked, Query()]) -> Response:
    """Who took files of the log, newest first: for auditors and managers.

    \f
    Control 2.12.2.
    """
    return await call.read(views.exports, asked)
