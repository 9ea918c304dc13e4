"""The tablet at the door: pairing, arriving, coming without an appointment, waiting, entering the floor, leaving.

Every page works without JavaScript but for camera scanning. A tablet acts as a device: it shows nobody's list, and what
it may do is the visitor service's to say.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from chassis.problems import Problem
from gateway.answers import Answers, Fault
from gateway.caller import Caller, Refused
from gateway.identity import credentials, devices
from gateway.identity.calls import demand_https
from gateway.identity.forms import translated
from gateway.languages import label
from gateway.security import SCANNING
from gateway.tablet import Tablet, go, key_of, language_of, page

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


@router.get("/kiosk/pair")
async def pair_form(request: Request) -> Response:
    """Where a new tablet is bound to its door with a code from the desk."""
    return page(request, "pair.html", answers=Answers())


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
        return page(request, "pair.html", status=422, answers=Answers(form, (fault,)))
    response = RedirectResponse("/kiosk", 303)
    credentials.put(request, response, "kiosk", paired["secret"], credentials.KIOSK_SECONDS)
    return response


@router.get("/kiosk")
async def welcome(request: Request, tablet: Tablet) -> Response:
    """The four choices. While somebody is signed in by PIN it leads to their own page, which no visitor comes upon."""
    if request.state.principal.at is not None:
        return go(request, "/kiosk/staff/door")
    return page(request, "welcome.html", idle=0)


@router.get("/kiosk/in")
async def code_form(request: Request, tablet: Tablet) -> Response:
    """Six digits, a QR pass, or a scanner that types."""
    return page(request, "in.html", headers=SCANNING, answers=Answers())


@router.post("/kiosk/in")
async def find(request: Request, tablet: Tablet) -> Response:
    """Look the code up; five wrong ones lead to the desk."""
    form = await request.form()
    code = "".join(str(form.get("code") or "").split())
    try:
        found = (await tablet.post("visitor", "/arrivals:find", {"code": code})).data
    except Refused as refused:
        return page(request, "in.html", status=422, headers=SCANNING, answers=Answers.refused(form, refused.problem))
    if found["found"]:
        return go(request, f"/kiosk/in/{found['visit_id']}?code={code}")
    says = label("没有找到这个预约码，请核对后再输入") if not found["ask_desk"] else label("预约码多次不符，请到前台")
    fault = Fault("code", translated(request, says))
    return page(request, "in.html", status=422, headers=SCANNING, answers=Answers(form, (fault,)))


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
        return go(request, "/kiosk/in")
    values = {"found": found, "code": code, "answers": answers, "things": THINGS}
    return page(request, "confirm.html", status=status, texts=await _texts(request, tablet), **values)


@router.post("/kiosk/in/{visit_id}")
async def arrive(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """Both notices accepted, belongings declared: host and guard are told."""
    form = await request.form()
    try:
        await tablet.post("visitor", f"/arrivals/{visit_id}:arrive", _arrival(request, form), key=key_of(form))
    except Refused as refused:
        answers = _refused(form, refused.problem)
        return await _confirm(request, tablet, visit_id, str(form.get("code") or ""), answers, refused.status)
    return await _registered(request, tablet, visit_id)


@router.post("/kiosk/decline/{visit_id}")
async def decline(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """The visitors' notice is not accepted: the host comes to the door."""
    form = await request.form()
    waiting = (await tablet.post("visitor", f"/arrivals/{visit_id}:decline", key=key_of(form))).data
    return page(request, "done.html", idle=FINISHED_SECONDS, done=waiting, kind="declined")


@router.get("/kiosk/walkin")
async def walk_in_form(request: Request, tablet: Tablet) -> Response:
    """One page for somebody without an appointment; the privacy notice comes first."""
    return page(request, "walkin.html", answers=Answers(), texts=await _texts(request, tablet))


@router.post("/kiosk/walkin")
async def walk_in(request: Request, tablet: Tablet) -> Response:
    """Ask the host; nobody's name is ever listed."""
    form = await request.form()
    body: dict[str, Any] = {
        name: form.get(name) or "" for name in ("name", "company", "phone", "host", "purpose", "privacy_version")
    }
    body |= {"language": language_of(request), "privacy_sha256": form.get("privacy_sha256") or None}
    try:
        made = await tablet.post("visitor", "/walk-ins", body, key=key_of(form))
    except Refused as refused:
        values = {"answers": _refused(form, refused.problem), "texts": await _texts(request, tablet)}
        return page(request, "walkin.html", status=refused.status, **values)
    return go(request, f"/kiosk/wait/{made.data['visit_id']}")


