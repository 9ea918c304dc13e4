"""Setting up sites, areas, doors and who permits: who may, what repeats, and that nothing in use is closed."""

from __future__ import annotations

from typing import Any

import pytest

from chassis import clock
from chassis.db import Tx
from chassis.peers import Entry
from services.access.app import PARTS
from services.access.follows import FOLLOWS_GATEWAY, FOLLOWS_VISITOR
from tests.access.conftest import Office

pytestmark = pytest.mark.anyio
SITE = {"name": "苏州职场", "name_en": "Suzhou"}
FLOOR = {"name": "三楼坐席职场", "name_en": "Call floor", "kind": "call_floor"}
DOOR = {"name": "职场门", "name_en": "Floor door", "area": "FLOOR", "kind": "floor"}


@pytest.mark.parametrize("name", ["hr", "manager", "auditor", "guard", "agent"])
async def test_administrators_alone_shape_sites(office: Office, name: str) -> None:
    caller = office.as_(name)
    for path, body in (
        ("/sites/SZ", SITE),
        ("/sites/HQ/areas/X", FLOOR),
        ("/sites/HQ/doors/X", DOOR),
        ("/sites/HQ/areas/FLOOR/permitters", {"items": []}),
        ("/sites/HQ/calendar/2026-12-24", {"working": False}),
    ):
        said = await caller.put(path, body)
        assert (said.status, said.rules) == (403, ["shapes_sites"]), path
    assert (await caller.get("/sites")).body["can"] == []


async def test_a_site_is_added_repeated_changed_and_never_overwritten_unseen(office: Office) -> None:
    admin = office.as_("admin")
    first = await admin.put("/sites/SZ", {**SITE, "zone": "Asia/Shanghai", "opens_at": "08:30", "closes_at": "17:30"})
    count = len(office.facts())
    again = await admin.put("/sites/SZ", {**SITE, "zone": "Asia/Shanghai", "opens_at": "08:30", "closes_at": "17:30"})
    assert (again.body, len(office.facts())) == (first.body, count)
    seen = await admin.put("/sites/SZ", {**SITE, "opens_at": "08:30", "closes_at": "17:30"}, version=1)
    assert seen.body["version"] == 2, "whoever sends the version they saw has looked at it"
    assert (await admin.put("/sites/SZ", SITE, version=1)).status == 412
    assert (await admin.put("/sites/NONE/areas/X", FLOOR)).status == 404


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("/sites/SZ", {**SITE, "zone": "Asia/Nowhere"}, "zone_exists"),
        ("/sites/SZ", {**SITE, "country": "XX"}, "country_has_a_calendar"),
        ("/sites/SZ", {**SITE, "opens_at": "18:00", "closes_at": "09:00"}, "office_hours_run_forward"),
        ("/sites/HQ/doors/X", {**DOOR, "area": "NONE"}, "door_leads_into_an_area_in_use"),
        ("/sites/HQ/doors/X", {**DOOR, "kind": "entrance"}, "door_fits_its_area"),
        ("/sites/HQ/doors/X", {**DOOR, "area": "LOUNGE"}, "door_fits_its_area"),
    ],
)
async def test_what_cannot_be_set_up(office: Office, path: str, body: dict[str, Any], rule: str) -> None:
    said = await office.as_("admin").put(path, body)
    assert (said.status, said.rules) == (422, [rule])


async def test_areas_stand_in_their_order_and_keep_their_storey(office: Office) -> None:
    admin = office.as_("admin")
    kept = {**FLOOR, "storey": "三楼", "storey_en": "3rd floor", "position": 7}
    assert (await admin.put("/sites/HQ/areas/FLOOR", kept)).body["storey_en"] == "3rd floor"
    assert [area["code"] for area in (await admin.get("/sites")).body["areas"]] == ["DESK", "LOUNGE", "SERVER", "FLOOR"]


def entry(subject_id: str, fact: str, body: dict[str, Any], state: Any = None) -> Entry:
    return Entry(0, clock.now(), fact, subject_id, "", body, state)


