"""REST of API clients."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from chassis import clock
from chassis.routes import answer
from gateway.identity import clients, schemas
from gateway.identity.calls import Kept, Staff, Writer

router = APIRouter(prefix="/api/gateway/v1", tags=["clients"])


@router.post("/clients", status_code=201, summary="Add an API client", response_model=schemas.ClientMade)
async def post_client(keeper: Kept, caller: Writer, body: schemas.ClientAsked) -> Response:
    """Add a program that may call the API with these scopes; needs a second check. Its secret is shown this once."""
    made = await keeper.db.write(clients.add, caller.actor, body.name, body.scopes, body.kind, clock.unix())
    response = answer(made, 201)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/clients", summary="API clients", response_model=schemas.Clients)
async def get_clients(keeper: Kept, caller: Staff) -> Response:
    """Every client with its scopes and when it was last given a token, for security and platform admins."""
    return answer(await keeper.db.read(clients.all_clients, caller.actor))


@router.delete("/clients/{client_id}", status_code=204, summary="Revoke an API client")
async def delete_client(keeper: Kept, caller: Writer, client_id: schemas.Id) -> Response:
    """The client may call no more, also with tokens it holds, within a second."""
    await keeper.db.write(clients.revoke, caller.actor, client_id)
    keeper.forget()
    return Response(status_code=204)
