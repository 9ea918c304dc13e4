"""Each page as each of the cast: who may see it stands here, and whoever else gets words, never a fault."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from chassis.settings import Settings
from gateway.app import build
from tests.ladder import api_routes
from tests.pages.test_visit_log import invite
from tests.people import CAST
from tests.whole import Whole

pytestmark = pytest.mark.anyio
NAME = "欧阳明珠"
NOBODY, TABLET = "nobody", "tablet"
STAFF = frozenset(CAST)
ANYBODY = STAFF | {NOBODY, TABLET}
DOOR = frozenset({"admin", "manager", "duty_manager", "guard", "floor_manager", "auditor"})
"""Who runs a door, keeps its badges or audits it."""
WATCH = DOOR | {"leader"}
SEES_THE_VISIT = WATCH | {"host"}
ADMIN, KEEPS_PEOPLE, AUDITS = frozenset({"admin"}), frozenset({"admin", "hr"}), frozenset({"admin", "auditor"})

MAY = {
    "/api": ANYBODY,
    "/api/openapi.json": ANYBODY,
    "/healthz": ANYBODY,
    "/readyz": ANYBODY,
    "/status": ANYBODY,
    "/metrics": AUDITS,
    "/login": frozenset({NOBODY, TABLET}),
    "/second-check": STAFF,
    "/me": STAFF,
    "/inbox": STAFF,
    "/desk": STAFF,
    "/board": STAFF,
    "/escorts": STAFF,
    "/help": STAFF | {TABLET},
    "/belongings": DOOR,
    "/people": STAFF,
    "/people/new": KEEPS_PEOPLE,
    "/people/{employee_no}": STAFF,
    "/people/{employee_no}/edit": KEEPS_PEOPLE,
    "/roster": STAFF,
    "/strangers": STAFF,
    "/texts": STAFF,
    "/setup": AUDITS | {"manager"},
    "/settings/badges": DOOR,
    "/settings/badges/count": DOOR,
    "/settings/badges/print": DOOR,
    "/settings/badges/{no}": DOOR,
    "/settings/calendar": STAFF,
    "/settings/channels": ADMIN,
    "/settings/clients": ADMIN,
    "/settings/departments": STAFF,
    "/settings/departments/new": KEEPS_PEOPLE,
    "/settings/departments/{code}": KEEPS_PEOPLE,
    "/settings/devices": STAFF,
    "/settings/escorts": STAFF,
    "/settings/escorts/new": STAFF,
    "/settings/personal-data": AUDITS,
    "/settings/sites": STAFF,
    "/settings/sites/new": ADMIN,
    "/settings/sites/{code}": ADMIN,
    "/settings/sites/{code}/areas/{area}/permitters": STAFF,
    "/settings/sites/{code}/{kind}s/new": ADMIN,
    "/settings/sites/{code}/{kind}s/{place}": ADMIN,
    "/settings/visits": STAFF,
    "/visits": STAFF,
    "/visits/board": WATCH,
    "/visits/export": STAFF,
    "/visits/exports": frozenset({"admin", "leader", "manager", "auditor"}),
    "/visits/inside": WATCH,
    "/visits/new": STAFF,
    "/visits/{visit_id}": SEES_THE_VISIT,
    "/visits/{visit_id}/badge": SEES_THE_VISIT,
    "/visits/{visit_id}/copy": ADMIN,
    "/visits/{visit_id}/edit": frozenset({"host", "manager"}),
    "/visits/{visit_id}/erase": ADMIN,
    "/visits/{visit_id}/hold": ADMIN,
    "/visits/{visit_id}/history": SEES_THE_VISIT,
    "/visits/{visit_id}/pass": frozenset({"host"}),
    "/visits/{visit_id}/pass.ics": frozenset({"host"}),
    "/visits/{visit_id}/pass.png": frozenset({"host"}),
    "/visits/{visit_id}/unmask": ADMIN,
    "/kiosk/pair": ANYBODY,
    "/kiosk": frozenset({TABLET}),
    "/kiosk/floor": frozenset({TABLET}),
    "/kiosk/help": frozenset({TABLET}),
    "/kiosk/in": frozenset({TABLET}),
    "/kiosk/out": frozenset({TABLET}),
    "/kiosk/staff": frozenset({TABLET}),
    "/kiosk/staff/in": frozenset({TABLET}),
    "/kiosk/wait/{visit_id}": frozenset({TABLET}),
    "/kiosk/walkin": frozenset({TABLET}),
}
"""Who sees what a page is for."""
TO_NOBODY = {
    "/",
    "/help/{key}",
    "/holds/{hold_id}",
    "/kiosk/in/{visit_id}",
    "/kiosk/photo/{visit_id}",
    "/kiosk/staff/door",
    "/kiosk/staff/inside",
    "/kiosk/staff/visits/{visit_id}",
    "/kiosk/walkin/{visit_id}",
    "/login/oidc",
    "/login/oidc/callback",
    "/parties/{party_id}",
    "/password/{link}",
    "/settings/escorts/{designation_id}/end",
    "/settings/visits/{key}",
    "/strangers/{stranger_id}",
    "/texts/{sha256}",
    "/visits/{visit_id}/erasure",
    "/visits/{visit_id}/picture/{what}",
}
"""Pages that send on, or whose thing does not exist in this scene: nobody gets one, and nobody a fault."""
STREAMS = {"/visits/board/stream"}
"""An answer without an end; the lobby's own tests hold it."""
NAMES_THE_VISITOR = {"/visits", "/visits/{visit_id}", "/visits/board", "/inbox", "/desk", "/visits/export"}


async def test_each_page_as_each_of_the_cast(whole: Whole) -> None:
    visit_id = await invite(whole, NAME)
    browsers = {NOBODY: whole.browser(), TABLET: await whole.tablet()}
    browsers |= {name: await whole.as_(name) for name in CAST}
    values = {"visit_id": visit_id, "employee_no": "E010", "code": "HQ", "no": "F001", "kind": "area"}
    values |= {"place": "FLOOR", "area": "FLOOR", "what": "photo", "sha256": "0" * 64}
    for path in pages():
        address = path.format_map(Other(values))
        for who, browser in browsers.items():
            said = await browser.get(address)
            assert said.status < 500, (path, who)
            assert (said.status == 200) is (who in MAY.get(path, ())), (path, who, said.status)
            if path in NAMES_THE_VISITOR and who not in SEES_THE_VISIT:
                assert NAME not in said.text, (path, who)


def test_every_page_has_its_row() -> None:
    assert set(pages()) == set(MAY) | TO_NOBODY


class Other(dict[str, Any]):
    """What stands for a thing that is not there."""

    def __missing__(self, _name: str) -> str:
        return "none"


def pages() -> list[str]:
    """The address of each page there is, as the gateway's routes say it."""
    app = build(Settings(), lambda _keeper: nullcontext())  # type: ignore[arg-type, return-value]
    shown = (route for route in api_routes(app.routes) if not route.include_in_schema and "GET" in route.methods)
    found = dict.fromkeys(route.path for route in shown)
    return [path for path in found if path not in STREAMS and not path.startswith(("/static/", "/internal/"))]