async def test_nothing_is_closed_while_it_is_used(office: Office) -> None:
    admin, ids = office.as_("admin"), office.ids

    async def close(path: str, body: dict[str, Any]) -> tuple[int, str]:
        said = await admin.put(path, {**body, "active": False})
        return said.status, said.body.get("detail", "")

    assert await close("/sites/HQ", SITE) == (409, "还在使用，不能停用：4 个区域、12 名员工")
    assert await close("/sites/HQ/areas/FLOOR", FLOOR) == (409, "还在使用，不能停用：1 道门")

    def use(tx: Tx) -> None:
        visit = {"open": True, "area_ids": [ids.areas["FLOOR"]]}
        FOLLOWS_VISITOR.by_subject["visit"](tx, entry("v1", "VisitInvited", {}, visit))
        FOLLOWS_GATEWAY.by_fact["DevicePaired"](tx, entry("d1", "DevicePaired", {"door_id": ids.doors["FLOOR"]}))

    office.db.write_now(use)
    assert await close("/sites/HQ/doors/FLOOR", DOOR) == (409, "还在使用，不能停用：1 块平板")

    def leave(tx: Tx) -> None:
        FOLLOWS_GATEWAY.by_fact["DeviceRevoked"](tx, entry("d1", "DeviceRevoked", {}))

    office.db.write_now(leave)
    assert (await close("/sites/HQ/doors/FLOOR", DOOR))[0] == 200
    assert await close("/sites/HQ/areas/FLOOR", FLOOR) == (409, "还在使用，不能停用：1 次来访")
    closed = {"open": False, "area_ids": [ids.areas["FLOOR"]]}
    office.db.write_now(lambda tx: FOLLOWS_VISITOR.by_subject["visit"](tx, entry("v1", "VisitEnded", {}, closed)))
    assert (await close("/sites/HQ/areas/FLOOR", FLOOR))[0] == 200
    assert (await admin.put("/sites/HQ/doors/X", DOOR)).rules == ["door_leads_into_an_area_in_use"]


async def test_who_permits_an_area_is_listed_by_role_or_person(office: Office) -> None:
    admin, path = office.as_("admin"), "/sites/HQ/areas/SERVER/permitters"
    department = office.ids.departments["OUT1"]
    listed = [
        {"role": "maintenance"},
        {"role": "supervisor", "scope": f"dept:{department}"},
        {"employee_no": "M001"},
    ]
    said = await admin.put(path, {"items": listed}, version=1)
    assert [
        (
            one["role"],
            one["scope"],
            one["department"] and one["department"]["code"],
            one["person"] and one["person"]["name"],
        )
        for one in said.body["items"]
    ] == [
        ("maintenance", "site", None, None),
        ("supervisor", f"dept:{department}", "OUT1", None),
        (None, None, None, "赵经理"),
    ]
    assert said.body["version"] == 2
    assert (await admin.put(path, {"items": []}, version=1)).status == 412
    state = office.db.read_now(PARTS.states["area"], office.ids.areas["SERVER"])
    assert state is not None
    assert [one["person_id"] for one in state["permitters"]] == [None, None, office.ids.people["manager"]]
    assert (await office.as_("host").get(path)).body["can"] == []
    assert (await admin.put("/sites/HQ/areas/NONE/permitters", {"items": []})).status == 404


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({}, "permitter_is_a_role_or_a_person"),
        ({"role": "guard", "employee_no": "M001"}, "permitter_is_a_role_or_a_person"),
        ({"employee_no": "NOBODY"}, "permitter_works_here"),
        ({"role": "escort"}, "permitter_role_is_no_duty"),
    ],
)
async def test_who_cannot_be_listed(office: Office, item: dict[str, Any], rule: str) -> None:
    said = await office.as_("admin").put("/sites/HQ/areas/FLOOR/permitters", {"items": [item]})
    assert (said.status, said.rules) == (422, [rule])
