"""REST of unmaskings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, answer, reads, writes
from services.visitor.unmaskings import actions, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["personal-data"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]


@router.get("/visits/{visit_id}/unmaskable", summary="What can be read whole", response_model=schemas.Unmaskable)
async def get_unmaskable(call: Annotated[Call, reads("visits:read")], visit_id: Id) -> Response:
    """Which of the visitor's values are kept and could be read whole by the caller now; none for who may not."""
    return await call.read(views.readable, visit_id)


@router.post("/visits/{visit_id}:unmask", summary="Read values whole", response_model=schemas.Unmasked)
async def post_unmasking(
    call: Annotated[Call, writes("visits:write", key=False)], visit_id: Id, body: schemas.UnmaskingAsked
) -> Response:
    """The whole name, phone, e-mail or ID number of a visitor, with a reason, after a second check: for the security
    admin; the phone of who is here also for a guard of the site. 409 once the visitor was erased.

    Each call is a reading of its own in the audit trail: an Idempotency-Key is not looked at, and the answer not kept.

    \f
    Control 2.1; PIPL article 51.
    """
    said = answer(await call.db.write(actions.unmask, call.actor, visit_id, body))
    said.headers["Cache-Control"] = "no-store"
    return said
