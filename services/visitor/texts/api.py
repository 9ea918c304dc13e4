"""REST of the texts: `/api/visitor/v1/texts`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads
from services.visitor.texts import schemas, views
from services.visitor.texts.rules import Language

router = APIRouter(prefix="/api/visitor/v1/texts", tags=["texts"])


@router.get("", summary="What visitors read", response_model=schemas.Texts)
async def get_texts(
    call: Annotated[Call, reads("kiosk")],
    language: Annotated[Language, Query()] = "zh",
    site_id: Annotated[str | None, Query(pattern=ids.PATTERN)] = None,
) -> Response:
    """Both notices as a site has them now, each with the hash that goes back when it is accepted."""
    return await call.read(views.now, language, site_id)


@router.get("/{sha256}", summary="A text that was accepted", response_model=schemas.KeptText)
async def get_kept_text(
    call: Annotated[Call, reads("visits:read")], sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Response:
    """A notice word for word as visitors accepted it, also after its words have changed."""
    return await call.read(views.kept, sha256)
