"""HR's program adds people, and whoever leaves is cut off within a second."""

from __future__ import annotations

from tests.journeys.cast import Cast
from tests.journeys.house import House, good, token_of, wait_until


def test_hr_adds_people_by_oauth_and_repeats_itself_without_harm(house: House) -> None:
    metadata = good(house.admin.again().get("/.well-known/oauth-authorization-server"), 200).body
    assert metadata["token_endpoint"].endswith("/oauth/token")
    person = {"name": "何新", "site": house.code}
    added = good(house.hr.put(f"/api/access/v1/people/{house.code}-HR1", person), 200).body
    again = good(house.hr.put(f"/api/access/v1/people/{house.code}-HR1", person), 200).body
    assert (added["version"], added["roles"]) == (again["version"], [])
    role = {"role": "security_admin", "scope": ""}
    assert house.hr.post(f"/api/access/v1/people/{house.code}-HR1/roles", role).status == 403


def test_a_program_may_do_what_its_scopes_say_and_no_more(house: House) -> None:
    reader = house.admin.again(token_of(house.admin.again(), *house.client("people:read")))
    good(house.hr.put(f"/api/access/v1/people/{house.code}-HR2", {"name": "何旧"}), 200)
    assert good(reader.get(f"/api/access/v1/people/{house.code}-HR2"), 200).body["name"] == "何旧"
    refused = reader.put(f"/api/access/v1/people/{house.code}-X", {"name": "不该有"})
    assert (refused.status, refused.body["needed_scope"]) == (403, "people:write")
    assert reader.get("/api/visitor/v1/visits").status == 403
    assert house.admin.again("not.a.token").get("/api/access/v1/people").status == 401


def test_a_leaver_is_cut_off_within_a_second(cast: Cast) -> None:
    leaver = cast.house.hire("钱离")
    good(leaver.browser.get("/api/visitor/v1/visits", mine="true"), 200)
    gone = {"name": "钱离", "site": cast.house.code, "department": cast.house.code, "active": False}
    good(cast.house.hr.put(f"/api/access/v1/people/{leaver.no}", gone), 200)
    seconds = wait_until(lambda: leaver.browser.get("/api/visitor/v1/visits", mine="true").status == 401)
    assert seconds <= 1, f"cut off after {seconds:.2f} s"
