"""REST of visits: `/api/visitor/v1/visits`, `/parties`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from chassis import ids
from chassis.actor import ActorKind
from chassis.problems import Forbidden
from chassis.routes import Call, MaySee, MustSee, reads, writes
from services.visitor.visits import actions, decisions, invitation, listing, outcomes, planning, schemas, views

router = APIRouter(prefix="/api/visitor/v1", tags=["visits"])
internal = APIRouter(include_in_schema=False)
Id = Annotated[str, Path(pattern=ids.PATTERN)]
Reads = Annotated[Call, reads("visits:read")]
Writes = Annotated[Call, writes("visits:write")]


@router.get("/visits/waiting", summary="Visits that wait for my decision", response_model=schemas.VisitList)
async def list_waiting(call: Reads) -> Response:
    """Every visit with a step the caller could decide now, the earliest first."""
    return await call.read(listing.waiting_for)


@router.post("/visits", status_code=201, summary="Invite", response_model=schemas.Invited)
async def post_visit(call: Writes, body: schemas.Invitation) -> Response:
    """Ask for a visit of one visitor or a party; its areas decide who permits it.

    \f
    Controls 2.1, 2.4, 2.6.
    """
    return await call.write(actions.invite, body)


@router.post("/visits:preview", summary="What an invitation would need", response_model=outcomes.Plan)
async def post_preview(call: Reads, body: schemas.PlanAsked) -> Response:
    """The steps a visit would need, who would decide each, and who could escort. Nothing is written."""
    return await call.read(planning.preview, body)


@router.get("/visits/{visit_id}", summary="One visit", response_model=schemas.Visit)
async def get_visit(call: Reads, visit_id: Id) -> Response:
    """A visit with its steps and what the caller can do."""
    return await call.read(views.show, visit_id)


@router.patch("/visits/{visit_id}", summary="Change a visit", response_model=schemas.Visit)
async def patch_visit(call: Writes, visit_id: Id, body: schemas.VisitChange, seen: MustSee) -> Response:
    """Change a visit that has not begun; needs If-Match. All but the language voids what was decided."""
    return await call.write(actions.change, visit_id, body, seen)


@router.post("/visits/{visit_id}:decide", summary="Decide", response_model=schemas.Visit)
async def post_decision(call: Writes, visit_id: Id, body: schemas.DecisionAsked, seen: MaySee) -> Response:
    """Approve, return or refuse the step that waits for the caller.

    \f
    Control 2.1: no entry without the company's permission; nobody decides for himself.
    """
    return await call.write(decisions.decide, visit_id, body, seen)


@router.post("/visits/{visit_id}:say-by-phone", summary="Record the host's word", response_model=schemas.Visit)
async def post_phone_decision(call: Writes, visit_id: Id, body: schemas.PhoneDecision) -> Response:
    """The guard records what the host said on the phone: the guard's act, the host's word."""
    return await call.write(decisions.say_by_phone, visit_id, body)


@router.post("/visits/{visit_id}:withdraw", summary="Withdraw", response_model=schemas.Visit)
async def post_withdrawal(call: Writes, visit_id: Id, seen: MaySee) -> Response:
    """Take a visit back before it begins."""
    return await call.write(actions.withdraw, visit_id, seen)


@router.get("/visits/{visit_id}/pass", summary="Pass of a visit", response_model=schemas.Pass)
async def get_pass(call: Reads, visit_id: Id) -> Response:
    """The six digits and the QR text, for the host or who asked for the visit."""
    return await call.read(actions.show_pass, visit_id)


@router.get("/parties/{party_id}", summary="One party", response_model=outcomes.Party)
async def get_party(call: Reads, party_id: Id) -> Response:
    """The visits of a party that the caller may see, each with its steps and what can be done."""
    return await call.read(decisions.show_party, party_id)


@router.post("/parties/{party_id}:decide", summary="Decide a party", response_model=outcomes.PartyDecided)
async def post_party_decision(call: Writes, party_id: Id, body: schemas.DecisionAsked) -> Response:
    """Decide the caller's step on every visit of a party at once, with a result for each visitor."""
    return await call.write(decisions.decide_party, party_id, body)


@internal.get("/internal/invitations/{visit_id}")
async def get_invitation(call: Annotated[Call, reads("invitations:read")], visit_id: Id) -> Response:
    """What the gateway needs to mail one invitation; for a service with that scope alone."""
    if call.actor.kind is not ActorKind.SERVICE:
        raise Forbidden()
    return await call.read(invitation.of_visit, visit_id)
