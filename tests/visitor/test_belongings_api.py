"""What visitors bring, over REST: declared, left outside under a tag, collected on leaving; on both engines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.ids import new_id
from tests.builders import fact_names
from tests.calls import Caller, Said
from tests.people import CAST
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
USB, CAMERA = {"kind": "usb_stick", "serial": "SN-1", "note": "黑色"}, {"kind": "camera"}


async def arrived(floor: Floor, *things: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """A visitor for the lounge at the desk, with what they declared."""
    visit = await floor.invite("LOUNGE")
    if visit["state"] != "approved":
        await floor.approve(visit["id"], "duty_manager")
    assert (await floor.arrive(visit["id"], list(things))).status == 200
    items = (await floor.as_("guard").get(f"/visits/{visit['id']}/belongings")).body["items"]
    return visit["id"], items


async def into_locker(floor: Floor, item_id: str, tag: str = "T-1", locker: str = "3", by: str = "guard") -> Said:
    return await floor.as_(by).post(f"/belongings/{item_id}:leave-outside", {"locker": locker, "tag": tag})


async def standing(floor: Floor) -> tuple[str, int, int]:
    items = (await floor.as_("auditor").get("/controls")).body["items"]
    found = next(item for item in items if item["control"] == "2.7c")
    return found["standing"], found["kept_count"], found["total_count"]


async def test_listed_media_lie_in_a_locker_before_the_badge_and_are_collected_before_leaving(floor: Floor) -> None:
    visit_id, (usb, camera) = await arrived(floor, USB, CAMERA)
    assert (usb["outcome"], usb["listed"], usb["serial"], usb["note"]) == ("declared", True, "SN-1", "黑色")
    assert (camera["outcome"], camera["listed"]) == ("carried", False)
    early = await floor.clear(visit_id, "L001")
    assert (early.status, early.rules) == (409, ["belongings_are_settled"])
    left = await into_locker(floor, usb["id"])
    assert left.body["items"][0]["can"] == ["give_back", "report_lost"]
    assert (await floor.as_("guard").post(f"/visits/{visit_id}:hand-badge", {"badge_no": "L001"})).status == 200
    leaving = await floor.at().post("/exits", {"badge_no": "L001"})
    assert (leaving.status, leaving.rules) == (409, ["badge_and_belongings_are_back"])
    back = await floor.as_("guard").post(f"/belongings/{usb['id']}:give-back")
    assert back.body["items"][0]["outcome"] == "given_back"
    assert (await floor.at().post("/exits", {"badge_no": "L001"})).status == 200
    kept = [name for name in fact_names(floor.db) if name.startswith("Belonging")]
    assert kept == ["BelongingDeclared", "BelongingDeclared", "BelongingLeftOutside", "BelongingGivenBack"]
    assert await standing(floor) == ("kept", 1, 1)


async def test_each_step_is_done_once_and_the_second_reads_who_did_it(floor: Floor) -> None:
    _, (usb,) = await arrived(floor, USB)
    guard = floor.as_("guard")
    early = await guard.post(f"/belongings/{usb['id']}:give-back")
    assert (early.status, early.body["detail"]) == (409, "这件物品不在寄存柜里：待寄存")
    await into_locker(floor, usb["id"])
    again = await into_locker(floor, usb["id"], tag="T-2")
    assert (again.status, again.body["detail"]) == (409, "已由吴保安办理，现在：已寄存")
    await guard.post(f"/belongings/{usb['id']}:give-back")
    twice = await guard.post(f"/belongings/{usb['id']}:give-back")
    assert (twice.status, twice.body["detail"]) == (409, "这件物品不在寄存柜里：已领回")


async def test_one_tag_stands_for_one_visitor_s_things_until_the_last_is_back(floor: Floor) -> None:
    _, (usb, camera) = await arrived(floor, USB, CAMERA)
    _, (other,) = await arrived(floor, {"kind": "mp3"})
    guard = floor.as_("guard")
    assert (await into_locker(floor, usb["id"])).status == 200
    assert (await into_locker(floor, camera["id"])).status == 200
    for back in (usb, camera):
        taken = await into_locker(floor, other["id"])
        assert (taken.status, taken.body["detail"]) == (422, "寄存牌 T-1 正在使用，请换一个")
        assert taken.body["errors"][0]["pointer"] == "/tag"
        assert (await guard.post(f"/belongings/{back['id']}:give-back")).status == 200
    assert (await into_locker(floor, other["id"])).status == 200


async def test_two_guards_and_one_tag(floor: Floor) -> None:
    for round_ in range(5):
        things = [(await arrived(floor, {"kind": "disc"}))[1][0]["id"] for _ in range(2)]
        said = await asyncio.gather(*(into_locker(floor, thing, tag=f"T-{round_}") for thing in things))
        assert sorted(one.status for one in said) == [200, 422]


async def test_guards_alone_run_the_lockers(floor: Floor) -> None:
    visit_id, (usb,) = await arrived(floor, USB)
    assert (await Caller(floor.app, "visitor", None).get(f"/visits/{visit_id}/belongings")).status == 401
    for name in set(CAST) - {"guard"}:
        sees_visit = (await floor.as_(name).get(f"/visits/{visit_id}")).status
        assert (await floor.as_(name).get(f"/visits/{visit_id}/belongings")).status == sees_visit
        refused = await into_locker(floor, usb["id"], by=name)
        assert (name, refused.status) == (name, 404 if sees_visit == 404 else 403)
        more = await floor.as_(name).post(f"/visits/{visit_id}/belongings", {"items": [USB]})
        assert (name, more.status) == (name, refused.status)


async def test_the_guard_adds_what_is_shown_at_the_desk(floor: Floor) -> None:
    visit_id, _ = await arrived(floor)
    guard = floor.as_("guard")
    said = await guard.post(f"/visits/{visit_id}/belongings", {"items": [USB, CAMERA]})
    assert (said.status, [item["kind"] for item in said.body["items"]]) == (201, ["usb_stick", "camera"])
    assert (said.body["items"][0]["can"], said.body["can"]) == (["leave_outside"], ["declare"])
    expected = await floor.invite("LOUNGE")
    early = await guard.post(f"/visits/{expected['id']}/belongings", {"items": [USB]})
    assert (early.status, early.rules) == (409, ["visitor_is_here"])
    assert (await guard.get(f"/visits/{expected['id']}/belongings")).body["can"] == []


async def test_unknown_things_and_bad_bodies(floor: Floor) -> None:
    guard = floor.as_("guard")
    visit_id, (usb,) = await arrived(floor, USB)
    assert (await guard.get(f"/visits/{new_id()}/belongings")).status == 404
    assert (await guard.post(f"/visits/{new_id()}/belongings", {"items": [USB]})).status == 404
    assert (await into_locker(floor, new_id())).status == 404
    assert (await guard.post(f"/belongings/{new_id()}:give-back")).status == 404
    for body, pointer in (({"locker": "3", "tag": " "}, "/tag"), ({"tag": "T"}, "/locker")):
        said = await guard.post(f"/belongings/{usb['id']}:leave-outside", body)
        assert (said.status, [error["pointer"] for error in said.body["errors"]]) == (422, [pointer])
    for thing in ({"kind": "gun"}, {"kind": "disc", "quantity": 0}, {"kind": "disc", "quantity": 100}):
        assert (await guard.post(f"/visits/{visit_id}/belongings", {"items": [thing]})).status == 422
    assert (await guard.post(f"/visits/{visit_id}/belongings", {"items": []})).status == 422


async def test_the_lockers_of_a_site_at_a_glance(floor: Floor) -> None:
    _, (usb, camera) = await arrived(floor, USB, CAMERA)
    await into_locker(floor, usb["id"], tag="T-9", locker="9")
    await into_locker(floor, camera["id"], tag="T-1", locker="1")
    other, _ = await arrived(floor, {"kind": "mp3"}, CAMERA)
    guard = floor.as_("guard")
    seen = (await guard.get("/belongings", site_id=floor.ids.site)).body["items"]
    assert [(item["kind"], item["locker"], item["tag"]) for item in seen] == [
        ("mp3", None, None), ("camera", "1", "T-1"), ("usb_stick", "9", "T-9"),
    ]  # fmt: skip
    assert {(item["visitor_name"], item["visitor_left"]) for item in seen} == {("王小明", False)}
    await guard.post(f"/visits/{other}:leave", {"badge": "returned", "reason": "没有寄存就走了"})
    seen = (await guard.get("/belongings", site_id=floor.ids.site)).body["items"]
    assert [item["kind"] for item in seen] == ["camera", "usb_stick"]
    assert (await floor.as_("host").get("/belongings", site_id=floor.ids.site)).rules == ["sees_lockers"]
    await guard.post(f"/belongings/{camera['id']}:give-back")
    assert len((await guard.get("/belongings", site_id=floor.ids.site)).body["items"]) == 1


async def test_2_7c_is_broken_by_a_medium_past_the_badge_and_at_risk_by_a_forgotten_one(floor: Floor) -> None:
    visit_id, _ = await arrived(floor)
    assert await standing(floor) == ("kept", 0, 0)
    await floor.clear(visit_id, "L001")
    said = await floor.as_("guard").post(f"/visits/{visit_id}/belongings", {"items": [USB]})
    assert await standing(floor) == ("kept", 0, 0)
    later = clock.now() + timedelta(minutes=11)
    with clock.reading(lambda: later):
        assert await standing(floor) == ("broken", 0, 1)
    await into_locker(floor, said.body["items"][0]["id"])
    assert await standing(floor) == ("kept", 1, 1)
    with clock.reading(lambda: later + timedelta(days=1)):
        assert await standing(floor) == ("at_risk", 1, 1)


async def test_what_is_lost_from_a_locker_is_kept_with_how_and_frees_the_tag(floor: Floor) -> None:
    visit_id, (usb,) = await arrived(floor, USB)
    guard, lost = floor.as_("guard"), f"/belongings/{usb['id']}:report-lost"
    assert (await guard.post(lost, {"note": "柜里没有"})).rules == ["thing_lies_in_a_locker"]
    await into_locker(floor, usb["id"])
    silent = await guard.post(lost, {"note": " "})
    assert (silent.status, silent.rules, silent.body["errors"][0]["pointer"]) == (422, ["loss_is_explained"], "/note")
    assert (await floor.as_("manager").post(lost, {"note": "柜里没有"})).status == 403
    said = await guard.post(lost, {"note": "清柜时发现是空的"})
    (item,) = said.body["items"]
    assert (item["outcome"], item["lost_note"], item["can"]) == ("lost", "清柜时发现是空的", [])
    assert (await guard.post(f"/belongings/{usb['id']}:give-back")).body["detail"] == "这件物品不在寄存柜里：已遗失"
    assert (await guard.get("/belongings", site_id=floor.ids.site)).body["items"] == []
    assert fact_names(floor.db).count("BelongingLost") == 1
    _, (other,) = await arrived(floor, {"kind": "mp3"})
    assert (await into_locker(floor, other["id"])).status == 200
    assert (await guard.get(f"/visits/{visit_id}/belongings")).body["items"][0]["outcome"] == "lost"
