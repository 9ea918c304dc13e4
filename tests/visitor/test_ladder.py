"""Who may call which route of the visitor service: in writing, held against every route, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from chassis import clock
from services.visitor.app import PARTS
from tests.calls import Caller
from tests.conftest import OpenDb
from tests.ladder import EVERYBODY, STAFF, World, gaps, missing_rungs, named, row, wrong_doors, wrong_keys
from tests.ladder_stage import add_others, unkept
from tests.scenes import Scene
from tests.visitor.conftest import MONDAY, WHEN, staged
from tests.visitor.ladder_world import PHOTO, play

pytestmark = pytest.mark.anyio
ALL = EVERYBODY
LOUNGE = "host guard pin floor_manager manager duty_manager auditor security leader client"
"""For whom a visit to the lounge exists; beside them the supervisor of the host's department permits floors."""
FLOOR = named(LOUNGE, "supervisor")
MEETS = "host guard pin floor_manager manager duty_manager"
"""Who meets the visitor, and so sees the picture."""
WATCH = "guard pin floor_manager manager duty_manager leader security auditor client"
COUNT = "guard floor_manager platform"
STOCK = named(COUNT, "manager duty_manager security auditor")
FOLLOW = "guard pin floor_manager manager duty_manager agent"
"""Who carries a case on; the agent has reported it."""
CASES = named(FOLLOW, "security auditor")
SETTLE = "guard floor_manager manager duty_manager"
ALARMS = named(SETTLE, "security auditor leader")
INVITATION = {
    "visitors": [{"name": "周五"}], "kind": "maintenance", "purpose": "空调检修", "host_no": "E001",
    "areas": ["{lounge}"], "starts_at": "{now}", "ends_at": "{soon}",
}  # fmt: skip
PLAN = {name: INVITATION[name] for name in ("kind", "host_no", "areas", "starts_at", "ends_at")}
DESIGNATION = {
    "site_id": "{site}", "employee_no": "E002", "kind": "work", "area_ids": ["{floor}"], "starts_at": "{now}",
    "ends_at": "{soon}",
}  # fmt: skip
WALK_IN = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
CHECK = {"id_kind": "resident", "name_matches": True, "photo_matches": True}
BADGES = {"site_id": "{site}", "prefix": "N", "first": 1, "last": 2, "kind": "floor"}
SITE = "site_id={site}"
SETTING = {"site_id": "{site}", "values": {"early": 45}, "reason": "门口较远"}
HOLD = {"because": "dispute", "basis": "（2026）沪 01 民初 123 号", "review_on": "{review}"}
APPROVE = {"decision": "approve"}