@router.get("/kiosk/walkin/{visit_id}")
async def walk_in_continue_form(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """After the host's yes: the visitors' notice and belongings, then the guard."""
    waiting = (await tablet.get("visitor", f"/arrivals/{visit_id}")).data
    if waiting["state"] != "approved":
        return go(request, f"/kiosk/wait/{visit_id}")
    return await _continue(request, tablet, visit_id, Answers())


@router.post("/kiosk/walkin/{visit_id}")
async def walk_in_continue(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """The privacy notice was accepted with the request; now the visitors' notice and belongings."""
    form = await request.form()
    try:
        await tablet.post("visitor", f"/arrivals/{visit_id}:arrive", _arrival(request, form), key=key_of(form))
    except Refused as refused:
        return await _continue(request, tablet, visit_id, _refused(form, refused.problem), refused.status)
    return await _registered(request, tablet, visit_id)


async def _continue(request: Request, tablet: Caller, visit_id: str, answers: Answers, status: int = 200) -> Response:
    values: dict[str, Any] = {"visit_id": visit_id, "answers": answers, "things": THINGS}
    return page(request, "continue.html", status=status, texts=await _texts(request, tablet), **values)


async def _registered(request: Request, tablet: Caller, visit_id: str) -> Response:
    """On to the photo where the site asks for one, else to the end."""
    asks = (await _texts(request, tablet))["photo_wanted"]
    return go(request, f"/kiosk/photo/{visit_id}" if asks else f"/kiosk/wait/{visit_id}")


@router.get("/kiosk/photo/{visit_id}")
async def photo_form(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """A photo for who agrees to one; going on without costs nothing. Only sites that ask for one lead here."""
    waiting = (await tablet.get("visitor", f"/arrivals/{visit_id}")).data
    if waiting["state"] != "arrived":
        return go(request, f"/kiosk/wait/{visit_id}")
    return page(request, "photo.html", visit_id=visit_id, answers=Answers())


@router.post("/kiosk/photo/{visit_id}")
async def keep_photo(request: Request, tablet: Tablet, visit_id: str) -> Response:
    """Keep the photo, by the camera or as a file, with its own consent."""
    async with request.form() as form:
        body = {"agreed": form.get("agreed") == "yes", "photo": await _base64(form.get("photo"))}
        key = key_of(form)
    try:
        await tablet.post("visitor", f"/arrivals/{visit_id}/photo", body, key=key)
    except Refused as refused:
        answers = Answers.refused({"agreed": "yes" if body["agreed"] else ""}, refused.problem)
        return page(request, "photo.html", status=refused.status, visit_id=visit_id, answers=answers)
    return go(request, f"/kiosk/wait/{visit_id}")


async def _base64(sent: object) -> str:
    return b64encode(await sent.read()).decode() if isinstance(sent, UploadFile) else ""


async def _texts(request: Request, tablet: Caller) -> Mapping[str, Any]:
    """Both notices as the site has them now, in the language of the page."""
    found: Mapping[str, Any] = (await tablet.get("visitor", "/texts", {"language": language_of(request)})).data
    return found


def _arrival(request: Request, form: FormData) -> dict[str, Any]:
    """What the visitor accepted and declared: the privacy notice by its tick, the visitors' notice by the button.

    Versions and hashes are those that stood on the page.
    """
    shown = {name: form.get(name) or None for name in ("privacy_sha256", "rules_sha256")}
    return {
        **shown,
        "privacy_version": form.get("privacy_version") or "-" if form.get("privacy") == "yes" else "-",
        "rules_version": form.get("rules_version") or "-",
        "language": language_of(request),
        "belongings": [{"kind": kind} for kind in form.getlist("things")],
        "signature": {
            "agreed": form.get("signature_agreed") == "yes",
            "name": form.get("signature_name") or "",
            "drawn": str(form.get("signature_drawn") or "").removeprefix("data:image/png;base64,") or None,
        },
    }


def _refused(form: FormData, problem: Mapping[str, Any]) -> Answers:
    """The form again; what is wrong with the notices stands beside the tick that accepts them."""
    return Answers.refused(form, problem, fields=FIELDS)


OF_THE_NOTICES = ("privacy_version", "privacy_sha256", "rules_version", "rules_sha256")
FIELDS = dict.fromkeys(OF_THE_NOTICES, "privacy") | {"signature.name": "signature_name"}
"""The field of the page beside which a fault of the API stands."""


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
    return page(request, "wait.html", block="answer", **values)


@router.get("/kiosk/out")
async def out_form(request: Request, tablet: Tablet) -> Response:
    """Scan the badge back."""
    return page(request, "out.html", answers=Answers())


@router.post("/kiosk/out")
async def out(request: Request, tablet: Tablet) -> Response:
    """Leave the floor or the premises, by the button pressed."""
    form = await request.form()
    path = "/exits:area" if form.get("from") == "area" else "/exits"
    badge = str(form.get("badge_no") or "").strip()
    try:
        done = (await tablet.post("visitor", path, {"badge_no": badge}, key=key_of(form))).data
    except Refused as refused:
        return page(request, "out.html", status=refused.status, answers=Answers.refused(form, refused.problem))
    return page(request, "done.html", idle=FINISHED_SECONDS, done=done, kind="left")


@router.get("/kiosk/help")
async def help_page(request: Request, tablet: Tablet) -> Response:
    """Where somebody goes who does not want to register here: the desk, beside the tablet."""
    return page(request, "help.html", rung=False)


@router.post("/kiosk/help")
async def ask_for_help(request: Request, tablet: Tablet) -> Response:
    """The help button: the guards are told at which door."""
    await tablet.post("visitor", "/alarms:help")
    return page(request, "help.html", block="notice", rung=True)
