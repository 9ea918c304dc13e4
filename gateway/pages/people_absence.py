"""Being away from a day to a day, with who stands in: on one's own page, or entered by HR."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.answers import Answers
from gateway.caller import Refused, SignedIn
from gateway.people_shown import person_of, show
from gateway.site_map import end_of_day, instant_of, site_map

router = APIRouter(include_in_schema=False)
FIELDS = {"starts_at": "away_from", "ends_at": "away_to", "deputy_no": "away_deputy"}


@router.post("/people/{employee_no}/absence")
async def be_away(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Away from then to then, both days included; every refusal stands beside its field."""
    form, person = await request.form(), await person_of(caller, employee_no)
    zone = (await site_map(caller)).zone_of(person["site_id"])
    body = {
        "starts_at": instant_of(str(form.get("away_from") or ""), "00:00", zone),
        "ends_at": end_of_day(str(form.get("away_to") or ""), zone),
        "deputy_no": str(form.get("away_deputy") or "").strip(),
    }
    path, key = f"/people/{employee_no}/absence", str(form.get("form_token") or "")
    try:
        await caller.put("access", path, body, key=key)
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields=FIELDS, rest="")
        return await show(request, caller, employee_no, "absence", answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/people/{employee_no}?done=away#absence")
    return response


@router.post("/people/{employee_no}/absence/end")
async def be_back(request: Request, caller: SignedIn, employee_no: str) -> Response:
    """Back again: what waits goes to the person alone from now on."""
    form = await request.form()
    try:
        await caller.delete("access", f"/people/{employee_no}/absence", key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await show(request, caller, employee_no, "absence", answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/people/{employee_no}?done=back#absence")
    return response