ROWS = (
    row("GET /visits", "visits:read", ALL),
    row("GET /visits:export", "visits:read", ALL),
    row("GET /visits/exports", "visits:read", "auditor security leader manager far"),
    row("GET /visits/waiting", "visits:read", ALL),
    row("POST /visits", "visits:write", ALL, body=INVITATION),
    row("POST /visits:preview", "visits:read", ALL, body=PLAN),
    row("GET /visits/{asked}", "visits:read", FLOOR, sees=FLOOR),
    row("PATCH /visits/{asked}", "visits:write", "host manager", sees=FLOOR, body={"purpose": "改期"},
        version="asked", must=True),
    row("POST /visits/{asked}:decide", "visits:write", "supervisor manager", sees=FLOOR, body=APPROVE,
        version="asked"),
    row("POST /visits/{unasked}:say-by-phone", "visits:write", "guard", sees=LOUNGE, body=APPROVE),
    row("POST /visits/{asked}:withdraw", "visits:write", "host manager", sees=FLOOR, version="asked"),
    row("GET /visits/{asked}/pass", "visits:read", "host", sees="host"),
    row("GET /parties/{party}", "visits:read", FLOOR, sees=FLOOR),
    row("POST /parties/{party}:decide", "visits:write", "supervisor manager", sees=FLOOR, body=APPROVE),
    row("GET /internal/invitations/{asked}", "invitations:read", "service"),
    row("GET /lobby?site_id={site}", "visits:read", WATCH),
    row("GET /desk?site_id={site}", "visits:read", WATCH),
    row("GET /presence?site_id={site}", "visits:read", WATCH),
    row("POST /arrivals:find", "kiosk", "tablet", body={"code": "{code}"}),
    row("POST /arrivals/{coming}:arrive", "kiosk", "tablet", body=WHEN),
    row("POST /arrivals/{coming}:decline", "kiosk", "tablet"),
    row("POST /walk-ins", "kiosk", "tablet", body=WALK_IN),
    row("GET /arrivals/{coming}", "kiosk", "tablet"),
    row("POST /arrivals/{arrived}/photo", "kiosk", "tablet", body={"agreed": True, "photo": PHOTO}),
    row("POST /visits/{arrived}:check-id", "id-checks:write", "guard pin", sees=LOUNGE, body=CHECK),
    row("POST /visits/{arrived}:hand-badge", "id-checks:write", "guard pin", sees=LOUNGE, body={"badge_no": "L005"}),
    row("GET /texts?site_id={site}", "kiosk", STAFF, "tablet", sees=named(STAFF, "tablet")),
    row("GET /texts/{sha}", "visits:read", ALL),
    row("GET /visits/{arrived}/consents", "visits:read", LOUNGE, sees=LOUNGE),
    row("GET /visits/{arrived}/consents/photo", "visits:read", MEETS, sees=LOUNGE),
    row("POST /visits/{arrived}/consents/photo:withdraw", "visits:write", MEETS, sees=LOUNGE),
    row("POST /entries", "kiosk", "tablet", body={"badge_no": "{cleared_badge}"}),
    row("POST /entries/{scan}:escort", "kiosk", "tablet", body={"badge_no": "B-S001"}),
    row("POST /exits:area", "kiosk", "tablet", body={"badge_no": "{inside_badge}"}),
    row("POST /exits", "kiosk", "tablet", body={"badge_no": "{in_lounge_badge}"}),
    row("POST /visits/{in_lounge}:leave", "visits:write", "guard", sees=LOUNGE, body={"badge": "returned"}),
    row("POST /visits/{unseen}:confirm-left", "visits:write", "guard duty_manager manager", sees=LOUNGE,
        body={"reason": "监控回看", "badge": "returned"}),
    row(f"GET /escorts?{SITE}", "escorts:read", ALL),
    row(f"GET /escorts/entitled?{SITE}&kind=work&area={{floor}}&begin={{now}}&end={{soon}}", "escorts:read", ALL),
    row("GET /escorts/{designation}", "escorts:read", ALL),
    row("POST /escorts", "escorts:write", "manager", body=DESIGNATION),
    row("POST /escorts/{designation}:end", "escorts:write", "manager", body={"reason": "调岗"},
        version="designation", must=True),
    row("GET /custody", "visits:read", ALL),
    row("POST /visits/{inside}/custody:offer", "visits:write", "supervisor", sees=named(FLOOR, "deputy"),
        body={"employee_no": "E002"}),
    row("POST /visits/{inside}/custody:accept", "visits:write", "deputy", sees=FLOOR),
    row("POST /visits/{inside}/custody:decline", "visits:write", "deputy", sees=FLOOR),
    row("POST /visits/{lost}/custody:take-over", "visits:write", "supervisor deputy", sees=named(FLOOR, "agent"),
        refused=409),
    row("POST /visits/{inside}/custody:bring-back", "visits:write", "supervisor", sees=named(FLOOR, "deputy")),
    row(f"GET /badges?{SITE}", "badges:read", STOCK),
    row(f"GET /badges/day?{SITE}", "badges:read", STOCK),
    row(f"GET /badges/counts?{SITE}", "badges:read", STOCK),
    row(f"GET /badges/{{badge}}?{SITE}", "badges:read", STOCK),
    row("POST /badges", "badges:write", COUNT, body=BADGES),
    row("POST /badges:retire", "badges:write", COUNT, body={"site_id": "{site}", "no": "{badge}"}),
    row("POST /badges:lose", "badges:write", COUNT, body={"site_id": "{site}", "no": "{badge}"}),
    row("POST /badges:found", "badges:write", COUNT, body={"site_id": "{site}", "no": "{lost_badge}"}),
    row("POST /badges:count", "badges:write", COUNT,
        body={"site_id": "{site}", "counted": 4, "missing": [], "extra": []}),
    row("GET /visits/{arrived}/belongings", "belongings:read", LOUNGE, sees=LOUNGE),
    row("POST /visits/{arrived}/belongings", "belongings:write", "guard", sees=LOUNGE,
        body={"items": [{"kind": "camera"}]}),
    row(f"GET /belongings?{SITE}", "belongings:read", "guard floor_manager manager duty_manager security auditor"),
    row("POST /belongings/{carried}:leave-outside", "belongings:write", "guard", sees=LOUNGE,
        body={"locker": "7", "tag": "T-7"}),
    row("POST /belongings/{kept}:give-back", "belongings:write", "guard", sees=LOUNGE),
    row("POST /belongings/{kept}:report-lost", "belongings:write", "guard", sees=LOUNGE, body={"note": "柜子是空的"}),
    row("POST /visits/{over}:erase", "visits:write", "security", sees=LOUNGE, body={"reason": "本人申请删除"}),
    row("GET /visits/{erased}/erasure", "visits:read", LOUNGE, sees=LOUNGE),
    row("GET /holds", "visits:read", "security auditor"),
    row("GET /holds/{hold}", "visits:read", "security auditor", sees="security auditor"),
    row("GET /visits/{arrived}/holds", "visits:read", "security auditor", sees=LOUNGE),
    row("POST /visits/{arrived}:hold", "visits:write", "security", sees=LOUNGE, body=HOLD),
    row("POST /holds/{hold}:review", "visits:write", "security", sees="security auditor",
        body={"review_on": "{review}"}),
    row("POST /holds/{hold}:lift", "visits:write", "security", sees="security auditor", body={"reason": "案件已结"}),
    row("GET /visits/{arrived}/history", "visits:read", LOUNGE, sees=LOUNGE),
    row("GET /visits/{arrived}/unmaskable", "visits:read", LOUNGE, sees=LOUNGE),
    row("POST /visits/{arrived}:unmask", "visits:write", "security guard", sees=LOUNGE,
        body={"fields": ["phone"], "reason": "contact"}),
    row("POST /visits/{arrived}:copy", "visits:write", "security", sees=LOUNGE,
        body={"made_for": "visitor", "identity_checked": True}),
    row("GET /personal-data", "visits:read", "security platform auditor"),
    row("GET /retention", "visits:read", "security auditor"),
    row(f"GET /strangers?{SITE}", "strangers:read", ALL),
    row("POST /strangers", "strangers:write", STAFF, "pin tablet", body={"site_id": "{site}"}),
    row("GET /strangers/{seen}", "strangers:read", CASES, sees=CASES),
    row("PATCH /strangers/{seen}", "strangers:write", FOLLOW, sees=CASES, body={"note": "戴帽子"}, version="seen"),
    row("POST /strangers/{seen}:call-guard", "strangers:write", FOLLOW, sees=CASES),
    row("POST /strangers/{seen}:show-out", "strangers:write", FOLLOW, sees=CASES),
    row("POST /strangers/{out}:ask", "strangers:write", FOLLOW, sees=CASES),
    row("POST /strangers/{out}:close", "strangers:write", FOLLOW, sees=CASES, body={"outcome": "left"}),
    row(f"GET /alarms?{SITE}", "alarms:read", ALARMS),
    row("POST /alarms/{alarm}:settle", "alarms:write", SETTLE, sees=ALARMS, body={"note": "已到门口"}),
    row("POST /alarms:help", "kiosk", "tablet"),
    row(f"GET /settings?{SITE}", "settings:read", ALL),
    row("PUT /settings", "settings:write", "security", body=SETTING, version="settings", must=True),
    row("GET /journal", "audit:read", "auditor security platform"),
    row("GET /controls", "controls:read", ALL, "service"),
    row("GET /setup", "setup:read", "platform security auditor manager far client"),
    row("GET /internal/journal", "journal:read", "service"),
    row("GET /internal/status", "journal:read", "service"),
)  # fmt: skip
KEYLESS = frozenset({
    "POST /visits:preview", "POST /arrivals:find", "POST /visits/{arrived}:unmask", "POST /visits/{arrived}:copy",
    "PATCH /strangers/{seen}", "POST /strangers/{seen}:call-guard", "POST /strangers/{seen}:show-out",
    "POST /strangers/{out}:ask", "POST /strangers/{out}:close", "POST /alarms:help",
})  # fmt: skip
"""What only looks, is recorded each time it is called, or is a step that a state takes once."""
OPEN = frozenset({"GET /healthz", "GET /readyz", "GET /internal/metrics"})
"""Health and figures tell nothing of anybody; `/internal` is reached inside the deployment only."""


