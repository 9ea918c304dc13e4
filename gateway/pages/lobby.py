"""The guard's live lobby board: who waits, who is inside and in whose company, what is red; and acts on the row."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.answers import Answers, on_row, tail
from gateway.caller import Caller, Down, Refused, SignedIn
from gateway.identity.forms import SignedInStaff
from gateway.live import Live, Watcher
from gateway.pages.visits import KINDS
from gateway.site_map import SiteMap, named_site, site_map
from gateway.visit_words import ID_KINDS

router = APIRouter(include_in_schema=False)
BOARD = "/visits/board"
LISTEN_SECONDS = 10.0
GATHER_SECONDS = 0.3
"""Facts of one act come together: a board asks once for all of them."""
STREAM_SECONDS = 600.0
"""A stream ends after this and the browser opens the next: replicas come and go, and nobody is served for ever."""


@router.get(BOARD)
async def show_board(request: Request, caller: SignedIn) -> Response:
    """The board as it stands; whole page, or its live part for who watches it."""
    return await _board(request, caller)


async def _watcher(
    request: Request, staff: SignedInStaff, site: Annotated[str, Query(max_length=36)] = "", seen: int = 0
) -> AsyncIterator[Watcher]:
    """A place among those who watch, given back when the stream has ended. Raises `TooMany`."""
    live: Live = request.app.state.live
    last = request.headers.get("last-event-id", "")
    with live.watching(staff.actor.id, site, int(last) if last.isdecimal() else seen) as watcher:
        yield watcher


@router.get(BOARD + "/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, staff: SignedInStaff, watcher: Annotated[Watcher, Depends(_watcher)]
) -> AsyncIterator[ServerSentEvent]:
    """An event whenever there is news of the site; the board then asks for itself anew. Ends with the session."""
    state, until = request.app.state, time.monotonic() + STREAM_SECONDS
    while time.monotonic() < until and not state.live.closed:
        news = await watcher.news(LISTEN_SECONDS)
        principal = await state.keeper.principal_of(request)
        if principal is None or principal.actor.id != staff.actor.id:
            return
        if news is not None:
            yield ServerSentEvent(event="news", id=str(news), data=news)
            await asyncio.sleep(GATHER_SECONDS)


@router.post(BOARD + "/alarms/{alarm_id}/settle")
async def settle_alarm(request: Request, caller: SignedIn, alarm_id: str) -> Response:
    """An alarm is dealt with, and how."""
    form = await request.form()
    body = {"note": form.get(f"note-{tail(alarm_id)}") or ""}
    return await _do(request, caller, form, f"/alarms/{alarm_id}:settle", body, alarm_id)


@router.post(BOARD + "/{visit_id}/{act}")
async def act_on_row(request: Request, caller: SignedIn, visit_id: str, act: str) -> Response:
    """One thing done on a row of the board: ID checked, badge handed out, the host's word by phone."""
    form = await request.form()
    if act not in ACTS:
        return await _board(request, caller)
    return await _do(request, caller, form, f"/visits/{visit_id}:{act}", ACTS[act](form, tail(visit_id)), visit_id)


def _id_check(form: FormData, tail: str) -> dict[str, Any]:
    """The button says it all: name and photo are the visitor's, and the document is valid."""
    kind = form.get(f"id_kind-{tail}") or "resident"
    return {"id_kind": kind, "name_matches": True, "photo_matches": True}


ACTS: Mapping[str, Callable[[FormData, str], dict[str, Any]]] = {
    "check-id": _id_check,
    "hand-badge": lambda form, tail: {"badge_no": form.get(f"badge_no-{tail}") or ""},
    "say-by-phone": lambda form, tail: {"decision": form.get("decision"), "comment": form.get(f"comment-{tail}") or ""},
}
"""What a form on a row does; its fields carry the end of the row's id, so that each is one of a kind on the page."""


async def _do(
    request: Request, caller: Caller, form: FormData, path: str, body: dict[str, Any], row_id: str
) -> Response:
    """Do it; then the board anew, or with what was refused beside the row."""
    try:
        await caller.post("visitor", path, body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True, fields=on_row(row_id, *FIELDS), rest="")
        return await _board(request, caller, row_id, answers, refused.status)
    if request.headers.get("hx-request-type") == "partial":
        return await _board(request, caller, done=True)
    site = request.query_params.get("site")
    response: Response = request.app.state.render.go(request, f"{BOARD}?site={site}" if site else BOARD)
    return response


FIELDS = ("badge_no", "comment", "note", "id_kind")


async def _board(
    request: Request,
    caller: Caller,
    row_id: str = "",
    answers: Answers | None = None,
    status: int = 200,
    *,
    done: bool = False,
) -> Response:
    known = await _places(caller)
    site = named_site(caller, known)
    params = {"site_id": site["id"] if site else caller.principal.actor.site or ""}
    lobby, alarms = await asyncio.gather(
        caller.get("visitor", "/lobby", params), caller.get("visitor", "/alarms", params)
    )
    page: Response = request.app.state.render.page(
        request,
        "visits/board.html",
        block="board",
        status=status,
        lobby=lobby.data,
        alarms=alarms.data,
        sites=known.sites,
        site=site,
        zone=site["zone"] if site else None,
        row_id=row_id,
        answers=answers or Answers(),
        done=done,
        kind_words=dict(KINDS),
        id_kinds=ID_KINDS,
        tail=tail,
    )
    return page


async def _places(caller: Caller) -> SiteMap:
    """Sites to choose from; none while access does not answer, and the board goes on with the guard's own."""
    try:
        return await site_map(caller)
    except Down:
        return SiteMap((), (), ())
