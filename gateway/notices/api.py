"""REST of notices and channels: `/api/gateway/v1/notices`, `/channels`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.db import Tx, records
from chassis.paging import USUAL, PageAsked, page_of, read_cursor
from chassis.routes import answer
from gateway.identity.calls import Kept, Staff, Writer
from gateway.notices import channels, schemas, store
from gateway.notices.mailer import Mailer

router = APIRouter(prefix="/api/gateway/v1", tags=["notices"])


def list_mine(tx: Tx, person_id: str, page: PageAsked) -> dict[str, Any]:
    """One page of a person's notices, and how much waits."""
    found = page_of(records(store.mine(tx, person_id, page)), page, "at")
    counts = {"unread": store.unread_count(tx, person_id), "waiting": store.waiting_count(tx, person_id)}
    return {**found, **counts}


@router.get("/notices", summary="My notices", response_model=schemas.NoticeList)
async def get_notices(
    keeper: Kept,
    caller: Staff,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = USUAL,
) -> Response:
    """What the caller was told, newest first, and how much waits for them."""
    return answer(await keeper.db.read(list_mine, caller.actor.id, read_cursor(cursor, limit)))


@router.post("/notices:read", summary="Mark notices as read", response_model=schemas.MarkedRead)
async def post_read(keeper: Kept, caller: Writer) -> Response:
    """Mark every notice of the caller as read. What was asked waits on until it is done."""
    return answer({"read": await keeper.db.write(store.mark_read, caller.actor.id)})


@router.get("/channels", summary="Channels", response_model=schemas.Channels)
async def get_channels(keeper: Kept, caller: Staff) -> Response:
    """Where messages go besides the inbox, and how each way fares; for security and platform admins."""
    return answer(await keeper.db.read(channels.every, caller.actor))


@router.post("/channels", status_code=201, summary="Add a channel", response_model=schemas.Channel)
async def post_channel(keeper: Kept, caller: Writer, body: schemas.ChannelAsked) -> Response:
    """Add a channel by its Apprise address, which is kept encrypted and never shown again.

    \f
    Control 2.12.1: channels abroad are off, and switching one on asks for a reason.
    """
    private = keeper.settings.private_channels
    return answer(await keeper.db.write(channels.add, caller.actor, body, private=private), 201)


@router.post("/channels/{channel_id}:switch", summary="Switch a channel", response_model=schemas.Channel)
async def post_switch(keeper: Kept, caller: Writer, channel_id: schemas.Id, body: schemas.SwitchAsked) -> Response:
    """Switch a channel on or off; one abroad is switched on with a reason."""
    return answer(await keeper.db.write(channels.switch, caller.actor, channel_id, body))


@router.post("/channels/{channel_id}:test", summary="Send a test", response_model=schemas.Tested)
async def post_test(keeper: Kept, caller: Writer, channel_id: schemas.Id) -> Response:
    """Send a test to a channel, on or off, and say whether it got through."""
    mail = Mailer(keeper.settings).is_set
    return answer(await channels.send_test(keeper.db, caller.actor, channel_id, mail=mail))


@router.delete("/channels/{channel_id}", status_code=204, summary="Remove a channel")
async def delete_channel(keeper: Kept, caller: Writer, channel_id: schemas.Id) -> Response:
    """Remove a channel; its address cannot be read any more."""
    await keeper.db.write(channels.remove, caller.actor, channel_id)
    return Response(status_code=204)
