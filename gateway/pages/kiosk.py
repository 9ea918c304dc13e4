"""The tablet at the door: pairing, arriving, coming without an appointment, waiting, entering the floor, leaving.

Every page works without JavaScript but for camera scanning. A tablet acts as a device: it shows nobody's list, and what
it may do is the visitor service's to say.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from chassis.problems import Problem
from gateway.answers import Answers, Fault
from gateway.caller import Caller, Refused, caller
from gateway.identity import credentials, devices
from gateway.identity.calls import demand_https
from gateway.identity.forms import translated
from gateway.languages import label
from gateway.notices_shown import NOTICES

router = APIRouter(include_in_schema=False)
THINGS = (
    ("usb_stick", label("U 盘")),
    ("disc", label("光盘")),
    ("external_disk", label("移动硬盘")),
    ("player", label("播放器、MP3、MP4")),
    ("laptop", label("笔记本电脑")),
    ("tool", label("工具")),
)
FINISHED_SECONDS = 15


class NotPaired(Exception):
    """The browser is no paired tablet; the page leads to pairing."""


async def _tablet(request: Request) -> Caller:
    principal = request.state.principal
    if principal is None or principal.actor.device is None:
        raise NotPaired()
    return await caller(request)


Tablet = Annotated[Caller, Depends(_tablet)]


def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    at = request.state.principal
    door = at.name if at is not None and at.actor.device is not None else ""
    page: Response = request.app.state.render.page(request, f"kiosk/{template}", status=status, door=door, **values)
    return page


def _go(request: Request, url: str) -> Response:
    response: Response = request.app.state.render.go(request, url)
    return response


def _key(form: FormData) -> str:
    return str(form.get("form_token") or "")


@router.get("/kiosk/pair")
async def pair_form(request: Request) -> Response:
    """Where a new tablet is bound to its door with a code from the desk."""
    return _page(request, "pair.html", answers=Answers())


@router.post("/kiosk/pair")
async def pair(request: Request) -> Response:
    """Bind this browser to a door."""
    form = await request.form()
    try:
        demand_https(request)
        address = credentials.origin_of(request).address
        paired = await devices.pair(request.app.state.keeper, address, str(form.get("code") or ""))
    except Problem as problem:
        zh = request.app.state.render.language(request) != "en"
        fault = Fault("code", problem.detail_zh if zh else problem.detail_en)
        return _page(request, "pair.html", status=422, answers=Answers(form, (fault,)))
    response = RedirectResponse("/kiosk", 303)
    credentials.put(request, response, "kiosk", paired["secret"], credentials.KIOSK_SECONDS)
    return response


@router.get("/kiosk")
async def welcome(request: Request, tablet: Tablet) -> Response:
    """The four choices."""
    return _page(request, "welcome.html", idle=0)


@router.get("/kiosk/in")
async def code_form(request: Request, tablet: Tablet) -> Response:
    """Six digits, a QR pass, or a scanner that types."""
    return _page(request, "in.html", answers=Answers())


@router.post("/kiosk/in")
async def find(request: Request, tablet: Tablet) -> Response:
    """Look the code up; five wrong ones lead to the desk."""
    form = await request.form()
    code = "".join(str(form.get("code") or "").split())
    try:
        found = (await tablet.post("visitor", "/arrivals:find", {"code": code})).data
    except Refused as refused:
        return _page(request, "in.html", status=422, answers=Answers.refused(form, refused.problem))
    if found["found"]:
        return _go(request, f"/kiosk/in/{found['visit_id']}?code={code}")
    says = label("没有找到这个预约码，请核对后再输入") if not found["ask_desk"] else label("预约码多次不符，请到前台")
    fault = Fault("code", translated(request, says))
    return _page(request, "in.html", status=422, answers=Answers(form, (fault,)))


@router.get("/kiosk/in/{visit_id}")
async def confirm_form(request: Request, tablet: Tablet, visit_id: str, code: str = "") -> Response:
    """Is this you? First the privacy notice, then the visitors' notice, then belongings; nothing is pre-chosen."""
    return await _confirm(request, tablet, visit_id, code, Answers())


async def _confirm(
    request: Request, tablet: Caller, visit_id: str, code: str, answers: Answers, status: int = 200
) -> Response:
    try:
        found = (await tablet.post("visitor", "/arrivals:find", {"code": code})).data if code else {}
    except Refused:
        found = {}
    if not found.get("found") or found["visit_id"] != visit_id:
        return _go(request, "/kiosk/in")
    values = {"found": found, "code": code, "answers": answers, "things": THINGS, "notices": NOTICES}
    return _page(request, "confirm.html", status=status, **values)


@router.post("/kiosk/in/{visit_id}")
async def arrive(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """Both notices accepted, belongings declared: host and guard are told."""
    form = await request.form()
    try:
        await tablet.post("visitor", f"/arrivals/{visit_id}:arrive", _arrival(request, form), key=_key(form))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem)
        return await _confirm(request, tablet, visit_id, str(form.get("code") or ""), answers, refused.status)
    return _go(request, f"/kiosk/wait/{visit_id}")


@router.get("/kiosk/walkin")
async def walk_in_form(request: Request, tablet: Tablet) -> Response:
    """One page for somebody without an appointment; the privacy notice comes first."""
    return _page(request, "walkin.html", answers=Answers(), notices=NOTICES)


