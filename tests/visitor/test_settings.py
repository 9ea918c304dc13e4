"""Settings of the door over REST: who may change them, that each change is kept, and that rules obey; both engines."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.ids import new_id
from services.visitor.alarms.rules import AlarmKind
from services.visitor.limits import Limits
from services.visitor.settings import DECLARED, limits
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import CAST
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


def test_every_limit_is_declared_with_its_reason_in_both_languages() -> None:
    named = {field.name for field in fields(Limits)}
    alarms = {f"alarm.{kind}.{which}" for kind in AlarmKind for which in ("first", "later")}
    assert set(DECLARED.by_key) == named | alarms
    for setting in DECLARED.settings:
        assert all((setting.zh, setting.en, setting.why_zh, setting.why_en)), setting.key
        assert setting.accepts(setting.plain(setting.default)), f"{setting.key}: the default is within its own bounds"


async def change(floor: Floor, values: dict[str, Any], *, by: str = "admin", seen: int = 0, reason: str = "试") -> Said:
    body = {"site_id": floor.ids.site, "values": values, "reason": f"{reason}一个月看看" if reason else ""}
    return await floor.as_(by).put("/settings", body, version=seen)


async def shown(floor: Floor, key: str, by: str = "admin") -> dict[str, Any]:
    said = await floor.as_(by).get("/settings", site_id=floor.ids.site)
    assert said.status == 200, said.body
    found: dict[str, Any] = next(item for item in said.body["items"] if item["key"] == key)
    return found


async def test_the_defaults_hold_until_a_site_says_otherwise(floor: Floor) -> None:
    early = await shown(floor, "early")
    assert (early["default"], early["value"], early["unit"], early["is_default"]) == (30, 30, "minutes", True)
    assert (early["since"], early["set_by"], early["reason"]) == (None, None, None)
    assert (await shown(floor, "alarm.overstay.first"))["value"] == ["guard"]


async def test_a_change_says_who_when_and_why_and_stands_in_the_journal(floor: Floor) -> None:
    said = await change(floor, {"early": 10, "company": "华信科技"})
    assert (said.status, said.body["version"], said.headers["etag"]) == (200, 2, '"2"')
    early = await shown(floor, "early", by="auditor")
    assert (early["value"], early["is_default"], early["reason"]) == (10, False, "试一个月看看")
    assert early["set_by"]["name"] == "管理员"
    assert early["since"]
    again = await change(floor, {"early": None}, seen=2)
    assert again.status == 200
    assert (await shown(floor, "early"))["is_default"]
    told = [fact for fact in facts(floor.db) if fact["fact"] == "SettingChanged"]
    assert [(fact["subject"], fact["body"].get("value")) for fact in told] == [
        (f"setting:{floor.ids.site}/early", 10),
        (f"setting:{floor.ids.site}/company", None),
        (f"setting:{floor.ids.site}/early", None),
    ]
    assert "华信科技" not in str(told)


async def test_only_the_security_admin_changes_settings(floor: Floor) -> None:
    assert (await Caller(floor.app, "visitor", None).get("/settings", site_id=floor.ids.site)).status == 401
    for name in CAST:
        said = await change(floor, {"early": 31}, by=name)
        wanted = (200, []) if name == "admin" else (403, ["changes_settings"])
        assert (name, (said.status, said.body and said.rules)) == (name, wanted)
        assert (await floor.as_(name).get("/settings", site_id=floor.ids.site)).status == 200
    assert (await floor.at().get("/settings", site_id=floor.ids.site)).status == 403


async def test_bad_changes_are_refused_whole(floor: Floor) -> None:
    admin, known = floor.as_("admin"), {"site_id": floor.ids.site, "reason": "试一试"}
    assert (await admin.put("/settings", {**known, "values": {"early": 5}})).status == 428
    for values, pointer in (
        ({"early": 241}, "/values/early"),
        ({"nothing": 1}, "/values/nothing"),
        ({"photo_wanted": "yes"}, "/values/photo_wanted"),
        ({"privacy_version": "1999-01"}, "/values/privacy_version"),
        ({"alarm.help.first": []}, "/values/alarm.help.first"),
        ({"alarm.help.first": ["escort"]}, "/values/alarm.help.first"),
        ({"tell_deputy_after": 5}, "/values/tell_duty_manager_after"),
    ):
        said = await change(floor, {"late": 10, **values})
        assert (said.status, [error["pointer"] for error in said.body["errors"]]) == (422, [pointer])
    assert (await change(floor, {"early": 5}, reason="")).rules == ["change_has_its_reason"]
    assert (await admin.put("/settings", {**known, "values": {}}, version=0)).status == 422
    unknown = {**known, "site_id": new_id(), "values": {"early": 5}}
    assert (await admin.put("/settings", unknown, version=0)).status == 404
    assert (await admin.get("/settings", site_id=new_id())).status == 404
    assert floor.db.read_now(limits, floor.ids.site) == Limits()


async def test_of_two_changes_at_once_one_counts(floor: Floor) -> None:
    said = await asyncio.gather(*(change(floor, {"early": 10 + n}) for n in range(4)))
    assert sorted(one.status for one in said) == [200, 412, 412, 412]
    assert (await change(floor, {"early": 1})).status == 412
    winner = next(one for one in said if one.status == 200)
    value = next(item["value"] for item in winner.body["items"] if item["key"] == "early")
    assert floor.db.read_now(limits, floor.ids.site).early == timedelta(minutes=value)


async def test_the_door_obeys_and_its_refusals_say_the_real_figures(floor: Floor) -> None:
    soon = clock.now() + timedelta(minutes=20)
    visit = await floor.invite("LOUNGE", starts_at=soon.isoformat(), ends_at=(soon + timedelta(hours=1)).isoformat())
    for reason in [step["reason"] for step in visit["steps"] if step["decision"] is None]:
        await floor.approve(visit["id"], {"after_hours": "duty_manager"}[reason])
    await change(floor, {"early": 10, "late": 15, "longest_visit": 2, "two_badges_within": 30})
    refused = await floor.arrive(visit["id"])
    assert refused.rules == ["window_is_open"]
    told = floor.db.read_now(limits, floor.ids.site)
    assert (told.early, told.late) == (timedelta(minutes=10), timedelta(minutes=15))
    long = floor.invitation("LOUNGE", ends_at=(clock.now() + timedelta(hours=3)).isoformat())
    said = await floor.as_("host").post("/visits", long)
    assert said.body["errors"][0]["detail"] == "结束时间要晚于开始时间，且还没有过去；一次来访最长 2 小时"
    await change(floor, {"early": None}, seen=4)
    assert (await floor.arrive(visit["id"])).status == 200


async def test_the_words_at_the_floor_door_name_the_site_s_seconds(floor: Floor) -> None:
    await change(floor, {"two_badges_within": 20})
    visit = await floor.permitted_for_floor()
    await floor.arrive(visit["id"])
    await floor.clear(visit["id"], "F001")
    door = floor.at("FLOOR")
    first = await door.post("/entries", {"badge_no": "F001"})
    assert first.body["within_seconds"] == 20
    later = clock.now() + timedelta(seconds=21)
    with clock.reading(lambda: later):
        said = await door.post(f"/entries/{first.body['scan_id']}:escort", {"badge_no": "B-S001"})
    assert said.rules == ["badges_came_together"]
    assert said.body["detail"] == "请重新刷访客证，再请陪同人员在 20 秒内刷工牌"


async def test_another_site_keeps_its_own(floor: Floor) -> None:
    await change(floor, {"early": 10})
    assert floor.db.read_now(limits, new_id()) == Limits()
