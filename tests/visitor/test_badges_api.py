"""Badges over REST and in the hands of visitors: stock, day, count, and what never comes back; on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.ids import new_id
from chassis.rules import PolicyRefused
from services.visitor.badges import actions
from tests.builders import fact_names, facts
from tests.calls import Caller
from tests.people import CAST
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
KEEPERS = {"guard", "floor_manager", "admin"}
READERS = KEEPERS | {"manager", "duty_manager", "auditor"}


def hand_out(floor: Floor, no: str, visit_id: str, *, on_floor: bool = True, hours: int = 2) -> None:
    until = clock.now() + timedelta(hours=hours)
    host_id = floor.ids.people["host"]
    floor.db.write_now(
        actions.hand_out, SYSTEM, floor.ids.site, no, visit_id, floor=on_floor, host_id=host_id, until=until
    )


def refused(floor: Floor, no: str, visit_id: str, *, on_floor: bool = True) -> str:
    with pytest.raises(PolicyRefused) as error:
        hand_out(floor, no, visit_id, on_floor=on_floor)
    return error.value.breaches[0].text("zh")


def told(floor: Floor, kind: str) -> int:
    return sum(1 for fact in facts(floor.db) if fact["body"].get("kind") == kind)


async def day(floor: Floor) -> dict[str, Any]:
    said = await floor.as_("guard").get("/badges/day", site_id=floor.ids.site)
    assert said.status == 200, said.body
    body: dict[str, Any] = said.body
    return body


async def test_guards_add_a_range_and_adding_it_again_changes_nothing(floor: Floor) -> None:
    asked = {"site_id": floor.ids.site, "prefix": "V", "first": 8, "last": 11, "kind": "floor"}
    made = await floor.as_("guard").post("/badges", asked)
    assert made.status == 201, made.body
    numbers = [item["no"] for item in made.body["items"] if item["no"].startswith("V")]
    assert numbers == ["V008", "V009", "V010", "V011"]
    again = await floor.as_("guard").post("/badges", {**asked, "last": 12})
    assert len(again.body["items"]) == len(made.body["items"]) + 1
    assert fact_names(floor.db).count("BadgeAdded") == 10 + 5


async def test_who_may_keep_and_who_may_see_the_stock(floor: Floor) -> None:
    asked = {"site_id": floor.ids.site, "prefix": "W", "first": 1, "last": 1, "kind": "lounge"}
    assert (await Caller(floor.app, "visitor", None).get("/badges", site_id=floor.ids.site)).status == 401
    for name in CAST:
        seen = await floor.as_(name).get("/badges", site_id=floor.ids.site)
        assert (name, seen.status) == (name, 200 if name in READERS else 403)
        for path in ("/badges/day", "/badges/counts", "/badges/L001"):
            assert (await floor.as_(name).get(path, site_id=floor.ids.site)).status == seen.status
        if seen.status == 200:
            assert seen.body["can"] == (["add", "count"] if name in KEEPERS else [])
        for path, body in (
            ("/badges", asked),
            ("/badges:retire", {"site_id": floor.ids.site, "no": "L005"}),
            ("/badges:lose", {"site_id": floor.ids.site, "no": "L005"}),
            ("/badges:found", {"site_id": floor.ids.site, "no": "L005"}),
            ("/badges:count", {"site_id": floor.ids.site, "counted": 10, "note": "查过"}),
        ):
            if name not in KEEPERS:
                said = await floor.as_(name).post(path, body)
                assert (name, path, said.status, said.rules) == (name, path, 403, ["keeps_badges"])
    tablet = Actor(ActorKind.DEVICE, "t", scopes=frozenset({"kiosk"}), site=floor.ids.site)
    assert (await Caller(floor.app, "visitor", tablet).get("/badges", site_id=floor.ids.site)).status == 403


async def test_unknown_sites_and_bad_bodies(floor: Floor) -> None:
    guard, admin = floor.as_("guard"), floor.as_("admin")
    asked = {"site_id": floor.ids.site, "prefix": "V", "first": 1, "last": 2, "kind": "floor"}
    assert (await admin.post("/badges", {**asked, "site_id": new_id()})).status == 404
    assert (await admin.get("/badges", site_id=new_id())).status == 404
    assert (await guard.get("/badges", site_id="HQ")).status == 422
    assert (await guard.get("/badges/Z999", site_id=floor.ids.site)).status == 404
    assert (await guard.get("/badges/counts", site_id=new_id())).status == 404
    for change, pointer in (
        ({"first": 3}, "/last"),
        ({"last": 9999}, "/last"),
        ({"prefix": "v"}, "/prefix"),
        ({"kind": "roof"}, "/kind"),
        ({"first": -1}, "/first"),
    ):
        said = await guard.post("/badges", {**asked, **change})
        assert (said.status, [error["pointer"] for error in said.body["errors"]]) == (422, [pointer])


async def test_a_badge_goes_to_one_visitor_at_a_time_and_only_where_it_shows(floor: Floor) -> None:
    first, second = new_id(), new_id()
    assert refused(floor, "L001", first) == "这次来访要用职场访客证。可用：F001、F002、F003"
    assert refused(floor, "F001", first, on_floor=False) == "这次来访要用休息室访客证。可用：L001、L002、L003"
    assert refused(floor, "Z999", first) == "没有这张访客证"
    hand_out(floor, "F001", first)
    assert refused(floor, "F001", second) == "访客证 F001 已发出，请换一张。可用：F002、F003、F004"
    assert refused(floor, "F002", first) == "这位访客已领访客证 F001"
    assert floor.db.read_now(actions.visit_of, floor.ids.site, "F001") == first
    assert floor.db.read_now(actions.badge_of, first) == "F001"
    floor.db.write_now(actions.take_back, SYSTEM, first)
    floor.db.write_now(actions.take_back, SYSTEM, first)
    assert floor.db.read_now(actions.visit_of, floor.ids.site, "F001") is None
    hand_out(floor, "F001", second)
    assert floor.db.read_now(actions.badge_of, first) is None
    badge_facts = [name for name in fact_names(floor.db) if name.startswith("Badge") and name != "BadgeAdded"]
    assert badge_facts == ["BadgeHandedOut", "BadgeReturned", "BadgeHandedOut"]


async def test_a_lost_badge_opens_nothing_and_is_retired_when_found(floor: Floor) -> None:
    visit_id, guard = new_id(), floor.as_("guard")
    hand_out(floor, "F001", visit_id)
    retire = {"site_id": floor.ids.site, "no": "F001"}
    worn = await guard.post("/badges:retire", retire)
    assert (worn.status, worn.body["detail"]) == (409, "访客证 F001 已发出，不能作废")
    floor.db.write_now(actions.report_lost, SYSTEM, visit_id)
    assert told(floor, "badge_lost") == 1
    assert floor.db.read_now(actions.visit_of, floor.ids.site, "F001") is None
    assert refused(floor, "F001", new_id()).startswith("访客证 F001 已挂失")
    retired = await guard.post("/badges:retire", retire)
    assert (retired.body["state"], retired.body["can"]) == ("dead", [])
    assert [(one["visit_id"], one["outcome"]) for one in retired.body["handouts"]] == [(visit_id, "lost")]
    stock = (await guard.get("/badges", site_id=floor.ids.site)).body
    assert stock["counts"] == {"stored": 9, "handed_out": 0, "lost": 0, "dead": 1}
    assert (await guard.post("/badges:retire", retire)).status == 409
    assert (await guard.post("/badges:retire", {**retire, "no": "Z1"})).rules == ["badge_exists"]


async def test_the_day_adds_up(floor: Floor) -> None:
    visits = {no: new_id() for no in ("F001", "F002", "F003", "F004")}
    noon = datetime.fromisoformat("2036-11-24T12:00:00+08:00")
    with clock.reading(_fixed(noon - timedelta(days=2))):
        hand_out(floor, "F005", new_id())
    with clock.reading(_fixed(noon)):
        for no, visit_id in visits.items():
            hand_out(floor, no, visit_id)
        floor.db.write_now(actions.take_back, SYSTEM, visits["F001"])
        floor.db.write_now(actions.report_lost, SYSTEM, visits["F002"])
        today = await day(floor)
    wanted = {"handed_out": 4, "returned": 1, "lost": 1, "still_out": 2, "out_from_before": 1, "in_store": 6}
    assert {name: today[name] for name in wanted} == wanted
    assert (today["day"], today["adds_up"]) == ("2036-11-24", True)


async def test_a_count_that_differs_names_each_badge_and_tells_the_floor_manager(floor: Floor) -> None:
    guard, count = floor.as_("guard"), {"site_id": floor.ids.site, "counted": 9}
    hand_out(floor, "F001", new_id())
    assert (await day(floor))["count_due"]
    for change, rule, pointer, says in (
        ({"counted": 8}, "difference_is_named", "/missing", "应在库 9 张，清点 8 张，请逐张点出缺少的和多出的"),
        ({"missing": ["F001"]}, "missing_should_be_here", "/missing", "F001 不在应在库的访客证中"),
        ({"missing": ["Z999"]}, "missing_should_be_here", "/missing", "Z999 不在应在库的访客证中"),
        ({"extra": ["L001"]}, "extra_should_be_elsewhere", "/extra", "L001 没有发出或挂失，不能算多出的"),
    ):
        said = await guard.post("/badges:count", {**count, **change})
        first = said.body["errors"][0]
        assert (said.status, first["rule"], first["pointer"], first["detail"]) == (422, rule, pointer, says)
    kept = await guard.post("/badges:count", {**count, "missing": ["L003", "L003"], "extra": ["F001"], "note": "抽屉"})
    assert not kept.body["adds_up"]
    assert not kept.body["count_due"]
    assert [(one["no"], one["can"]) for one in kept.body["differing"]] == [("F001", []), ("L003", ["lose", "retire"])]
    last = kept.body["last_count"]
    assert (last["expected"], last["counted"], last["missing"], last["extra"]) == (9, 9, ["L003"], ["F001"])
    assert last["counted_by"]["employee_no"] == CAST["guard"].employee_no
    assert told(floor, "badges_differ") == 1
    counted = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "BadgesCounted"]
    assert [(one["missing"], one["extra"]) for one in counted] == [(["L003"], ["F001"])]


async def test_a_difference_ends_when_each_badge_is_where_the_stock_says(floor: Floor) -> None:
    guard, visit_id, here = floor.as_("guard"), new_id(), {"site_id": floor.ids.site}
    hand_out(floor, "F001", visit_id)
    await guard.post("/badges:count", {**here, "counted": 9, "missing": ["L003"], "extra": ["F001"]})
    lost = await guard.post("/badges:lose", {**here, "no": "L003"})
    assert (lost.body["state"], lost.body["can"]) == ("lost", ["found", "retire"])
    assert (await guard.post("/badges:lose", {**here, "no": "L003"})).rules == ["badge_may_be_lost"]
    assert (await guard.post("/badges:lose", {**here, "no": "F001"})).rules == ["badge_may_be_lost"]
    assert (await guard.post("/badges:found", {**here, "no": "F001"})).rules == ["badge_was_lost"]
    assert [one["no"] for one in (await day(floor))["differing"]] == ["F001"]
    red = (await floor.as_("manager").get("/alarms", site_id=floor.ids.site)).body["items"]
    assert sorted(one["kind"] for one in red) == ["badge_lost", "badges_differ"]
    floor.db.write_now(actions.take_back, SYSTEM, visit_id)
    assert (await day(floor))["adds_up"]
    back = await guard.post("/badges:found", {**here, "no": "L003"})
    assert (back.body["state"], back.body["can"]) == ("stored", ["lose", "retire"])
    assert not (await floor.as_("manager").get("/alarms", site_id=floor.ids.site)).body["items"]
    assert [name for name in fact_names(floor.db) if name in ("BadgeLost", "BadgeFound")] == ["BadgeLost", "BadgeFound"]


async def test_counts_are_kept_by_day_and_the_stock_is_read_in_pages(floor: Floor) -> None:
    guard, here = floor.as_("guard"), {"site_id": floor.ids.site}
    noon = datetime.fromisoformat("2036-11-24T12:00:00+08:00")
    for days in range(3):
        with clock.reading(_fixed(noon + timedelta(days=days))):
            assert (await day(floor))["count_due"]
            await guard.post("/badges:count", {**here, "counted": 10})
            assert not (await day(floor))["count_due"]
    first = (await guard.get("/badges/counts", limit=2, **here)).body
    rest = (await guard.get("/badges/counts", limit=2, cursor=first["next"], **here)).body
    assert [len(page["items"]) for page in (first, rest)] == [2, 1]
    page = (await guard.get("/badges", kind="lounge", limit=3, **here)).body
    more = (await guard.get("/badges", kind="lounge", limit=3, cursor=page["next"], **here)).body
    assert [one["no"] for one in page["items"] + more["items"]] == ["L001", "L002", "L003", "L004", "L005"]
    assert not (await guard.get("/badges", state="lost", **here)).body["items"]


async def test_a_badge_still_out_after_the_visit_s_last_day_is_told_once(floor: Floor) -> None:
    begin = datetime.fromisoformat("2026-11-24T22:00:00+08:00")
    with clock.reading(_fixed(begin)):
        hand_out(floor, "F001", new_id(), hours=8)
    for at, missing in (
        ("2026-11-25T00:30:00+08:00", 0),
        ("2026-11-25T23:59:59+08:00", 0),
        ("2026-11-26T00:00:00+08:00", 1),
        ("2026-11-27T00:00:00+08:00", 0),
    ):
        with clock.reading(_fixed(datetime.fromisoformat(at))):
            assert (at, floor.db.write_now(actions.find_missing)) == (at, missing)
    told_of = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "BadgeNotReturned"]
    assert [one["since"] for one in told_of] == ["2026-11-25T16:00:00.000000Z"]
    assert told(floor, "badge_not_returned") == 1


async def test_of_many_visitors_one_gets_the_badge(floor: Floor) -> None:
    until, host_id = clock.now() + timedelta(hours=1), floor.ids.people["host"]
    for _ in range(50):
        visits = [new_id() for _ in range(4)]
        came = await asyncio.gather(
            *(
                floor.db.write(
                    actions.hand_out, SYSTEM, floor.ids.site, "F001", visit, floor=True, host_id=host_id, until=until
                )
                for visit in visits
            ),
            return_exceptions=True,
        )
        assert sum(1 for error in came if error is None) == 1, came
        assert all(isinstance(error, PolicyRefused) for error in came if error is not None)
        holder = floor.db.read_now(actions.visit_of, floor.ids.site, "F001")
        assert holder in visits
        await floor.db.write(actions.take_back, SYSTEM, holder)


def _fixed(at: datetime) -> Any:
    return lambda: at
