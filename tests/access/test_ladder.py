"""Who may call which route of the access service: in writing, held against every route, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.db import Database
from chassis.loops import Loops
from services.access.app import PARTS
from tests.calls import Caller
from tests.ladder import EVERYBODY, STAFF, World, gaps, missing_rungs, row, wrong_doors, wrong_keys
from tests.ladder_stage import add_others, unkept
from tests.people import Ids, actor_of
from tests.plans import EVERY_TABLE_IS_SMALL, overheard

pytestmark = pytest.mark.anyio
ALL = EVERYBODY
KEEPERS, SHAPERS, PLANNERS = "hr platform client", "platform security", "manager platform"
NAMED = {"name": "夜班", "name_en": "Night"}
DOOR = {**NAMED, "area": "DESK", "kind": "entrance"}
DUTY = {"employee_no": "M001", "site_id": "{site}", "kind": "duty_manager", "starts_at": "{later}", "ends_at": "{late}"}
AWAY = {"employee_no": "E010", "starts_at": "{later}", "ends_at": "{late}"}
ROLE = {"role": "team_leader"}
SETTING = {"site_id": "{site}", "values": {"powers_may_unite": True}, "reason": "职场较小"}
WEEK = "site_id={site}&begin={later}&end={late}"

ROWS = (
    row("GET /people", "people:read", ALL),
    row("GET /people/{host_no}", "people:read", ALL),
    row("PUT /people/{host_no}", "people:write", KEEPERS, body={"name": "李娜"}, version="host", upserts=True),
    row("PUT /people/{host_no}/absence", "people:write", "host", KEEPERS,
        body={"starts_at": "{later}", "ends_at": "{late}", "deputy_no": "E002"}),
    row("DELETE /people/{host_no}/absence", "people:write", "host", KEEPERS),
    row("POST /people/{host_no}/roles", "roles:write", "security", body=ROLE),
    row("POST /people/{host_no}/roles:take", "roles:write", "security", body=ROLE),
    row("GET /departments", "people:read", ALL),
    row("PUT /departments/OUT1", "people:write", KEEPERS, body=NAMED, version="department"),
    row("GET /sites", "sites:read", ALL),
    row("PUT /sites/HQ", "sites:write", SHAPERS, body=NAMED, version="site"),
    row("PUT /sites/{site_code}/areas/DESK", "sites:write", SHAPERS, body={**NAMED, "kind": "front_desk"},
        version="area"),
    row("PUT /sites/{site_code}/doors/MAIN", "sites:write", SHAPERS, body=DOOR, version="door"),
    row("GET /sites/{site_code}/calendar", "sites:read", ALL),
    row("PUT /sites/{site_code}/calendar/{today}", "sites:write", SHAPERS, body={"working": True}),
    row("DELETE /sites/{site_code}/calendar/{today}", "sites:write", SHAPERS),
    row("GET /sites/{site_code}/areas/{area_code}/permitters", "sites:read", ALL),
    row("PUT /sites/{site_code}/areas/{area_code}/permitters", "sites:write", SHAPERS,
        body={"items": [{"employee_no": "M001"}]}, version="area"),
    row(f"GET /roster?{WEEK}", "roster:read", ALL),
    row("POST /roster", "roster:write", PLANNERS, body=DUTY),
    row("DELETE /roster/{duty}", "roster:write", PLANNERS),
    row("POST /roster/leaves", "roster:write", PLANNERS, "hr", body=AWAY),
    row("DELETE /roster/leaves/{leave}", "roster:write", PLANNERS, "hr"),
    row("GET /settings?site_id={site}", "settings:read", ALL),
    row("PUT /settings", "settings:write", "security", body=SETTING, version="settings", must=True),
    row("GET /journal", "audit:read", "auditor security platform"),
    row("GET /controls", "controls:read", ALL, "service"),
    row("GET /setup", "setup:read", "platform security auditor manager far client"),
    row("GET /internal/journal", "journal:read", "service"),
    row("GET /internal/status", "journal:read", "service"),
)  # fmt: skip
KEYLESS = {one.call for one in ROWS if one.method in ("PUT", "DELETE") and one.call != "PUT /settings"} | {
    "POST /people/{host_no}/roles", "POST /people/{host_no}/roles:take",
}  # fmt: skip
"""What says how something shall be: said twice it is the same."""
LISTS = tuple(
    row(f"GET /people?{one}", "people:read", "host")
    for one in ("q=li", "q=li&role=agent", "role=guard", "department=OUT1", "status=left", "department=OUT1&q=li")
)
"""People by each filter."""
SMALL = EVERY_TABLE_IS_SMALL | {"site", "area", "door", "department", "permitter", "calendar_year"}
"""What a company has a few dozens of, however long it works."""
OPEN = frozenset({"GET /healthz", "GET /readyz", "GET /internal/metrics"})
"""Health and figures tell nothing of anybody; `/internal` is reached inside the deployment only."""


@pytest.fixture
async def world(db: Database, ids: Ids) -> AsyncIterator[World]:
    others = add_others(db, ids)
    now = clock.now()
    names = {"site": ids.site, "host_no": "E001", "site_code": "HQ", "area_code": "DESK", "today": f"{now:%Y-%m-%d}"}
    names |= {name: text(now + timedelta(hours=hours)) for name, hours in (("later", 48), ("late", 56))}
    async with unkept(PARTS, db) as app:
        made = World(PARTS, app, ids, others, names)
        app.state.db = db
        manager = Caller(app, "access", actor_of("manager", ids))
        then = {"starts_at": text(now + timedelta(hours=60)), "ends_at": text(now + timedelta(hours=66))}
        rostered = (await manager.post("/roster", {**made.fill(DUTY), **then})).body["items"]
        away = await manager.post("/roster/leaves", {**made.fill(AWAY), "employee_no": "E002"})
        names |= {"duty": rostered[0]["id"], "leave": away.body["id"]}
        made.versions = await versions(manager)
    async with unkept(PARTS, db) as app:
        made.app = app
        yield made


async def versions(manager: Caller) -> dict[str, int]:
    """What If-Match says of each thing as it stands."""
    places = (await manager.get("/sites")).body
    of = {kind: {one["code"]: one["version"] for one in places[f"{kind}s"]} for kind in ("site", "area")}
    door = next(one["version"] for one in places["doors"] if one["code"] == "MAIN")
    departments = (await manager.get("/departments")).body["items"]
    department = next(one["version"] for one in departments if one["code"] == "OUT1")
    person = (await manager.get("/people/E001")).body["version"]
    found = {"site": of["site"]["HQ"], "area": of["area"]["DESK"], "door": door, "settings": 0}
    return {**found, "department": department, "host": person}


def text(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


def test_every_route_has_its_row() -> None:
    wrong = gaps(PARTS, ROWS, OPEN)
    assert not wrong, "\n".join(wrong)


async def test_each_of_the_cast_gets_what_the_table_says(world: World) -> None:
    wrong = await wrong_doors(world, ROWS)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_no_table_that_grows_is_read_whole(world: World) -> None:
    loops = Loops()
    PARTS.add_loops(loops, world.app.state.db)
    with overheard(world.app.state.db) as heard:
        for loop in loops.all:
            await loop.work()
        for one in (*ROWS, *LISTS):
            said = await world.send(min(one.may), one)
            assert said.status < 300, (one.call, said.body)
    wrong = heard.whole_reads(SMALL)
    assert not wrong, "\n".join(wrong)


async def test_unknown_things_bad_bodies_old_versions_and_missing_keys_are_refused(world: World) -> None:
    wrong = await missing_rungs(world, ROWS) + await wrong_keys(world, ROWS, KEYLESS)
    assert not wrong, "\n".join(wrong)


async def test_whole_records_are_read_by_those_who_keep_or_manage_them(world: World) -> None:
    whole = set()
    for who in STAFF:
        said = await world.as_(who, "people:read").get("/people/E001")
        whole |= {who} if said.body["roles_held"] is not None else set()
    assert whole == {"host", "supervisor", "manager", "hr", "platform", "security", "auditor", "leader"}
