"""REST of notices: `/api/gateway/v1/notices`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from chassis.db import Tx
from chassis.routes import answer
from gateway.identity.calls import Kept, Staff, Writer
from gateway.notices import store

router = APIRouter(prefix="/api/gateway/v1/notices", tags=["notices"])


def _list(tx: Tx, person_id: str) -> dict[str, Any]:
    items = [
        {name: value for name, value in row._mapping.items() if name != "person_id"}
        for row in store.mine(tx, person_id)
    ]
    return {"items": items, "unread": store.unread_count(tx, person_id)}


@router.get("", summary="My notices")
async def get_notices(keeper: Kept, caller: Staff) -> Response:
    """What the caller was told, newest first."""
    return answer(await keeper.db.read(_list, caller.actor.id))


@router.post(":read", summary="Mark notices as read")
async def post_read(keeper: Kept, caller: Writer) -> Response:
    """Mark every notice of the caller as read."""
    return answer({"read": await keeper.db.write(store.mark_read, caller.actor.id)})
