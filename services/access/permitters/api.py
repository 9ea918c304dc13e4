"""REST of permitters: `/api/access/v1/sites/{site}/areas/{area}/permitters`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from chassis.routes import Call, MaySee, reads, writes
from services.access.permitters import actions, schemas, views
from services.access.sites.schemas import Code

router = APIRouter(prefix="/api/access/v1/sites/{site}/areas/{area}/permitters", tags=["sites"])


@router.get("", summary="Who permits", response_model=schemas.Permitters)
async def get_permitters(call: Annotated[Call, reads("sites:read")], site: Code, area: Code) -> Response:
    """Who permits visits to an area; an empty list means the policy's own."""
    return await call.read(views.show, site, area)


@router.put("", summary="List who permits", response_model=schemas.Permitters)
async def put_permitters(
    call: Annotated[Call, writes("sites:write", key=False)],
    site: Code,
    area: Code,
    body: schemas.PermittersAsked,
    seen: MaySee,
) -> Response:
    """Put these in place of those listed before; visits asked for from now on need one of them.

    \f
    Control 2.1: permission by those listed for the area.
    """
    return await call.write(actions.replace, site, area, body, seen)
