"""Who is inside, by certainty: for the guard, an evacuation and the paper; and confirming who has left."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.answers import Answers, on_row
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.languages import label
from gateway.site_map import SiteMap, named_site, site_map

router = APIRouter(include_in_schema=False)
LIST = "/visits/inside"
CERTAINTIES = (
    ("inside", label("在场"), label("在时段内，有人看到进来。")),
    ("to_be_confirmed", label("是否仍在场，待确认"), label("时段已过，没有人看到离开，请到现场查看。")),
    (
        "left_assumed",
        label("系统推定已离开，待确认"),
        label("很久没有消息；有人确认以前，疏散时仍会点名。"),
    ),
)
"""From what is surest to what is least, each with its heading and what it means."""


@router.get(LIST)
async def show_inside(request: Request, caller: SignedIn) -> Response:
    """Everybody an evacuation would call, with "as of"."""
    return await _list(request, caller)


@router.post(LIST + "/{visit_id}/confirm")
async def confirm_left(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """A person confirms that an assumed exit was one."""
    form, fields = await request.form(), on_row(visit_id, "reason", "badge")
    body = {"reason": form.get(fields["reason"]) or "", "badge": form.get(fields["badge"]) or None}
    try:
        path = f"/visits/{visit_id}:confirm-left"
        await caller.post("visitor", path, body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields=fields, rest="")
        return await _list(request, caller, visit_id, answers, refused.status)
    site = request.query_params.get("site")
    response: Response = request.app.state.render.go(request, f"{LIST}?site={site}" if site else LIST)
    return response


async def _list(
    request: Request, caller: Caller, row_id: str = "", answers: Answers | None = None, status: int = 200
) -> Response:
    try:
        known = await site_map(caller)
    except Down:
        known = SiteMap((), (), ())
    site = named_site(caller, known)
    params = {"site_id": site["id"] if site else caller.principal.actor.site or ""}
    found = (await caller.get("visitor", "/presence", params)).data
    groups = [
        {"key": key, "title": title, "says": says, "people": _of(found["items"], key)}
        for key, title, says in CERTAINTIES
    ]
    page: Response = request.app.state.render.page(
        request,
        "visits/inside.html",
        block="list",
        status=status,
        found=found,
        groups=[group for group in groups if group["people"]],
        sites=known.sites,
        site=site,
        zone=site["zone"] if site else None,
        row_id=row_id,
        answers=answers or Answers(),
    )
    return page


def _of(people: list[dict[str, Any]], certainty: str) -> list[dict[str, Any]]:
    return [person for person in people if person["certainty"] == certainty]
