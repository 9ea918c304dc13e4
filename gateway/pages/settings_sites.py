"""Sites with their areas and doors: what there is, and one form for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel import Locale
from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.problems import NotFound
from gateway.answers import Answers
from gateway.caller import Caller, Refused, SignedIn
from gateway.languages import label

router = APIRouter(include_in_schema=False)

AREA_KINDS = (
    ("call_floor", label("坐席职场")),
    ("server_room", label("服务器机房 / 弱电间")),
    ("lounge", label("休息室 / 面试区")),
    ("front_desk", label("前台")),
    ("public", label("公共区")),
)
DOOR_KINDS = (
    ("entrance", label("出入口")),
    ("floor", label("职场门（访客证和陪同人工牌）")),
    ("inner", label("内部门")),
    ("exit", label("安全出口")),
)
COUNTRIES = ("CN", "HK", "MO", "TW", "SG", "JP", "KR", "MY", "TH", "VN", "PH", "ID", "IN", "GB", "DE", "FR", "US", "CA",
             "AU")  # fmt: skip
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo",
         "Asia/Seoul", "Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Manila", "Asia/Jakarta",
         "Asia/Kolkata", "Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Los_Angeles",
         "America/Toronto", "Australia/Sydney")  # fmt: skip

Found = Mapping[str, Any]


def _site_body(form: FormData) -> dict[str, Any]:
    names = ("name", "name_en", "zone", "country", "opens_at", "closes_at")
    return {name: str(form.get(name) or "") for name in names}


def _area_body(form: FormData) -> dict[str, Any]:
    names = ("name", "name_en", "kind", "storey", "storey_en")
    position = str(form.get("position") or "0")
    body = {name: str(form.get(name) or "") for name in names}
    whole = position.isascii() and position.isdecimal()
    return {**body, "position": int(position) if whole else position, "privileged": form.get("privileged") == "yes"}


def _door_body(form: FormData) -> dict[str, Any]:
    return {name: str(form.get(name) or "") for name in ("name", "name_en", "area", "kind")}


BODIES: Mapping[str, Callable[[FormData], dict[str, Any]]] = {"area": _area_body, "door": _door_body}


@router.get("/settings/sites")
async def list_sites(request: Request, caller: SignedIn) -> Response:
    """Every site with its areas, doors and office hours; those no longer used last."""
    found = (await caller.get("access", "/sites")).data
    values = {"found": found, "area_kinds": dict(AREA_KINDS), "door_kinds": dict(DOOR_KINDS)}
    page: Response = request.app.state.render.page(request, "settings/sites.html", **values)
    return page


@router.get("/settings/sites/new")
async def new_site(request: Request, caller: SignedIn) -> Response:
    """The form for another site."""
    return await _site_form(request, caller, None, Answers())


@router.get("/settings/sites/{code}")
async def edit_site(request: Request, caller: SignedIn, code: str) -> Response:
    """The form to change a site."""
    site = _one(await _found(caller), "sites", code)
    hours = {name: str(site[name])[:5] for name in ("opens_at", "closes_at")}
    return await _site_form(request, caller, site, Answers({**site, **hours, "active": _yes(site["active"])}))


@router.post("/settings/sites")
async def keep_site(request: Request, caller: SignedIn) -> Response:
    """Add or change a site."""
    form = await request.form()
    code, version = str(form.get("code") or "").strip(), str(form.get("version") or "")
    site = _one(await _found(caller), "sites", code) if version else None
    body = {**_site_body(form), "active": form.get("active") == "yes" or site is None}
    refused = await _put(caller, f"/sites/{code or '-'}", body, form)
    if refused is not None:
        return await _site_form(request, caller, site, _answers(form, refused), refused.status)
    return _go(request)


@router.get("/settings/sites/{code}/{kind}s/new")
async def new_place(request: Request, caller: SignedIn, code: str, kind: str) -> Response:
    """The form for another area or door."""
    return await _place_form(request, caller, code, kind, None, Answers())


@router.get("/settings/sites/{code}/{kind}s/{place}")
async def edit_place(request: Request, caller: SignedIn, code: str, kind: str, place: str) -> Response:
    """The form to change an area or a door."""
    found = await _found(caller)
    one = _place(found, code, kind, place)
    values = {**one, "active": _yes(one["active"]), "privileged": _yes(one.get("privileged"))}
    if kind == "door":
        values["area"] = next(area["code"] for area in found["areas"] if area["id"] == one["area_id"])
    return await _place_form(request, caller, code, kind, one, Answers(values))


@router.post("/settings/sites/{code}/{kind}s")
async def keep_place(request: Request, caller: SignedIn, code: str, kind: str) -> Response:
    """Add or change an area or a door."""
    form = await request.form()
    place, version = str(form.get("code") or "").strip(), str(form.get("version") or "")
    if kind not in BODIES:
        raise NotFound()
    one = _place(await _found(caller), code, kind, place) if version else None
    body = {**BODIES[kind](form), "active": form.get("active") == "yes" or one is None}
    refused = await _put(caller, f"/sites/{code}/{kind}s/{place or '-'}", body, form)
    if refused is not None:
        return await _place_form(request, caller, code, kind, one, _answers(form, refused), refused.status)
    return _go(request)


async def _put(caller: Caller, path: str, body: Mapping[str, Any], form: FormData) -> Refused | None:
    """Keep a place as the form has it; what refused it, or None."""
    version = str(form.get("version") or "0")
    try:
        await caller.put("access", path, body, key=str(form.get("form_token") or ""), version=version)
    except Refused as refused:
        return refused
    return None


async def _site_form(
    request: Request, caller: Caller, site: Found | None, answers: Answers, status: int = 200
) -> Response:
    await _found(caller)
    locale = Locale.parse("zh_Hans" if request.app.state.render.language(request).startswith("zh") else "en")
    countries = [(code, locale.territories[code]) for code in COUNTRIES]
    values = {"site": site, "countries": countries, "zones": [(zone, zone) for zone in ZONES]}
    page: Response = request.app.state.render.page(
        request, "settings/site.html", block="form", status=status, answers=answers, **values
    )
    return page


async def _place_form(
    request: Request, caller: Caller, code: str, kind: str, one: Found | None, answers: Answers, status: int = 200
) -> Response:
    if kind not in BODIES:
        raise NotFound()
    found = await _found(caller)
    site = _one(found, "sites", code)
    areas = [area for area in found["areas"] if area["site_id"] == site["id"] and area["active"]]
    values = {"site": site, "one": one, "areas": areas, "area_kinds": AREA_KINDS, "door_kinds": DOOR_KINDS}
    page: Response = request.app.state.render.page(
        request, f"settings/{kind}.html", block="form", status=status, answers=answers, **values
    )
    return page


async def _found(caller: Caller) -> Found:
    """Every place, for readers who may change them. Raises `NotFound`."""
    found: Found = (await caller.get("access", "/sites")).data
    if "change" not in found["can"]:
        raise NotFound()
    return found


def _one(found: Found, kind: str, code: str) -> Found:
    places: Sequence[Found] = found[kind]
    for place in places:
        if place["code"] == code:
            return place
    raise NotFound()


def _place(found: Found, code: str, kind: str, place: str) -> Found:
    if kind not in BODIES:
        raise NotFound()
    site = _one(found, "sites", code)
    own = [one for one in found[f"{kind}s"] if one["site_id"] == site["id"]]
    return _one({"own": own}, "own", place)


def _answers(form: FormData, refused: Refused) -> Answers:
    return Answers.refused(form, refused.problem, staff=True)


def _yes(flag: object) -> str:
    return "yes" if flag else ""


def _go(request: Request) -> Response:
    response: Response = request.app.state.render.go(request, "/settings/sites")
    return response
