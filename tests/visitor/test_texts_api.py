"""The notices over REST: what a tablet shows, what is kept of what was accepted, and declining; on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import new_id
from services.visitor.arrivals.rules import privacy_notice_is_accepted
from services.visitor.limits import Limits
from services.visitor.visits import store as visits
from services.visitor.visits.personal import known
from tests.builders import facts
from tests.calls import Caller
from tests.visitor.conftest import Floor
from tests.visitor.test_alarms import told

pytestmark = pytest.mark.anyio
WALK_IN = {"name": "赵六", "host": "8021", "purpose": "送合同", "privacy_version": "2026-11"}


async def texts(floor: Floor, language: str = "zh") -> dict[str, Any]:
    said = await floor.at().get("/texts", language=language)
    assert said.status == 200, said.body
    body: dict[str, Any] = said.body
    return body


async def change(floor: Floor, seen: int = 0, **values: Any) -> None:
    body = {"site_id": floor.ids.site, "values": values, "reason": "公司要求"}
    said = await floor.as_("admin").put("/settings", body, version=seen)
    assert said.status == 200, said.body


def asked(shown: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "privacy_version": shown["privacy"]["version"],
        "privacy_sha256": shown["privacy"]["sha256"],
        "rules_version": shown["house"]["version"],
        "rules_sha256": shown["house"]["sha256"],
        "language": shown["house"]["language"],
        **changes,
    }


async def test_a_tablet_reads_its_own_sites_notices_in_either_language(floor: Floor) -> None:
    zh, en = await texts(floor), await texts(floor, "en")
    assert (zh["site_id"], zh["photo_wanted"], zh["signature_wanted"]) == (floor.ids.site, False, False)
    assert (zh["house"]["title"], en["house"]["title"]) == ("访客须知", "Visitors' notice")
    assert len({one[kind]["sha256"] for one in (zh, en) for kind in ("privacy", "house")}) == 4
    await change(floor, company="华信呼叫中心有限公司", phones_banned=True)
    now = await texts(floor)
    assert "华信呼叫中心有限公司" in now["privacy"]["parts"][0]["lines"][0]
    assert now["house"]["sha256"] != zh["house"]["sha256"]


async def test_who_reads_them(floor: Floor) -> None:
    site = floor.ids.site
    assert (await Caller(floor.app, "visitor", None).get("/texts")).status == 401
    assert (await floor.as_("agent").get("/texts", site_id=site)).status == 200
    assert (await floor.as_("agent").get("/texts", site_id=new_id())).status == 404
    assert (await floor.as_("agent").get("/texts", site_id=site, language="fr")).status == 422
    elsewhere = await floor.at().get("/texts", site_id=new_id())
    assert (elsewhere.status, elsewhere.body["site_id"]) == (200, site), "a tablet reads its own site's"


async def test_what_is_accepted_is_kept_word_for_word_with_when_and_where(floor: Floor) -> None:
    visit, shown = await floor.invite("LOUNGE"), await texts(floor, "en")
    visit = await settled(floor, visit["id"])
    arrived = await floor.at(device_id="tablet-7").post(f"/arrivals/{visit['id']}:arrive", asked(shown))
    assert arrived.status == 200, arrived.body
    kept = (await floor.as_("host").get(f"/visits/{visit['id']}")).body["accepted"]
    assert [(one["kind"], one["version"], one["language"]) for one in kept] == [
        ("privacy", "2026-11", "en"),
        ("house", "2026-11", "en"),
    ]
    assert [one["sha256"] for one in kept] == [shown[kind]["sha256"] for kind in ("privacy", "house")]
    assert {(one["device_id"], one["door"]["name"]) for one in kept} == {("tablet-7", "正门")}
    assert all(one["at"] for one in kept)
    await change(floor, phones_banned=True)
    words = (await floor.as_("host").get(f"/texts/{shown['house']['sha256']}")).body
    assert words["body"].startswith("Visitors' notice\n\nBadge and escort\n- Wear your badge")
    assert "Phones may not" not in words["body"]
    [fact] = [one["body"] for one in facts(floor.db) if one["fact"] == "VisitorArrived"]
    assert (fact["privacy_sha256"], fact["rules_sha256"]) == tuple(one["sha256"] for one in kept)


async def test_a_text_nobody_accepted_is_not_found(floor: Floor) -> None:
    shown = await texts(floor)
    assert (await floor.as_("host").get(f"/texts/{shown['house']['sha256']}")).status == 404
    assert (await floor.at().get(f"/texts/{shown['house']['sha256']}")).status == 403
    assert (await floor.as_("host").get("/texts/nothing")).status == 422


async def test_words_that_changed_meanwhile_are_read_again(floor: Floor) -> None:
    visit, old = await floor.invite("LOUNGE"), await texts(floor)
    visit = await settled(floor, visit["id"])
    await change(floor, phones_banned=True)
    path = f"/arrivals/{visit['id']}:arrive"
    refused = await floor.at().post(path, asked(old))
    assert (refused.status, refused.rules) == (422, ["text_was_the_present_one"])
    assert refused.body["errors"][0]["pointer"] == "/rules_sha256"
    assert "请再看一遍后接受" in refused.body["errors"][0]["detail"]
    assert (await floor.at().post(path, asked(await texts(floor)))).status == 200


async def test_a_walk_in_accepts_the_privacy_notice_first_and_the_other_after_the_yes(floor: Floor) -> None:
    shown = await texts(floor)
    body = {**WALK_IN, "privacy_sha256": shown["privacy"]["sha256"]}
    refused = await floor.at().post("/walk-ins", {**body, "privacy_version": "2019-01"})
    assert (refused.status, refused.rules) == (422, ["privacy_notice_is_accepted"])
    visit_id = (await floor.at().post("/walk-ins", body)).body["visit_id"]
    first = (await floor.as_("host").get(f"/visits/{visit_id}")).body["accepted"]
    assert [one["kind"] for one in first] == ["privacy"]
    await settled(floor, visit_id)
    await change(floor, company="华信呼叫中心有限公司")
    now = await texts(floor)
    assert (await floor.at().post(f"/arrivals/{visit_id}:arrive", asked(now))).status == 200
    both = (await floor.as_("host").get(f"/visits/{visit_id}")).body["accepted"]
    assert [one["sha256"] for one in both] == [first[0]["sha256"], now["house"]["sha256"]], "what was read stays"
    assert not privacy_notice_is_accepted("2019-01", Limits())


async def test_declining_asks_the_host_to_the_door_once_and_leaves_the_way_open(floor: Floor) -> None:
    visit = await settled(floor, (await floor.invite("LOUNGE"))["id"])
    path = f"/arrivals/{visit['id']}"
    said = await floor.at().post(f"{path}:decline")
    assert (said.status, said.body["state"], said.body["host_name"]) == (200, "approved", "李娜")
    assert (await floor.at().post(f"{path}:decline")).status == 200
    assert told(floor, "visit.declined") == [{"host", "guard"}]
    seen = (await floor.as_("host").get(f"/visits/{visit['id']}")).body
    assert seen["declined_at"]
    assert seen["accepted"] == []
    assert [one["fact"] for one in facts(floor.db)].count("NoticeDeclined") == 1
    assert (await floor.at().post(f"{path}:arrive", asked(await texts(floor)))).status == 200
    assert (await floor.as_("host").get(f"/visits/{visit['id']}")).body["declined_at"] is None
    again = await floor.at().post(f"{path}:decline")
    assert (again.status, again.rules) == (409, ["act_fits_state"])


async def test_only_a_tablet_declines(floor: Floor) -> None:
    visit = await settled(floor, (await floor.invite("LOUNGE"))["id"])
    assert (await Caller(floor.app, "visitor", None).post(f"/arrivals/{visit['id']}:decline")).status == 401
    assert (await floor.as_("host").post(f"/arrivals/{visit['id']}:decline")).status == 403
    assert (await floor.at().post(f"/arrivals/{new_id()}:decline")).status == 404


async def settled(floor: Floor, visit_id: str) -> dict[str, Any]:
    """The visit with every yes it needs at this hour."""
    for name in ("host", "duty_manager"):
        visit = (await floor.as_(name).get(f"/visits/{visit_id}")).body
        if "approve" in visit["can"]:
            await floor.approve(visit_id, name)
    found: dict[str, Any] = (await floor.as_("host").get(f"/visits/{visit_id}")).body
    assert found["state"] == "approved", found
    return found


async def test_the_whole_number_of_an_id_needs_its_ground_and_is_sealed(floor: Floor) -> None:
    visit = await settled(floor, (await floor.invite("LOUNGE"))["id"])
    assert (await floor.arrive(visit["id"])).status == 200
    guard, path = floor.as_("guard"), f"/visits/{visit['id']}"
    seen = {"id_kind": "resident", "name_matches": True, "photo_matches": True, "number": "31010519491231002x"}
    refused = await guard.post(f"{path}:check-id", seen)
    assert (refused.status, refused.rules) == (422, ["number_has_its_ground"])
    assert (await guard.get(path)).body["number_because"] is None
    await change(floor, full_number_because="《银行业安全评估办法》")
    assert (await guard.get(path)).body["number_because"] == "《银行业安全评估办法》"
    assert (await floor.as_("host").get(path)).body["number_because"] is None
    checked = await guard.post(f"{path}:check-id", seen)
    assert checked.status == 200, checked.body
    assert "19491231" not in str(checked.body)
    guest = floor.db.read_now(lambda tx: visits.visitor(tx, visit["visitor"]["id"]))
    assert guest is not None
    opened = {name: floor.db.read_now(known, guest, name) for name in ("id_number", "id_last4")}
    assert opened == {"id_number": "31010519491231002X", "id_last4": "002X"}
    assert not [fact for fact in facts(floor.db) if "19491231" in str(fact["body"])]
