"""REST of tablets: pairing, listing, taking back, and signing in as a person at one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.routes import answer
from gateway.identity import credentials, devices, schemas, sign_in
from gateway.identity.calls import Kept, Safe, Staff, Tablet, Writer, opened_answer

router = APIRouter(prefix="/api/gateway/v1", tags=["tablets"])


@router.post("/pairings", status_code=201, summary="Pair a tablet", response_model=schemas.Pairing)
async def post_pairing(keeper: Kept, caller: Writer, body: schemas.PairingAsked) -> Response:
    """A six-digit code for a tablet beside a door; good once, for ten minutes."""
    return answer(await keeper.db.write(devices.open_pairing, caller.actor, body.door_id, body.name), 201)


@router.post("/devices", status_code=201, summary="Become a tablet", response_model=schemas.Paired, dependencies=[Safe])
async def post_device(request: Request, keeper: Kept, body: schemas.PairingCode) -> Response:
    """Called at the tablet with the code: the answer holds its secret, a browser keeps it as a cookie."""
    paired = await devices.pair(keeper, credentials.origin_of(request).address, body.code)
    response = answer(paired, 201)
    credentials.put(request, response, "kiosk", paired["secret"], credentials.KIOSK_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/devices", summary="Tablets", response_model=schemas.Devices)
async def get_devices(keeper: Kept, caller: Staff) -> Response:
    """The tablets of the sites whose tablets the caller may pair."""
    return answer(await keeper.db.read(devices.all_devices, caller.actor))


@router.delete("/devices/{device_id}", summary="Revoke a tablet", response_model=schemas.DeviceShown)
async def delete_device(keeper: Kept, caller: Writer, device_id: schemas.Id) -> Response:
    """The tablet loses its rights within a second, and whoever is signed in at it is signed out."""
    revoked = await keeper.db.write(devices.revoke, caller.actor, device_id)
    keeper.forget()
    return answer(revoked)


@router.post(
    "/tablet-sessions",
    status_code=201,
    summary="Sign in at a tablet",
    response_model=schemas.Opened,
    dependencies=[Safe],
)
async def post_tablet_session(request: Request, keeper: Kept, tablet: Tablet, body: schemas.PinSignIn) -> Response:
    """Open a person's five-minute session at this tablet by employee number or staff badge, and PIN.

    It covers rounds, closing, handover, self-check, strangers and ID checks; never an approval.
    """
    agent, pin = credentials.origin_of(request).agent, body.pin.get_secret_value()
    opened = await sign_in.by_pin(keeper, tablet, agent, body.employee_no, body.badge, pin)
    return opened_answer(request, opened, 201)
