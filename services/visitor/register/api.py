"""REST of the register: `GET /api/visitor/v1/personal-data`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from chassis.routes import Call, reads
from services.visitor.register import schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["personal-data"])


@router.get("/personal-data", summary="Register of personal data", response_model=schemas.Register)
async def get_register(call: Annotated[Call, reads("visits:read")]) -> Response:
    """Each field kept of a visitor: what for, who sees it, how long, on what ground; for administrators and
    auditors.

    \f
    Control 2.1; PIPL articles 17 and 51.
    """
    return await call.read(views.register)
