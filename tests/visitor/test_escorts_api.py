"""Designating escorts over REST: the ladder of each route, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.ids import new_id
from services.access.people import actions as people
from services.access.people.schemas import PersonKept
from services.visitor.app import PARTS
from tests.builders import fact_names
from tests.calls import Caller
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
WHY = {"reason": "调往其他部门"}


def text(at: Any) -> str:
    return str(at.isoformat())


def asked(floor: Floor, **changes: Any) -> dict[str, Any]:
    now = clock.now()
    usual = {
        "site_id": floor.ids.site,
        "employee_no": "S001",
        "kind": "guests",
        "area_ids": [floor.ids.areas["FLOOR"]],
        "starts_at": text(now),
        "ends_at": text(now + 30 * DAY),
    }
    return {**usual, **changes}


async def test_the_centre_manager_designates(floor: Floor) -> None:
    said = await floor.as_("manager").post("/escorts", asked(floor))
    assert said.status == 201, said.body
    assert said.body["person"]["name"] == "李主管"
    assert [area["name"] for area in said.body["areas"]] == ["三楼坐席职场"]
    assert said.body["designated_by"]["name"] == "赵经理"
    assert (said.body["most_open"], said.body["open_now"], said.body["can"]) == (3, 0, ["end"])
    assert said.headers["etag"] == '"1"'
    assert fact_names(floor.db)[-1] == "EscortDesignated"


async def test_without_a_token_401(floor: Floor) -> None:
    nobody = Caller(floor.app, "visitor", None)
    assert (await nobody.get("/escorts", site_id=floor.ids.site)).status == 401
    assert (await nobody.post("/escorts", asked(floor))).status == 401


async def test_nobody_else_designates_and_the_refusal_says_who_can(floor: Floor) -> None:
    for name in set(CAST) - {"manager"}:
        said = await floor.as_(name).post("/escorts", asked(floor))
        assert (name, said.status, said.rules) == (name, 403, ["designates_escorts"])
        assert said.body["errors"][0]["control"] == "2.4"
        assert said.body["detail"] == "陪同人员由本职场的呼叫中心运营经理指定。请联系：赵经理"
    english = await floor.as_("host", "en").post("/escorts", asked(floor))
    assert english.body["detail"] == "Escorts are designated by the site's centre manager. Please ask 赵经理"
    assert "EscortDesignated" not in fact_names(floor.db)


async def test_machines_need_the_scope_and_then_the_role(floor: Floor) -> None:
    for kind in (ActorKind.DEVICE, ActorKind.CLIENT):
        without = Actor(kind, "m", scopes=frozenset({"visits:write"}), site=floor.ids.site)
        refused = await Caller(floor.app, "visitor", without).post("/escorts", asked(floor))
        assert (refused.status, refused.body["needed_scope"]) == (403, "escorts:write")
        scoped = Actor(kind, "m", scopes=frozenset({"escorts:write"}), site=floor.ids.site)
        assert (await Caller(floor.app, "visitor", scoped).post("/escorts", asked(floor))).rules == [
            "designates_escorts"
        ]


async def test_guests_are_for_managers_and_work_for_anybody_of_the_unit(floor: Floor) -> None:
    manager = floor.as_("manager")
    guests = await manager.post("/escorts", asked(floor, employee_no="E001"))
    assert (guests.status, guests.rules) == (422, ["guests_need_a_manager"])
    assert guests.body["errors"][0]["pointer"] == "/kind"
    assert (await manager.post("/escorts", asked(floor, employee_no="E001", kind="work"))).status == 201


async def test_every_fault_is_told_at_once(floor: Floor) -> None:
    now = clock.now()
    wrong = asked(
        floor, employee_no="E001", area_ids=[new_id()], starts_at=text(now - 2 * DAY), ends_at=text(now - DAY)
    )
    said = await floor.as_("host").post("/escorts", wrong)
    assert said.status == 403
    assert said.rules == [
        "designates_escorts",
        "guests_need_a_manager",
        "designation_names_areas_of_the_site",
        "designation_runs_forward",
    ]


async def test_a_leaver_is_designated_for_nothing(floor: Floor) -> None:
    floor.access.write_now(people.keep_person, SYSTEM, "S001", PersonKept(name="李主管", active=False))
    floor.follow()
    said = await floor.as_("manager").post("/escorts", asked(floor))
    assert "designated_person_works_here" in said.rules


async def test_unknown_site_404_and_unknown_person_beside_the_field(floor: Floor) -> None:
    assert (await floor.as_("manager").post("/escorts", asked(floor, site_id=new_id()))).status == 404
    said = await floor.as_("manager").post("/escorts", asked(floor, employee_no="NOBODY"))
    assert (said.status, said.rules) == (422, ["designated_person_is_known"])
    assert said.body["errors"][0]["pointer"] == "/employee_no"
    assert (await floor.as_("host").post("/escorts", asked(floor, employee_no="NOBODY"))).status == 403


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "friends"}, "/kind"),
    ({"area_ids": []}, "/area_ids"),
    ({"area_ids": ["FLOOR"]}, "/area_ids/0"),
    ({"starts_at": "2026-11-24T09:00:00"}, "/starts_at"),
    ({"most_open": 0}, "/most_open"),
    ({"most_open": 21}, "/most_open"),
    ({"employee_no": " "}, "/employee_no"),
    ({"role": "escort"}, "/role"),
]


async def test_a_bad_body_422_names_the_field(floor: Floor) -> None:
    for change, pointer in BAD_FIELDS:
        said = await floor.as_("manager").post("/escorts", asked(floor, **change))
        assert (said.status, [error["pointer"] for error in said.body["errors"]]) == (422, [pointer])


async def test_times_at_the_edge_of_the_calendar_are_refused_not_failed(floor: Floor) -> None:
    place = {"site_id": floor.ids.site, "kind": "work", "area": floor.ids.areas["FLOOR"]}
    for at in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
        said = await floor.as_("manager").post("/escorts", asked(floor, starts_at=at, ends_at=at))
        assert said.status == 422
        assert (await floor.as_("manager").get("/escorts/entitled", **place, begin=at, end=at)).status == 422


async def test_ending_needs_the_version_and_happens_once(floor: Floor) -> None:
    manager = floor.as_("manager")
    made = (await manager.post("/escorts", asked(floor))).body
    end = f"/escorts/{made['id']}:end"
    assert (await manager.post(end, WHY)).status == 428
    assert (await manager.post(end, WHY, version=9)).status == 412
    assert (await floor.as_("supervisor").post(end, WHY, version=1)).status == 403
    assert (await manager.post(f"/escorts/{new_id()}:end", WHY, version=1)).status == 404
    assert (await manager.post("/escorts/unknown:end", WHY, version=1)).status == 422
    silent = await manager.post(end, {}, version=1)
    assert (silent.status, silent.rules) == (422, ["ending_has_its_reason"])
    ended = await manager.post(end, WHY, version=1)
    assert (ended.status, ended.body["ended_by"]["name"], ended.body["can"]) == (200, "赵经理", [])
    assert (ended.body["state"], ended.body["end_reason"]) == ("ended", "调往其他部门")
    again = await manager.post(end, WHY, version=2)
    assert (again.status, again.body["detail"]) == (409, "这项指定已由赵经理结束")
    assert fact_names(floor.db).count("DesignationEnded") == 1


async def test_the_same_key_designates_once(floor: Floor) -> None:
    body = asked(floor)
    first = await floor.as_("manager").post("/escorts", body, key="once")
    again = await floor.as_("manager").post("/escorts", body, key="once")
    assert first.body == again.body
    assert fact_names(floor.db).count("EscortDesignated") == 1


async def test_the_list_shows_what_holds_and_what_is_over_page_by_page(floor: Floor) -> None:
    manager = floor.as_("manager")
    for employee_no in ("S001", "M001", "D001"):
        made = (await manager.post("/escorts", asked(floor, employee_no=employee_no))).body
    await manager.post(f"/escorts/{made['id']}:end", WHY, version=1)
    first = (await manager.get("/escorts", site_id=floor.ids.site, limit=1)).body
    assert [item["person"]["employee_no"] for item in first["items"]] == ["M001"]
    second = (await manager.get("/escorts", site_id=floor.ids.site, limit=1, cursor=first["next"])).body
    assert [item["person"]["employee_no"] for item in second["items"]] == ["S001"]
    assert second["next"] is None
    over = (await manager.get("/escorts", site_id=floor.ids.site, over=True)).body
    assert [item["person"]["employee_no"] for item in over["items"]] == ["D001"]
    seen_by_host = (await floor.as_("host").get("/escorts", site_id=floor.ids.site)).body
    assert [item["can"] for item in seen_by_host["items"]] == [[], []]
    assert (first["can"], seen_by_host["can"]) == (["designate"], [])
    assert [(item["state"], item["present"]) for item in seen_by_host["items"]] == [("in_force", True)] * 2
    coming = asked(floor, starts_at=text(clock.now() + DAY), most_open=None)
    assert (await manager.post("/escorts", coming)).body["state"] == "coming"
    one = await floor.as_("host").get(f"/escorts/{made['id']}")
    assert (one.body["state"], one.body["person"]["employee_no"]) == ("ended", "D001")
    assert (await manager.get(f"/escorts/{new_id()}")).status == 404
    later = clock.now() + 31 * DAY
    with clock.reading(lambda: later):
        lapsed = (await floor.as_("manager").get("/escorts", site_id=floor.ids.site, over=True)).body
    assert sorted(item["state"] for item in lapsed["items"]) == ["ended", "expired", "expired", "expired"]


async def entitled(floor: Floor, begin: Any, end: Any, kind: str = "guests", area: str = "FLOOR") -> list[str]:
    place = {"site_id": floor.ids.site, "kind": kind, "area": floor.ids.areas[area]}
    said = await floor.as_("host").get("/escorts/entitled", **place, begin=text(begin), end=text(end))
    assert said.status == 200, said.body
    return [one["employee_no"] for one in said.body["items"] if one["has_room"]]


async def test_the_entitled_cover_kind_areas_and_the_whole_time(floor: Floor) -> None:
    now, manager = clock.now(), floor.as_("manager")
    await manager.post("/escorts", asked(floor, ends_at=text(now + DAY)))
    await manager.post("/escorts", asked(floor, starts_at=text(now + DAY), ends_at=text(now + 2 * DAY)))
    await manager.post("/escorts", asked(floor, employee_no="M001", ends_at=text(now + DAY)))
    await manager.post("/escorts", asked(floor, employee_no="E001", kind="work"))
    soon = clock.now()
    assert await entitled(floor, soon, soon + DAY / 2) == ["M001", "S001"]
    assert await entitled(floor, soon, soon + 1.5 * DAY) == ["S001"]
    assert await entitled(floor, soon, soon + 3 * DAY) == []
    assert await entitled(floor, soon, soon, kind="work") == ["E001"]
    assert await entitled(floor, soon, soon, area="SERVER") == []
    assert await entitled(floor, soon - 2 * DAY, soon) == []


async def test_who_left_or_lost_the_post_is_not_entitled(floor: Floor) -> None:
    manager, now = floor.as_("manager"), clock.now()
    for employee_no in ("S001", "D001"):
        await manager.post("/escorts", asked(floor, employee_no=employee_no))
    soon = clock.now()
    assert await entitled(floor, soon, soon) == ["D001", "S001"]
    floor.access.write_now(
        people.keep_person, SYSTEM, "D001", PersonKept(name="周值班", leaves_at=now + timedelta(hours=1))
    )
    floor.follow()
    assert await entitled(floor, soon, soon) == ["D001", "S001"]
    with clock.reading(lambda: now + timedelta(hours=2)):
        assert await entitled(floor, clock.now(), clock.now()) == ["S001"]


async def test_2_4_is_at_risk_while_nobody_is_designated(floor: Floor) -> None:
    async def standing() -> tuple[str, str | None]:
        items = (await floor.as_("auditor").get("/controls")).body["items"]
        found = next(item for item in items if item["control"] == "2.4")
        return found["standing"], found["next_due_at"]

    assert any(one.control == "2.4" for one in PARTS.measures)
    assert await standing() == ("at_risk", None)
    made = await floor.as_("manager").post("/escorts", asked(floor))
    assert await standing() == ("kept", made.body["ends_at"])