@router.post("/kiosk/walkin")
async def walk_in(request: Request, tablet: Tablet) -> Response:
    """Ask the host; nobody's name is ever listed."""
    form = await request.form()
    body = {name: form.get(name) or "" for name in ("name", "company", "phone", "host", "purpose")}
    body["privacy_version"] = NOTICES.privacy_version
    body["language"] = _language(request)
    try:
        made = await tablet.post("visitor", "/walk-ins", body, key=_key(form))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem)
        return _page(request, "walkin.html", status=refused.status, answers=answers, notices=NOTICES)
    return _go(request, f"/kiosk/wait/{made.data['visit_id']}")


@router.get("/kiosk/walkin/{visit_id}")
async def walk_in_continue_form(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """After the host's yes: the visitors' notice and belongings, then the guard."""
    waiting = (await tablet.get("visitor", f"/arrivals/{visit_id}")).data
    if waiting["state"] != "approved":
        return _go(request, f"/kiosk/wait/{visit_id}")
    values: dict[str, Any] = {"visit_id": visit_id, "answers": Answers(), "things": THINGS, "notices": NOTICES}
    return _page(request, "continue.html", **values)


@router.post("/kiosk/walkin/{visit_id}")
async def walk_in_continue(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """The privacy notice was accepted with the request; now the visitors' notice and belongings."""
    form = await request.form()
    try:
        await tablet.post("visitor", f"/arrivals/{visit_id}:arrive", _arrival(request, form), key=_key(form))
    except Refused as refused:
        answers = Answers.refused(form, refused.problem)
        values: dict[str, Any] = {"visit_id": visit_id, "answers": answers, "things": THINGS, "notices": NOTICES}
        return _page(request, "continue.html", status=refused.status, **values)
    return _go(request, f"/kiosk/wait/{visit_id}")


def _arrival(request: Request, form: FormData) -> dict[str, Any]:
    """What the visitor accepted and declared: the privacy notice by its tick, the visitors' notice by the button."""
    return {
        "privacy_version": NOTICES.privacy_version if form.get("privacy") == "yes" else "-",
        "rules_version": NOTICES.rules_version,
        "language": _language(request),
        "belongings": [{"kind": kind} for kind in form.getlist("things")],
    }


def _language(request: Request) -> str:
    return "en" if request.app.state.render.language(request) == "en" else "zh"


@router.get("/kiosk/wait/{visit_id}")
async def wait(request: Request, tablet: Tablet, visit_id: str, seen: str = "") -> Response:
    """The live answer; polled every three seconds, 204 while nothing changed."""
    waiting = (await tablet.get("visitor", f"/arrivals/{visit_id}")).data
    now = f"{waiting['state']}-{waiting['told']}"
    if seen == now and request.headers.get("hx-request"):
        unchanged: Response = request.app.state.render.unchanged()
        return unchanged
    final = waiting["state"] not in ("submitted", "in_review")
    values = {"waiting": waiting, "now": now, "final": final, "idle": FINISHED_SECONDS if final else 600}
    return _page(request, "wait.html", block="answer", **values)


@router.get("/kiosk/floor")
async def floor_form(request: Request, tablet: Tablet) -> Response:
    """Two badges within 60 seconds: the visitor's first."""
    return _page(request, "floor.html", answers=Answers(), scanned=None)


@router.post("/kiosk/floor")
async def floor(request: Request, tablet: Tablet) -> Response:
    """First the visitor's badge, then the escort's; at the moment of entry everything is checked again."""
    form = await request.form()
    scan_id, badge = str(form.get("scan_id") or ""), str(form.get("badge_no") or "").strip()
    scanned = {"scan_id": scan_id, "name": form.get("visitor") or ""} if scan_id else None
    path = f"/entries/{scan_id}:escort" if scan_id else "/entries"
    try:
        done = (await tablet.post("visitor", path, {"badge_no": badge}, key=_key(form))).data
    except Refused as refused:
        answers = Answers.refused({}, refused.problem)
        return _page(request, "floor.html", status=refused.status, answers=answers, scanned=scanned)
    if not scan_id:
        return _page(request, "floor.html", answers=Answers(), scanned=done)
    return _page(request, "done.html", idle=FINISHED_SECONDS, done=done, kind="entered")


@router.get("/kiosk/out")
async def out_form(request: Request, tablet: Tablet) -> Response:
    """Scan the badge back."""
    return _page(request, "out.html", answers=Answers())


@router.post("/kiosk/out")
async def out(request: Request, tablet: Tablet) -> Response:
    """Leave the floor or the premises, by the button pressed."""
    form = await request.form()
    path = "/exits:area" if form.get("from") == "area" else "/exits"
    badge = str(form.get("badge_no") or "").strip()
    try:
        done = (await tablet.post("visitor", path, {"badge_no": badge}, key=_key(form))).data
    except Refused as refused:
        return _page(request, "out.html", status=refused.status, answers=Answers.refused(form, refused.problem))
    return _page(request, "done.html", idle=FINISHED_SECONDS, done=done, kind="left")


@router.get("/kiosk/staff")
async def staff(request: Request, tablet: Tablet) -> Response:
    """What staff do at this tablet: entry to the floor, a stranger."""
    return _page(request, "staff.html")


@router.post("/kiosk/stranger")
async def stranger(request: Request, tablet: Tablet) -> Response:
    """One tap: a stranger is here; details later."""
    form = await request.form()
    body = {"guard_needed": form.get("guard_needed") == "yes"}
    await tablet.post("visitor", "/strangers", body, key=_key(form))
    return _page(request, "done.html", idle=FINISHED_SECONDS, done={}, kind="stranger")


@router.api_route("/kiosk/help", methods=["GET", "POST"])
async def ask_for_help(request: Request, tablet: Tablet) -> Response:
    """The help button, and where somebody goes who does not accept the notices: the desk, beside the tablet."""
    return _page(request, "help.html", block="notice")
