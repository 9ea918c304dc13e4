"""REST of a visitor's photo and signature."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.routes import Call, reads, writes
from chassis.sheets import aside
from services.visitor.consents import actions, pictures, schemas, views
from services.visitor.consents.rules import Consent

router = APIRouter(prefix="/api/visitor/v1", tags=["arrivals"])
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("visits:read")]
PICTURE: dict[str, Any] = {"content": {"image/jpeg": {}, "image/png": {}}}


@router.post("/arrivals/{visit_id}/photo", status_code=201, summary="Keep a photo", response_model=schemas.PhotoKept)
async def post_photo(call: Annotated[Call, writes("kiosk")], visit_id: Id, body: schemas.PhotoAsked) -> Response:
    """The visitor agrees to a photo, where the site asks for one; it is kept small, without metadata, and sealed."""
    photo = await aside(pictures.photo, body.photo)
    return await call.write(actions.keep_photo, visit_id, body.agreed, photo)


@router.get("/visits/{visit_id}/consents", summary="What a visitor agreed to", response_model=schemas.Consents)
async def get_consents(call: Reads, visit_id: Id) -> Response:
    """Photo and signature of a visit, each with when it was agreed to or taken back."""
    return await call.read(views.of_visit, visit_id)


@router.get(
    "/visits/{visit_id}/consents/{what}", summary="A picture", responses={200: PICTURE}, response_class=Response
)
async def get_picture(call: Reads, visit_id: Id, what: Consent) -> Response:
    """The photo or the drawn signature itself, for who receives or meets the visitor."""
    data, media_type = await call.db.read(views.picture, call.actor, visit_id, what)
    name = f'attachment; filename="{what}.{media_type.rpartition("/")[2]}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(data, 200, headers, media_type)


@router.post(
    "/visits/{visit_id}/consents/{what}:withdraw", summary="Withdraw a consent", response_model=schemas.Consents
)
async def post_withdrawal(call: Annotated[Call, writes("visits:write")], visit_id: Id, what: Consent) -> Response:
    """The visitor takes the consent back: the picture is deleted at once, the visit goes on."""
    return await call.write(actions.withdraw, visit_id, what)
