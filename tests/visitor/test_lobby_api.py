"""The lobby board, who is inside and the desk's day over REST: each in their place, and who may look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.ids import new_id
from services.visitor.badges import actions as badges
from services.visitor.entries import actions as entries
from services.visitor.visits import store as visits
from tests.calls import Caller
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
WATCH = {"guard", "floor_manager", "manager", "duty_manager", "leader", "auditor", "admin"}


async def board(floor: Floor, by: str = "guard") -> dict[str, Any]:
    said = await floor.as_(by).get("/lobby", site_id=floor.ids.site)
    assert said.status == 200, said.body
    body: dict[str, Any] = said.body
    return body


async def figures(floor: Floor, by: str = "guard") -> dict[str, dict[str, Any]]:
    said = await floor.as_(by).get("/desk", site_id=floor.ids.site)
    assert said.status == 200, said.body
    return {figure["key"]: figure for figure in said.body["figures"]}


def names(guests: list[dict[str, Any]]) -> list[str]:
    return [guest["name"] for guest in guests]


async def come(floor: Floor, name: str, badge_no: str = "", things: list[dict[str, Any]] | None = None) -> str:
    """A visitor for the lounge who is at the desk, or has a badge already; the visit."""
    visit = await floor.invite("LOUNGE", visitors=[{"name": name}])
    for reason, decider in (("after_hours", "duty_manager"),):
        if any(step["reason"] == reason for step in visit["steps"]):
            await floor.approve(visit["id"], decider)
    said = await floor.arrive(visit["id"], things)
    assert said.status == 200, said.body
    if badge_no:
        assert (await floor.clear(visit["id"], badge_no)).status == 200
    visit_id: str = visit["id"]
    return visit_id


async def walk_in(floor: Floor, name: str) -> str:
    asked = {"name": name, "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}
    said = await floor.at().post("/walk-ins", asked)
    assert said.status == 201, said.body
    visit_id: str = said.body["visit_id"]
    return visit_id


@contextmanager
def later(**delta: float) -> Iterator[datetime]:
    """The same, but some time on."""
    moment = clock.now() + timedelta(**delta)
    with clock.reading(lambda: moment):
        yield moment


async def test_everybody_stands_where_they_are(floor: Floor) -> None:
    waiting = await walk_in(floor, "赵六")
    await come(floor, "未查验")
    await come(floor, "在休息室", "L001")
    on_floor = await floor.permitted_for_floor()
    await floor.arrive(on_floor["id"])
    await floor.clear(on_floor["id"], "F001")
    assert (await floor.enter("F001", "B-S001")).status == 200
    shown = await board(floor)
    assert (names(shown["walk_ins"]), names(shown["at_desk"])) == (["赵六"], ["未查验"])
    assert names(shown["inside"]) == ["在休息室", "王小明"] or names(shown["inside"]) == ["王小明", "在休息室"]
    inside = next(guest for guest in shown["inside"] if guest["name"] == "王小明")
    assert (inside["badge_no"], inside["escort"]["name"], inside["with_escort"]) == ("F001", "李主管", True)
    assert (shown["walk_ins"][0]["visit_id"], shown["walk_ins"][0]["told"]) == (waiting, 1)
    assert (shown["to_confirm"], shown["badges"], shown["strangers"]) == ([], [], [])
    assert shown["seen"] > 0


async def test_what_the_guard_can_do_follows_the_visit_and_nobody_else_can(floor: Floor) -> None:
    visit_id = await come(floor, "王小明")
    waiting = await walk_in(floor, "赵六")
    guard = floor.as_("guard")
    shown = await board(floor)
    assert shown["at_desk"][0]["can"] == ["check_id", "leave"]
    assert shown["walk_ins"][0]["can"] == ["say_by_phone"]
    seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True}
    assert (await guard.post(f"/visits/{visit_id}:check-id", seen)).status == 200
    shown = await board(floor)
    assert (shown["at_desk"][0]["can"], shown["at_desk"][0]["suggested"]) == (["hand_badge", "leave"], "L001")
    for name in WATCH - {"guard"}:
        other = await board(floor, name)
        assert (name, other["at_desk"][0]["can"], other["at_desk"][0]["suggested"]) == (name, [], None)
    said = await guard.post(f"/visits/{waiting}:say-by-phone", {"decision": "approve"})
    assert said.status == 200, said.body
    assert (await board(floor))["walk_ins"][0]["can"] == []


async def test_each_row_begins_with_another_free_badge_of_its_kind(floor: Floor) -> None:
    guard = floor.as_("guard")
    seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True}
    for name in ("甲", "乙"):
        visit_id = await come(floor, name)
        await guard.post(f"/visits/{visit_id}:check-id", seen)
    on_floor = await floor.permitted_for_floor()
    await floor.arrive(on_floor["id"])
    await guard.post(f"/visits/{on_floor['id']}:check-id", seen)
    suggested = {guest["name"]: guest["suggested"] for guest in (await board(floor))["at_desk"]}
    assert suggested == {"甲": "L001", "乙": "L002", "王小明": "F001"}


async def test_media_to_go_into_a_locker_and_things_in_one_are_counted(floor: Floor) -> None:
    visit_id = await come(floor, "王小明", things=[{"kind": "usb_stick"}, {"kind": "disc"}, {"kind": "laptop"}])
    guest = (await board(floor))["at_desk"][0]
    assert (guest["loose"], guest["in_locker"]) == (2, 0)
    thing = (await floor.as_("guard").get(f"/visits/{visit_id}/belongings")).body["items"][0]
    asked = {"locker": "3", "tag": "T-1"}
    assert (await floor.as_("guard").post(f"/belongings/{thing['id']}:leave-outside", asked)).status == 200
    guest = (await board(floor))["at_desk"][0]
    assert (guest["loose"], guest["in_locker"]) == (1, 1)


async def test_who_stays_too_long_comes_first_and_who_was_not_seen_leaving_stays_listed(floor: Floor) -> None:
    late = await come(floor, "王小明", "L001")
    with later(hours=3.5):
        await come(floor, "李雷", "L002")
        shown = await board(floor)
        assert [(guest["name"], guest["overstay"]) for guest in shown["inside"]] == [("王小明", True), ("李雷", False)]
        assert shown["inside"][0]["certainty"] == "to_be_confirmed"
        assert (await figures(floor))["overstay"]["worst"]["page"] == f"/visits/{late}"
    with later(hours=7):
        floor.db.write_now(entries.assume_exits)
    with later(hours=30):
        floor.db.write_now(badges.find_missing)
        shown = await board(floor)
        assert (names(shown["to_confirm"]), shown["to_confirm"][0]["can"]) == (["王小明"], ["confirm_left"])
        assert shown["badges"][0]["badge_no"] == "L001"
        found = await figures(floor)
        assert (found["to_confirm"]["n"], found["badges_missing"]["worst"]["name"]) == (1, "王小明")
        reason, confirm = {"reason": "监控回看 18:32 离开"}, f"/visits/{late}:confirm-left"
        silent = await floor.as_("duty_manager").post(confirm, reason)
        assert (silent.status, silent.rules) == (422, ["badge_is_accounted_for"])
        assert silent.body["errors"][0]["pointer"] == "/badge"
        assert (await floor.as_("duty_manager").post(confirm, {**reason, "badge": "lost"})).status == 200
        shown = await board(floor)
        assert [one["badge_no"] for one in shown["badges"]] == ["L002"]
        assert (await board(floor))["to_confirm"] == []


async def test_who_is_inside_is_listed_by_certainty_then_name(floor: Floor) -> None:
    for name, badge_no in (("乙", "L001"), ("甲", "L002")):
        await come(floor, name, badge_no)
    with later(hours=7):
        floor.db.write_now(entries.assume_exits)
    with later(hours=4):
        await come(floor, "丁", "L003")
    with later(hours=7.5):
        await come(floor, "丙", "L004")
        said = await floor.as_("manager").get("/presence", site_id=floor.ids.site)
    found = [(one["certainty"], one["name"], one["can"]) for one in said.body["items"]]
    assert found == [
        ("inside", "丙", []),
        ("to_be_confirmed", "丁", []),
        ("left_assumed", "乙", ["confirm_left"]),
        ("left_assumed", "甲", ["confirm_left"]),
    ]


async def test_a_lost_escort_is_said_on_the_row_and_counted(floor: Floor) -> None:
    visit = await floor.permitted_for_floor()
    await floor.arrive(visit["id"])
    await floor.clear(visit["id"], "F001")
    assert (await floor.enter("F001", "B-S001")).status == 200
    assert (await figures(floor))["escort_lost"] == {"key": "escort_lost", "n": 0, "more": False, "worst": None}
    manager = floor.as_("manager")
    designation = (await manager.get("/escorts", site_id=floor.ids.site)).body["items"][0]
    ended = {"reason": "停职调查"}
    said = await manager.post(f"/escorts/{designation['id']}:end", ended, version=designation["version"])
    if said.status == 422:  # ending takes no body
        said = await manager.post(f"/escorts/{designation['id']}:end", version=designation["version"])
    assert said.status == 200, said.body
    assert (await board(floor))["inside"][0]["escort_lost"] is True
    assert (await figures(floor))["escort_lost"]["worst"]["page"] == f"/visits/{visit['id']}"


async def test_strangers_stay_on_the_board_while_they_are_in_and_a_day_while_their_case_is_open(floor: Floor) -> None:
    case = (await floor.as_("agent").post("/strangers", {})).body
    assert [(one["id"], one["state"]) for one in (await board(floor))["strangers"]] == [(case["id"], "seen")]
    assert (await figures(floor))["strangers"]["worst"]["page"] == f"/strangers/{case['id']}"
    with later(days=3):
        assert len((await board(floor))["strangers"]) == 1
    assert (await floor.as_("guard").post(f"/strangers/{case['id']}:show-out")).status == 200
    assert (await board(floor))["strangers"][0]["out_at"] is not None
    assert (await figures(floor))["strangers"]["n"] == 0
    with later(days=3):
        assert (await board(floor))["strangers"] == []


async def test_expected_are_those_of_today_who_have_not_come(floor: Floor) -> None:
    site = floor.ids.site
    noon = (clock.now() + timedelta(days=1)).replace(hour=4, minute=0)  # noon in Shanghai
    with clock.reading(lambda: noon):
        for name, hours in (("今天", 2), ("明天", 20)):
            begin = noon + timedelta(hours=hours)
            times = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=1)).isoformat()}
            visit = await floor.invite("LOUNGE", visitors=[{"name": name}], **times)
            if visit["state"] != "approved":
                await floor.approve(visit["id"], "manager")
        assert names((await board(floor))["expected"]) == ["今天"]
        said = (await floor.as_("guard").get("/desk", site_id=site)).body
        assert names(said["expected"]) == ["今天"]
        assert (await figures(floor))["expected"]["n"] == 1


async def test_the_desk_counts_the_day_and_thirty_days_of_visitors(floor: Floor) -> None:
    await come(floor, "王小明", "L001")
    await walk_in(floor, "赵六")
    found = await figures(floor)
    assert {key: found[key]["n"] for key in ("on_site", "at_desk", "walk_ins", "badges_out", "waiting")} == {
        "on_site": 1, "at_desk": 0, "walk_ins": 1, "badges_out": 1, "waiting": 1,
    }  # fmt: skip
    days = (await floor.as_("guard").get("/desk", site_id=floor.ids.site)).body["days"]
    assert len(days) == 30
    assert [day["visitors"] for day in days] == [0] * 29 + [1]
    with later(days=2):
        days = (await floor.as_("guard").get("/desk", site_id=floor.ids.site)).body["days"]
    assert [day["visitors"] for day in days][-3:] == [1, 0, 0]
    assert days == sorted(days, key=lambda day: str(day["day"]))


@pytest.mark.parametrize("path", ["/lobby", "/presence", "/desk"])
async def test_who_may_look(floor: Floor, path: str) -> None:
    await come(floor, "王小明", "L001")
    for name in floor.ids.people:
        said = await floor.as_(name).get(path, site_id=floor.ids.site)
        expected = (200, []) if name in WATCH else (403, ["watches_the_door"])
        assert (name, said.status, said.rules if said.status != 200 else []) == (name, *expected)
    assert (await Caller(floor.app, "visitor", None).get(path, site_id=floor.ids.site)).status == 401
    assert (await floor.at().get(path, site_id=floor.ids.site)).status == 403
    assert (await floor.as_("guard").get(path, site_id=new_id())).status == 403
    program = Actor(ActorKind.CLIENT, "wall-display", scopes=frozenset({"visits:read"}))
    assert (await Caller(floor.app, "visitor", program).get(path, site_id=floor.ids.site)).status == 200


async def test_who_only_audits_reads_names_masked(floor: Floor) -> None:
    await come(floor, "王小明", "L001")
    assert names((await board(floor, "auditor"))["inside"]) == ["王＊明"]
    said = await floor.as_("auditor").get("/presence", site_id=floor.ids.site)
    assert [one["name"] for one in said.body["items"]] == ["王＊明"]
    assert names((await board(floor, "leader"))["inside"]) == ["王小明"]


async def test_a_board_of_two_hundred_asks_no_more_than_one_of_two(floor: Floor) -> None:
    visit_id = await come(floor, "王小明", "L001")
    await come(floor, "李雷", "L002")
    few = await asked_for(floor, lambda: board(floor))
    floor.db.write_now(copies, visit_id, 200)
    many = await asked_for(floor, lambda: board(floor))
    assert len((await board(floor))["inside"]) == 202
    assert many == few
    assert many <= 20


def copies(tx: Tx, visit_id: str, n: int) -> None:
    """The same visit again and again, without badges."""
    row = visits.visit(tx, visit_id)
    assert row is not None
    for number in range(n):
        values = {**row._mapping, "id": new_id(), "pass_hash": f"{number:064d}", "code": f"{number:06d}"}
        tx.change(sa.insert(visits.VISIT).values(values))


async def asked_for(floor: Floor, act: Callable[[], Any]) -> int:
    """How many statements the service ran for it."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    sa.event.listen(floor.db.engine, "before_cursor_execute", note)
    try:
        await act()
    finally:
        sa.event.remove(floor.db.engine, "before_cursor_execute", note)
    return len([one for one in ran if one.lstrip().upper().startswith("SELECT")])
