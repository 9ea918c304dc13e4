"""One visit at the desk and on the phone, with everything that can be done with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.roles import Role
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label
from gateway.notices import mail_store
from gateway.notices.because import because
from gateway.notices.invitation_letter import qr_png
from gateway.notices.mailer import Mailer
from gateway.pages.holds import BECAUSE
from gateway.visit_words import ID_KINDS, told

router = APIRouter(include_in_schema=False)

KINDS = (
    ("guest", label("公司来宾")),
    ("tour", label("参观")),
    ("interviewee", label("面试")),
    ("maintenance", label("维修")),
    ("auditor", label("检查、审计")),
    ("delivery", label("送货")),
    ("repair", label("紧急抢修")),
)


@router.get("/visits/{visit_id}")
async def show_visit(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """One visit: who, why, where, when, which step, which rule, and what the viewer can do."""
    return await _show(request, caller, visit_id)


@router.post("/visits/{visit_id}/{act}")
async def act_on_visit(request: Request, caller: SignedIn, visit_id: str, act: str) -> Response:
    """Any one thing done to a visit; the answer is the visit as it stands then, or the form with its faults."""
    form = await request.form()
    body = ACTS[act](form) if act in ACTS else None
    try:
        if act in ACTS:
            version = form.get("version")
            await caller.post(
                "visitor",
                f"/visits/{visit_id}{PATHS.get(act, ':' + act)}",
                body,
                key=str(form.get("form_token") or ""),
                version=str(version) if version and act in VERSIONED else None,
            )
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, visit_id, act, answers, refused.status)
    back = str(form.get("back") or "")
    response: Response = request.app.state.render.go(request, back if PARTY.fullmatch(back) else f"/visits/{visit_id}")
    return response


@router.post("/visits/{visit_id}/belongings/{belonging_id}/{act}")
async def act_on_belonging(request: Request, caller: SignedIn, visit_id: str, belonging_id: str, act: str) -> Response:
    """Put a visitor's thing into a locker, or give it back."""
    form = await request.form()
    body = {"locker": form.get("locker") or "", "tag": form.get("tag") or ""} if act == "leave-outside" else None
    try:
        await caller.post("visitor", f"/belongings/{belonging_id}:{act}", body, key=str(form.get("form_token") or ""))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem, staff=True)
        return await _show(request, caller, visit_id, "belongings", answers, refused.status)
    response: Response = request.app.state.render.go(request, f"/visits/{visit_id}#belongings")
    return response


@router.get("/visits/{visit_id}/pass.png")
async def pass_picture(caller: SignedIn, visit_id: str) -> Response:
    """The QR code of the pass as a picture to send on in a chat."""
    found = (await caller.get("visitor", f"/visits/{visit_id}/pass")).data
    name = {"Content-Disposition": 'attachment; filename="pass.png"', "Cache-Control": "no-store"}
    return Response(qr_png(found["qr"]), 200, name, "image/png")


@router.get("/visits/{visit_id}/picture/{what}")
async def consented_picture(caller: SignedIn, visit_id: str, what: str) -> Response:
    """The visitor's photo or drawn signature, for who needs it; never kept by a browser, never run as a page."""
    file = await caller.file("visitor", f"/visits/{visit_id}/consents/{what}")
    names = ("content-type", "content-disposition")
    sealed = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(file.body, 200, {**{name: file.headers[name] for name in names}, **sealed})


