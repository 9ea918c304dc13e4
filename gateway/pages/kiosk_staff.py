"""What staff do at the tablet: going in with a visitor by two badges, and reporting a stranger."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.answers import Answers
from gateway.caller import Refused
from gateway.pages.kiosk import FINISHED_SECONDS
from gateway.tablet import Tablet, key_of, page

router = APIRouter(include_in_schema=False)


@router.get("/kiosk/floor")
async def floor_form(request: Request, tablet: Tablet) -> Response:
    """Two badges within 60 seconds: the visitor's first."""
    return page(request, "floor.html", answers=Answers(), scanned=None)


@router.post("/kiosk/floor")
async def floor(request: Request, tablet: Tablet) -> Response:
    """First the visitor's badge, then the escort's; at the moment of entry everything is checked again."""
    form = await request.form()
    scan_id, badge = str(form.get("scan_id") or ""), str(form.get("badge_no") or "").strip()
    scanned = {"scan_id": scan_id, "name": form.get("visitor") or ""} if scan_id else None
    path = f"/entries/{scan_id}:escort" if scan_id else "/entries"
    try:
        done = (await tablet.post("visitor", path, {"badge_no": badge}, key=key_of(form))).data
    except Refused as refused:
        answers = Answers.refused({}, refused.problem)
        return page(request, "floor.html", status=refused.status, answers=answers, scanned=scanned)
    if not scan_id:
        return page(request, "floor.html", answers=Answers(), scanned=done)
    return page(request, "done.html", idle=FINISHED_SECONDS, done=done, kind="entered")


@router.get("/kiosk/staff")
async def staff(request: Request, tablet: Tablet) -> Response:
    """What staff do at this tablet: entry to the floor, a stranger."""
    return page(request, "staff.html")


@router.post("/kiosk/stranger")
async def stranger(request: Request, tablet: Tablet) -> Response:
    """One tap: a stranger is here; details later."""
    form = await request.form()
    body = {"guard_needed": form.get("guard_needed") == "yes"}
    await tablet.post("visitor", "/strangers", body, key=key_of(form))
    return page(request, "done.html", idle=FINISHED_SECONDS, done={}, kind="stranger")
