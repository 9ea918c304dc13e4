"""REST of copies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, answer, writes
from services.visitor.copies import actions, schemas

router = APIRouter(prefix="/api/visitor/v1", tags=["personal-data"])


@router.post("/visits/{visit_id}:copy", summary="Copy of personal data", response_model=schemas.Copy)
async def post_copy(
    call: Annotated[Call, writes("visits:write", key=False)],
    visit_id: Annotated[str, Path(pattern=ids.PATTERN)],
    body: schemas.CopyAsked,
) -> Response:
    """Everything kept of the visitor of this visit, over all visits under the same name and phone: each value with its
    purpose, since when and until when, in both languages, pictures in base64. For the security admin, after a second
    check, once the asker's identity was checked. 409 once the visitor was erased.

    Each call is a copy of its own in the audit trail: an Idempotency-Key is not looked at, and the answer not kept.

    \f
    Control 2.1; PIPL article 45.
    """
    said = answer(await call.db.write(actions.copy, call.actor, visit_id, body))
    said.headers["Cache-Control"] = "no-store"
    return said