@router.get("/visits/{visit_id}/pass")
async def show_pass(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The text to send on in a chat, the QR code, and how the mail to the visitor stands."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    found = (await caller.get("visitor", f"/visits/{visit_id}/pass")).data
    values = {"visit": visit, "found": found, "mail": await _mail(request, visit_id), "because": because}
    page: Response = request.app.state.render.page(request, "visits/pass.html", **values)
    return page


@router.get("/visits/{visit_id}/pass.ics")
async def calendar_file(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The visit as an iCalendar file (RFC 5545) to send along."""
    from gateway.calendar_files import invitation_ics

    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    found = (await caller.get("visitor", f"/visits/{visit_id}/pass")).data
    name = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "no-store"}
    return Response(invitation_ics(visit, found["code"]), 200, name, "text/calendar; charset=utf-8")


@router.get("/visits/{visit_id}/badge")
async def print_badge(request: Request, caller: SignedIn, visit_id: str) -> Response:
    """The badge to print, 86 × 54 mm."""
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    page: Response = request.app.state.render.page(request, "visits/badge.html", visit=visit)
    return page


def _decision(form: FormData) -> dict[str, Any]:
    return {"decision": form.get("decision"), "comment": form.get("comment") or ""}


def _thing(form: FormData) -> dict[str, Any]:
    """What a visitor shows at the desk; a number that is none goes as typed, to be refused beside its field."""
    quantity = str(form.get("items.0.quantity") or "").strip()
    texts = {name: form.get(f"items.0.{name}") or "" for name in ("kind", "serial", "note")}
    return {**texts, "quantity": int(quantity) if quantity.isascii() and quantity.isdecimal() else quantity}


def _id_check(form: FormData) -> dict[str, Any]:
    return {
        "id_kind": form.get("id_kind") or "resident",
        "name_matches": form.get("name_matches") == "yes",
        "photo_matches": form.get("photo_matches") == "yes",
        "expires_on": form.get("expires_on") or None,
        "last4": form.get("last4") or "",
        "number": form.get("number") or "",
    }


ACTS: dict[str, Callable[[FormData], dict[str, Any] | None]] = {
    "decide": _decision,
    "say-by-phone": _decision,
    "withdraw": lambda form: None,
    "declare": lambda form: {"items": [_thing(form)]},
    "check-id": _id_check,
    "hand-badge": lambda form: {"badge_no": form.get("badge_no") or ""},
    "leave": lambda form: {"badge": form.get("badge") or "returned", "reason": form.get("reason") or ""},
    "confirm-left": lambda form: {"reason": form.get("reason") or "", "badge": form.get("badge") or None},
    "offer": lambda form: {"employee_no": form.get("employee_no") or ""},
    "accept": lambda form: None,
    "decline": lambda form: None,
    "withdraw-photo": lambda form: None,
    "withdraw-signature": lambda form: None,
}
"""What a form of a visit's page does, and how its fields become the body of the call."""
PARTY = re.compile("/parties/[0-9a-f-]{36}")
"""The one other page that an act on a visit may lead back to."""
PATHS = {
    "declare": "/belongings",
    **{name: f"/custody:{name}" for name in ("offer", "accept", "decline")},
    **{f"withdraw-{what}": f"/consents/{what}:withdraw" for what in ("photo", "signature")},
}
THINGS = (
    "usb_stick", "disc", "external_disk", "mp3", "mp4", "player", "camera", "phone", "laptop", "tool", "food", "other",
)  # fmt: skip
"""Kinds of belongings, the listed media first."""
NOT_THE_FORM = frozenset({403, 409, 412})
"""What is wrong is not in the form: the page says it above the visit as it stands now."""
UNMASKERS = (Role.SECURITY_ADMIN, Role.GUARD)
HOLD_READERS = (Role.SECURITY_ADMIN, Role.AUDITOR)
LATEST = 20
"""How much of its history stands on a visit's own page."""
VERSIONED = frozenset({"decide", "withdraw"})


async def _mail(request: Request, visit_id: str) -> Mapping[str, Any]:
    """How the mail about a visit stands; whether mails can be sent at all."""
    row = await request.app.state.db.read(mail_store.of_visit, visit_id)
    return {"is_set": Mailer(request.app.state.settings).is_set, "row": row}


async def _unmasks(caller: Caller, visit_id: str) -> bool:
    """Whether the viewer could read something of the visitor whole; asked for those alone who ever may."""
    if not any(caller.principal.actor.has(role) for role in UNMASKERS):
        return False
    return bool((await caller.get("visitor", f"/visits/{visit_id}/unmaskable")).data["fields"])


async def _holds(caller: Caller, visit_id: str) -> list[dict[str, Any]]:
    """The legal holds on the visitor, for those alone who may know of them."""
    if not any(caller.principal.actor.has(role) for role in HOLD_READERS):
        return []
    items: list[dict[str, Any]] = (await caller.get("visitor", f"/visits/{visit_id}/holds")).data["items"]
    return items


async def _show(
    request: Request,
    caller: Caller,
    visit_id: str,
    act: str = "",
    answers: Answers | None = None,
    status: int = 200,
) -> Response:
    visit = (await caller.get("visitor", f"/visits/{visit_id}")).data
    runs_the_door = {"check_id", "hand_badge", "leave", "confirm_left"} & set(visit["can"])
    consents = (await caller.get("visitor", f"/visits/{visit_id}/consents")).data if visit["arrived_at"] else None
    belongings = (await caller.get("visitor", f"/visits/{visit_id}/belongings")).data if runs_the_door else None
    stock = None
    if "hand_badge" in visit["can"]:
        stock = (await caller.get("visitor", "/badges", {"site_id": visit["site_id"]})).data
    history = (await caller.get("visitor", f"/visits/{visit_id}/history", {"limit": LATEST})).data
    me = caller.principal.actor.id
    refused = answers.faults[0].says if answers and answers.faults and status in NOT_THE_FORM else ""
    typed = Answers() if refused or answers is None else answers
    values = {"visit": visit, "act": act, "answers": typed, "kinds": dict(KINDS), "principal_id": me}
    values["refused"] = refused
    values["erases"] = caller.principal.actor.has(Role.SECURITY_ADMIN)
    values |= {"told": told(history), "more": history["next"], "zone": history["zone"]}
    values["unmasks"] = await _unmasks(caller, visit_id)
    values |= {"holds": await _holds(caller, visit_id), "because": BECAUSE}
    values["offered"] = visit["custody_offered_to"] == me
    page: Response = request.app.state.render.page(
        request,
        "visits/show.html",
        block="visit",
        status=status,
        belongings=belongings,
        stock=stock,
        kinds_of_things=THINGS,
        id_kinds=ID_KINDS,
        consents=consents,
        **values,
    )
    return page
