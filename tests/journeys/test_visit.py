"""A visitor from the invitation to the way out, through the front door of the whole product."""

from __future__ import annotations

import time
from typing import Any

from tests.journeys.cast import Cast
from tests.journeys.house import eventually, good

TWO_BADGES_WITHIN = 15
"""Seconds between both badges, set for our site: as few as a site may choose."""


def test_a_visitor_is_invited_permitted_let_in_handed_over_and_leaves(cast: Cast) -> None:
    visit = cast.invite("FLOOR", escort_no=cast.escort.no)[0]
    refused = cast.decide(cast.host, visit["id"])
    assert refused.status == 403, refused.text  # nobody decides for himself
    assert good(cast.decide(cast.manager, visit["id"]), 200).body["state"] == "approved"
    found = cast.arrive(visit["id"])
    assert (found["name"], found["phone_tail"]) == ("王＊明", "0427")
    badge = cast.let_in(visit["id"], "floor")
    scan = cast.scan(badge)
    refused = cast.follow(scan, cast.agent.badge_no)
    assert (refused.status, refused.rules) == (409, ["escort_is_designated"]), refused.text
    entered = good(cast.follow(cast.scan(badge), cast.escort.badge_no), 200).body
    assert entered["escort_name"] == "李主管"
    assert _inside(cast)[visit["id"]] == "李主管"
    _hand_over(cast, visit["id"])
    assert _inside(cast)[visit["id"]] == "孙主管"
    good(cast.floor.post("/api/visitor/v1/exits:area", {"badge_no": badge}), 200)
    left = good(cast.front.post("/api/visitor/v1/exits", {"badge_no": badge}), 200).body
    assert left["state"] == "closed"
    assert visit["id"] not in _inside(cast)
    assert _trail(cast, visit["id"]) == [
        "VisitInvited", "StepDecided", "StepDecided", "VisitApproved", "VisitorArrived", "IdChecked",
        "VisitorCleared", "EntryRefused", "CustodyTaken", "VisitorEntered", "CustodyOffered", "CustodyPassed",
        "CustodyEnded", "VisitorLeftArea", "VisitorLeft",
    ]  # fmt: skip


def test_an_escort_who_comes_late_opens_no_door(cast: Cast) -> None:
    path, site = "/api/visitor/v1/settings", cast.house.site_id
    known = good(cast.house.admin.get(path, site_id=site), 200).body
    change = {"site_id": site, "values": {"two_badges_within": TWO_BADGES_WITHIN}, "reason": "试行"}
    good(cast.house.admin.send("PUT", path, change, version=known["version"]), 200)
    visit = cast.permitted()
    cast.arrive(visit["id"])
    badge = cast.let_in(visit["id"], "floor")
    late = cast.scan(badge)
    time.sleep(TWO_BADGES_WITHIN + 0.2)
    refused = cast.follow(late, cast.escort.badge_no)
    assert (refused.status, refused.rules) == (409, ["badges_came_together"]), refused.text
    assert "2.4" not in refused.text  # a tablet shows no code (2.12.2)
    good(cast.follow(cast.scan(badge), cast.escort.badge_no), 200)
    good(cast.floor.post("/api/visitor/v1/exits:area", {"badge_no": badge}), 200)
    good(cast.front.post("/api/visitor/v1/exits", {"badge_no": badge}), 200)


def test_somebody_without_an_appointment_waits_for_the_hosts_yes(cast: Cast) -> None:
    asked = {"name": "赵六", "host": cast.host.no, "purpose": "送合同", "privacy_version": "2026-11"}
    waiting = eventually(lambda: cast.front.post("/api/visitor/v1/walk-ins", asked), 201).body
    assert waiting["state"] == "submitted"
    address = f"/api/visitor/v1/arrivals/{waiting['visit_id']}"
    good(cast.decide(cast.host, waiting["visit_id"]), 200)
    assert good(cast.front.get(address), 200).body["state"] == "approved"
    good(cast.front.post(f"{address}:arrive", {"privacy_version": "2026-11", "rules_version": "2026-11"}), 200)
    badge = cast.let_in(waiting["visit_id"], "lounge")
    assert good(cast.front.post("/api/visitor/v1/exits", {"badge_no": badge}), 200).body["state"] == "closed"


def test_a_party_is_decided_all_at_once(cast: Cast) -> None:
    people = [{"name": name} for name in ("陈一", "陈二", "陈三")]
    visits = cast.invite("FLOOR", escort_no=cast.escort.no, visitors=people)
    party = visits[0]["party_id"]
    asked = {"decision": "approve"}
    decided = good(cast.manager.browser.post(f"/api/visitor/v1/parties/{party}:decide", asked), 200).body
    assert [visit["state"] for visit in decided["visits"]] == ["approved"] * 3
    again = cast.manager.browser.post(f"/api/visitor/v1/parties/{party}:decide", asked)
    assert again.status in (403, 409), again.text


def _hand_over(cast: Cast, visit_id: str) -> None:
    """Custody passes when both have agreed, and not before."""
    path = f"/api/visitor/v1/visits/{visit_id}/custody"
    good(cast.escort.browser.post(f"{path}:offer", {"employee_no": cast.second_escort.no}), 200)
    assert cast.agent.browser.post(f"{path}:accept").status in (403, 404)
    good(cast.second_escort.browser.post(f"{path}:accept"), 200)


def _inside(cast: Cast) -> dict[str, str]:
    """Who is on the premises, with their escort's name."""
    present = good(cast.guard.browser.get("/api/visitor/v1/presence", site_id=cast.house.site_id), 200).body
    return {one["visit_id"]: (one["escort"] or {}).get("name", "") for one in present["items"]}


def _trail(cast: Cast, visit_id: str) -> list[str]:
    """The audit rows about a visit, in order."""
    rows: dict[str, Any] = good(cast.house.admin.get("/api/visitor/v1/journal", subject=f"visit:{visit_id}"), 200).body
    return [row["fact"] for row in reversed(rows["items"])]
