"""Inviting, repeating, changing and deciding parties, through the service's routes, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chassis import clock
from services.visitor.visits import rules, store
from services.visitor.visits.guests import phone_digits
from tests.builders import fact_names, facts
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
WANG = {"name": "王小明", "company": "华信科技", "phone": "+86 138 0000 0427", "email": "wang@example.com"}
NIGHT = {"starts_at": 2, "ends_at": 4}


@pytest.fixture
def floor(floor_on_monday: Floor) -> Floor:
    return floor_on_monday


def at_night(**hours: int) -> dict[str, str]:
    """A window outside every office hour: tomorrow at these hours of the site."""
    day = clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    return {name: day.replace(hour=hour, minute=0).isoformat() for name, hour in hours.items()}


async def party(floor: Floor, *names: str) -> list[dict[str, Any]]:
    """A party to the floor at night: host, floor and duty manager decide each."""
    await floor.designate(starts_at=at_night(starts_at=0)["starts_at"], ends_at=at_night(starts_at=23)["starts_at"])
    visitors = [{"name": name} for name in names]
    asked = floor.invitation("FLOOR", escort_no="S001", visitors=visitors, **at_night(**NIGHT))
    said = await floor.as_("host").post("/visits", asked)
    assert said.status == 201, said.body
    visits: list[dict[str, Any]] = said.body["visits"]
    return visits


def plan(floor: Floor, *areas: str, **changes: Any) -> dict[str, Any]:
    """What is asked before an invitation is written."""
    asked = floor.invitation(*areas, **changes)
    return {name: asked[name] for name in ("kind", "areas", "starts_at", "ends_at", "host_no") if asked.get(name)}


async def test_a_preview_names_the_steps_and_who_decides_them_and_writes_nothing(floor: Floor) -> None:
    await floor.designate()
    before = facts(floor.db)
    said = await floor.as_("host").post("/visits:preview", plan(floor, "FLOOR"))
    assert said.status == 200, said.body
    steps = {step["reason"]: step for step in said.body["steps"]}
    assert steps["host"]["by_asking"]
    assert [one["name"] for one in steps["floor"]["who_can"]] == ["李主管", "赵经理"]
    assert said.body["needs_escort"]
    assert [(one["name"], one["booked"], one["is_free"]) for one in said.body["escorts"]] == [("李主管", 0, True)]
    assert facts(floor.db) == before


async def test_the_steps_follow_from_area_and_hour(floor: Floor) -> None:
    host = floor.as_("host")
    lounge = await host.post("/visits:preview", plan(floor, "LOUNGE", **at_night(**NIGHT)))
    assert [step["reason"] for step in lounge.body["steps"]] == ["host", "after_hours"]
    assert not lounge.body["needs_escort"]
    server = await host.post("/visits:preview", plan(floor, "SERVER", **at_night(**NIGHT)))
    assert [step["reason"] for step in server.body["steps"]] == ["host", "floor", "after_hours", "privileged"]


async def test_a_preview_for_another_host_asks_that_host(floor: Floor) -> None:
    said = await floor.as_("agent").post("/visits:preview", plan(floor, "LOUNGE"))
    host = said.body["steps"][0]
    assert not host["by_asking"]
    assert [one["name"] for one in host["who_can"]] == ["李娜"]


async def test_a_preview_of_a_wrong_window_is_refused_with_the_field(floor: Floor) -> None:
    asked = plan(floor, "LOUNGE", ends_at=(clock.now() - timedelta(hours=2)).isoformat())
    said = await floor.as_("host").post("/visits:preview", asked)
    assert (said.status, said.body["errors"][0]["pointer"]) == (422, "/ends_at")


async def test_an_escort_whose_time_is_booked_is_listed_last_and_not_free(floor: Floor) -> None:
    await floor.designate("S001", most_open=1)
    await floor.designate("M001")
    await floor.invite("FLOOR", escort_no="S001")
    said = await floor.as_("host").post("/visits:preview", plan(floor, "FLOOR"))
    assert [(one["name"], one["is_free"]) for one in said.body["escorts"]] == [("赵经理", True), ("李主管", False)]


async def test_nobody_previews_without_signing_in(floor: Floor) -> None:
    asked = plan(floor, "LOUNGE")
    nobody = floor.as_("host")
    assert (await type(nobody)(nobody.app, "visitor", None).post("/visits:preview", asked)).status == 401


async def test_a_party_is_decided_at_once_with_a_result_for_each(floor: Floor) -> None:
    first, second = await party(floor, "王小明", "陈静")
    await floor.approve(first["id"], "manager")
    said = await floor.as_("supervisor").post(f"/parties/{first['party_id']}:decide", {"decision": "approve"})
    assert said.status == 200, said.body
    results = {result["visit_id"]: result for result in said.body["results"]}
    assert not results[first["id"]]["decided"]
    assert "赵经理" in results[first["id"]]["zh"]
    assert results[second["id"]]["decided"]
    duty = await floor.as_("duty_manager").post(f"/parties/{first['party_id']}:decide", {"decision": "approve"})
    assert [visit["state"] for visit in duty.body["visits"]] == ["approved", "approved"]


async def test_a_party_is_refused_only_with_a_reason_and_then_as_a_whole(floor: Floor) -> None:
    first, _second = await party(floor, "王小明", "陈静")
    address = f"/parties/{first['party_id']}:decide"
    manager = floor.as_("manager")
    bare = await manager.post(address, {"decision": "refuse"})
    assert (bare.status, bare.rules) == (422, ["refusal_has_its_reason"])
    said = await manager.post(address, {"decision": "refuse", "comment": "人数过多，请分批"})
    assert {visit["state"] for visit in said.body["visits"]} == {"refused"}
    late = await manager.post(address, {"decision": "approve"})
    assert late.status == 409
    assert late.body["decided_by"] == "赵经理"


async def test_who_may_decide_nobody_of_a_party_reads_why(floor: Floor) -> None:
    first, _second = await party(floor, "王小明", "陈静")
    said = await floor.as_("host").post(f"/parties/{first['party_id']}:decide", {"decision": "approve"})
    assert said.status == 403
    assert "decider_is_entitled" in said.rules or "decides_once" in said.rules


async def test_a_party_is_shown_to_those_who_may_see_its_visits(floor: Floor) -> None:
    first, _second = await party(floor, "王小明", "陈静")
    shown = await floor.as_("manager").get(f"/parties/{first['party_id']}")
    assert [visit["visitor"]["name"] for visit in shown.body["visits"]] == ["王小明", "陈静"]
    assert (await floor.as_("agent").get(f"/parties/{first['party_id']}")).status == 404


async def test_what_is_given_as_it_was_changes_nothing(floor: Floor) -> None:
    visit = await floor.invite("LOUNGE", visitors=[WANG])
    before = len(facts(floor.db))
    same = {
        "visitor": WANG,
        "purpose": visit["purpose"],
        "areas": [area["id"] for area in visit["areas"]],
        "starts_at": visit["starts_at"],
        "ends_at": visit["ends_at"],
        "escort_no": None,
        "items": "",
    }
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", same, version=visit["version"])
    assert said.status == 200, said.body
    assert said.body["version"] == visit["version"]
    assert len(facts(floor.db)) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visitor": {"phone": "13900001111"}}, "contact"),
        ({"visitor": {"email": "new@example.com"}}, "contact"),
        ({"language": "en"}, "language"),
        ({"assistance": "轮椅", "assistance_agreed": True}, "assistance"),
    ],
)
async def test_how_somebody_is_reached_and_helped_voids_nothing(
    floor: Floor, change: dict[str, Any], field: str
) -> None:
    visit = await floor.invite("LOUNGE", visitors=[WANG])
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", change, version=visit["version"])
    assert said.status == 200, said.body
    assert said.body["state"] == visit["state"]
    told = facts(floor.db)[-1]
    assert (told["fact"], told["body"]["fields"], told["body"]["voided"]) == ("VisitChanged", [field], False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visitor": {"name": "王大明"}}, "visitor"),
        ({"purpose": "续签合同"}, "purpose"),
        ({"kind": "guest"}, "kind"),
        ({"items": "笔记本电脑一台"}, "items"),
    ],
)
async def test_who_comes_and_why_void_what_was_decided(floor: Floor, change: dict[str, Any], field: str) -> None:
    await floor.designate()
    await floor.designate(kind="guests")
    visit = await floor.invite("FLOOR", escort_no="S001")
    await floor.approve(visit["id"], "manager")
    shown = (await floor.as_("host").get(f"/visits/{visit['id']}")).body
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", change, version=shown["version"])
    assert said.status == 200, said.body
    steps = {step["reason"]: step["decision"] for step in said.body["steps"]}
    assert steps["host"] == "approve"
    assert steps["floor"] is None
    changed = [fact for fact in facts(floor.db) if fact["fact"] == "VisitChanged"]
    assert (changed[-1]["body"]["fields"], changed[-1]["body"]["voided"]) == ([field], True)


def test_only_contact_language_and_assistance_void_nothing() -> None:
    assert not rules.voids({"language", "contact", "assistance"})
    assert rules.voids({"language", "starts_at"})
    assert not rules.voids(set())


async def test_a_returned_visit_is_sent_again_even_unchanged(floor: Floor) -> None:
    await floor.designate()
    visit = await floor.invite("FLOOR", escort_no="S001")
    returned = await floor.as_("manager").post(
        f"/visits/{visit['id']}:decide", {"decision": "return", "comment": "请写明型号"}
    )
    assert returned.body["state"] == "returned"
    said = await floor.as_("host").patch(f"/visits/{visit['id']}", {}, version=returned.body["version"])
    assert said.body["state"] == "in_review"
    assert next(step for step in said.body["steps"] if step["reason"] == "floor")["decision"] is None


async def test_a_visitor_who_comes_again_keeps_phone_and_mail(floor: Floor) -> None:
    first = await floor.invite("LOUNGE", visitors=[WANG])
    again = await floor.invite("LOUNGE", visitors=[{"name": "王 小明", "same_as": first["id"]}])
    assert again["visitor"]["id"] == first["visitor"]["id"]
    assert (again["visitor"]["phone_tail"], again["visitor"]["has_email"]) == ("0427", True)
    assert again["visitor"]["company"] == "华信科技"


async def test_another_name_is_another_person(floor: Floor) -> None:
    first = await floor.invite("LOUNGE", visitors=[WANG])
    other = await floor.invite("LOUNGE", visitors=[{"name": "陈静", "same_as": first["id"]}])
    assert other["visitor"]["id"] != first["visitor"]["id"]
    assert other["visitor"]["phone_tail"] is None


async def test_renaming_the_visitor_of_one_visit_leaves_the_other_visit_alone(floor: Floor) -> None:
    first = await floor.invite("LOUNGE", visitors=[WANG])
    again = await floor.invite("LOUNGE", visitors=[{"name": "王小明", "same_as": first["id"]}])
    host = floor.as_("host")
    said = await host.patch(f"/visits/{again['id']}", {"visitor": {"name": "陈静"}}, version=again["version"])
    assert said.body["visitor"]["name"] == "陈静"
    assert said.body["visitor"]["phone_tail"] is None
    assert (await host.get(f"/visits/{first['id']}")).body["visitor"]["name"] == "王小明"
    found = await floor.as_("guard").get("/visits", q="chenjing")
    assert [item["id"] for item in found.body["items"]] == [again["id"]]


async def test_a_visit_one_may_not_see_is_nobody_to_invite_again(floor: Floor) -> None:
    first = await floor.invite("LOUNGE", visitors=[WANG])
    asked = floor.invitation("LOUNGE", visitors=[{"name": "王小明", "same_as": first["id"]}], host_no="E010")
    assert (await floor.as_("agent").post("/visits", asked)).status == 404


async def test_assistance_needs_the_visitors_own_consent(floor: Floor) -> None:
    asked = floor.invitation("LOUNGE", visitors=[WANG, {"name": "陈静", "assistance": "轮椅"}])
    said = await floor.as_("host").post("/visits", asked)
    assert (said.status, said.rules) == (422, ["assistance_is_agreed"])
    assert said.body["errors"][0]["pointer"] == "/visitors/1/assistance_agreed"


async def test_assistance_is_seen_by_those_who_help_and_deleted_on_leaving(floor: Floor) -> None:
    guest = {**WANG, "assistance": "轮椅，请走电梯厅", "assistance_agreed": True}
    visit = await floor.invite("LOUNGE", visitors=[guest])
    if visit["state"] != "approved":
        await floor.approve(visit["id"], "duty_manager")
    for name, sees in (("host", True), ("guard", True), ("floor_manager", True), ("auditor", False)):
        shown = (await floor.as_(name).get(f"/visits/{visit['id']}")).body
        assert (shown["assistance"] == "轮椅，请走电梯厅") is sees, name
    await floor.arrive(visit["id"])
    await floor.clear(visit["id"], "L001")
    assert floor.db.read_now(store.visit, visit["id"]).assistance is not None  # type: ignore[union-attr]
    assert (await floor.at().post("/exits", {"badge_no": "L001"})).body["state"] == "closed"
    kept = floor.db.read_now(store.visit, visit["id"])
    assert kept is not None
    assert (kept.assistance, kept.assistance_agreed_at) == (None, None)


async def test_assistance_goes_with_a_visit_that_is_withdrawn(floor: Floor) -> None:
    guest = {**WANG, "assistance": "轮椅", "assistance_agreed": True}
    visit = await floor.invite("LOUNGE", visitors=[guest])
    assert (await floor.as_("host").post(f"/visits/{visit['id']}:withdraw")).status == 200
    kept = floor.db.read_now(store.visit, visit["id"])
    assert kept is not None
    assert kept.assistance is None


async def test_the_decider_sees_how_often_this_person_comes(floor: Floor) -> None:
    await floor.designate()
    for name in ("王小明", "王晓明"):  # the same phone is the same person, however the name was written
        await floor.invite("LOUNGE", visitors=[{**WANG, "name": name, "phone": "13800000427"}])
    visit = await floor.invite("FLOOR", escort_no="S001", visitors=[WANG])
    shown = (await floor.as_("manager").get(f"/visits/{visit['id']}")).body
    assert shown["risk"]["visits_this_month"] == 3
    assert shown["risk"]["escort_named"]
    assert (await floor.as_("host").get(f"/visits/{visit['id']}")).body["risk"] is None


@pytest.mark.parametrize(
    "guest",
    [
        {"name": "王\r\nBcc: x@example.com"},
        {"name": "王小明", "company": "a\nb"},
        {"name": "王小明", "email": "a@example.com\nBcc: b@example.com"},
        {"name": "王小明", "email": "a@example.com, b@example.com"},
        {"name": "王小明", "email": '"a b"@example.com'},
    ],
)
async def test_no_line_and_no_second_address_is_smuggled_in(floor: Floor, guest: dict[str, str]) -> None:
    said = await floor.as_("host").post("/visits", floor.invitation("LOUNGE", visitors=[guest]))
    assert said.status == 422
    assert "VisitInvited" not in fact_names(floor.db)


@pytest.mark.parametrize("text", ["+86 138 0000 0427", "0086-13800000427", "13800000427", "８６13800000427"])
def test_one_phone_has_one_set_of_digits(text: str) -> None:
    assert phone_digits(text).translate({ord("８"): "8", ord("６"): "6"}).endswith("13800000427")
    assert phone_digits("+1 (415) 555-0100") == "14155550100"


def test_the_night_is_outside_office_hours() -> None:
    assert datetime.fromisoformat(at_night(**NIGHT)["starts_at"]).hour == 2