@pytest.fixture
async def world(open_db: OpenDb, monday: Scene) -> AsyncIterator[World]:
    with clock.reading(lambda: MONDAY):
        async with staged(open_db, monday) as floor:
            others = add_others(floor.access, floor.ids)
            floor.follow()
            names, versions = await play(floor)
        async with unkept(PARTS, floor.db) as app:
            yield World(PARTS, app, floor.ids, others, names, versions)


def test_every_route_has_its_row() -> None:
    wrong = gaps(PARTS, ROWS, OPEN)
    assert not wrong, "\n".join(wrong)


async def test_each_of_the_cast_gets_what_the_table_says(world: World) -> None:
    wrong = await wrong_doors(world, ROWS)
    assert not wrong, "\n".join(wrong)


async def test_unknown_things_bad_bodies_old_versions_and_missing_keys_are_refused(world: World) -> None:
    wrong = await missing_rungs(world, ROWS) + await wrong_keys(world, ROWS, KEYLESS)
    assert not wrong, "\n".join(wrong)


async def test_the_log_lists_a_visit_and_its_visitor_for_those_who_may_see_them(world: World) -> None:
    names = {}
    for who in sorted(STAFF):
        found = (await world.as_(who, "visits:read").get("/visits")).body["items"]
        shown = [one["visitor_name"] for one in found if one["id"] == world.names["asked"]]
        if shown:
            names[who] = shown[0]
    whole = named("host guard floor_manager manager duty_manager leader")
    assert names == dict.fromkeys(whole, "王小明") | dict.fromkeys(("auditor", "security"), "王＊明")


async def test_a_role_that_reads_no_log_opens_none_where_it_is_held(world: World) -> None:
    branch = next(role for role in world.others["far"].roles if role.startswith("guard@"))
    both = replace(world.others["far"], roles=frozenset({branch, f"maintenance@site:{world.ids.site}"}))
    assert (await Caller(world.app, "visitor", both).get("/visits")).body["items"] == []
