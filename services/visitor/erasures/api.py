"""REST of erasures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from services.visitor.erasures import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["personal-data"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]


@router.post("/visits/{visit_id}:erase", summary="Erase a visitor", response_model=schemas.Certificate)
async def post_erasure(
    call: Annotated[Call, writes("visits:write")], visit_id: Id, body: schemas.ErasureAsked
) -> Response:
    """Destroy the personal values of the visitor of this visit, over all visits
    under the same name and phone; needs a second check.

    When they came and left and who permitted it stays, without a name. Twice is answered with the same certificate.

    \f
    Control 2.1; PIPL articles 19 and 47.
    """
    said = await call.write(actions.erase, visit_id, body)
    await call.db.scrub()
    return said


@router.get("/visits/{visit_id}/erasure", summary="Certificate of an erasure", response_model=schemas.Certificate)
async def get_erasure(call: Annotated[Call, reads("visits:read")], visit_id: Id) -> Response:
    """What was destroyed of this visit's visitor, when, by whom and why; 404 while nothing was."""
    return await call.read(views.certificate, visit_id)


@router.get("/retention", summary="What goes within a week", response_model=schemas.Retention)
async def get_retention(call: Annotated[Call, reads("visits:read")]) -> Response:
    """Whose values go next, because they were kept as long as the privacy notice says; read beforehand.

    \f
    Control 2.1; PIPL article 47.
    """
    return await call.read(views.retention)
