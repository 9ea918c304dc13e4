"""The duty roster over REST: who writes it, several days at once, leave with and without a stand-in, gaps shown."""

from __future__ import annotations

from typing import Any

import pytest

from services.access.app import PARTS
from tests.access.conftest import Office
from tests.calls import Said

pytestmark = pytest.mark.anyio
MONDAY = "2031-03-03"
"""Far enough ahead that the stage's own roster does not touch it; 2031 has no published 调休."""


def duty(office: Office, **changes: Any) -> dict[str, Any]:
    asked = {"site_id": office.ids.site, "employee_no": "D001", "kind": "duty_manager"}
    return {**asked, "starts_at": f"{MONDAY}T18:00:00+08:00", "ends_at": "2031-03-04T09:00:00+08:00", **changes}


async def week(office: Office, name: str = "manager") -> dict[str, Any]:
    asked = {"begin": f"{MONDAY}T00:00:00+08:00", "end": "2031-03-10T00:00:00+08:00", "site_id": office.ids.site}
    found: dict[str, Any] = (await office.as_(name).get("/roster", **asked)).body
    return found


def shown(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Who and when, as the site's clock says it."""
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(
    ("name", "status"), [("manager", 201), ("admin", 201), ("host", 403), ("guard", 403), ("hr", 403)]
)
async def test_the_centre_manager_writes_the_roster(office: Office, name: str, status: int) -> None:
    said = await office.as_(name).post("/roster", duty(office))
    assert said.status == status
    if status == 403:
        assert said.rules == ["writes_roster"]
        return
    item = said.body["items"][0]
    assert (item["person"]["name"], item["instead_of"]) == ("周值班", None)
    drops = office.as_(name)
    assert (await drops.send("DELETE", f"/roster/{item['id']}")).status == 200
    assert (await drops.send("DELETE", f"/roster/{item['id']}")).status == 200
    assert office.facts()[-1] == "DutyDropped"
    assert (await week(office))["items"] == []


async def test_several_days_at_once_are_all_or_none_by_the_site_s_clock(office: Office) -> None:
    said = await office.as_("manager").post("/roster", duty(office, days=5))
    assert shown(said.body["items"], "starts_at")[-1] == ("2031-03-07T10:00:00Z",)
    count = len(office.facts())
    again = await office.as_("manager").post("/roster", duty(office, days=5))
    assert (again.status, set(again.rules), len(office.facts())) == (422, {"duty_is_new"}, count)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ends_at": f"{MONDAY}T18:00:00+08:00"}, "stretch_is_sound"),
        ({"employee_no": "E010"}, "person_may_do_the_duty"),
        ({"kind": "guard"}, "person_may_do_the_duty"),
    ],
)
async def test_what_cannot_be_rostered(office: Office, changes: dict[str, Any], rule: str) -> None:
    said = await office.as_("manager").post("/roster", duty(office, **changes))
    assert (said.status, said.rules) == (422, [rule])


async def test_what_is_unknown_404(office: Office) -> None:
    manager = office.as_("manager")
    assert (await manager.post("/roster", duty(office, employee_no="NOBODY"))).status == 404
    assert (await office.as_("admin").post("/roster", duty(office, site_id=office.ids.people["host"]))).status == 404
    assert (await manager.send("DELETE", f"/roster/{office.ids.site}")).status == 404
    assert (await manager.send("DELETE", f"/roster/leaves/{office.ids.site}")).status == 404


async def test_hours_nobody_covers_are_shown_plainly(office: Office) -> None:
    await office.as_("manager").post("/roster", duty(office, days=6))
    found = await week(office)
    managers = [gap for gap in found["gaps"] if gap["kind"] == "duty_manager"]
    assert shown(managers, "starts_at", "ends_at") == [
        ("2031-03-02T16:00:00Z", "2031-03-03T01:00:00Z"),  # before the first night, from midnight on Monday
        ("2031-03-08T01:00:00Z", "2031-03-08T10:00:00Z"),  # Saturday, when nobody works
        ("2031-03-09T01:00:00Z", "2031-03-09T16:00:00Z"),  # Sunday
    ]
    guards = [gap for gap in found["gaps"] if gap["kind"] == "guard"]
    assert len(guards) == 5, "each working day's office hours"
    assert found["can"] == ["roster", "drop", "leave"]
    assert (await week(office, "agent"))["can"] == []


async def leave(office: Office, by: str = "hr", **changes: Any) -> Said:
    asked = {"employee_no": "D001", "starts_at": f"{MONDAY}T20:00:00+08:00", "ends_at": f"{MONDAY}T22:00:00+08:00"}
    return await office.as_(by).post("/roster/leaves", {**asked, **changes})


async def test_a_stand_in_takes_the_part_of_a_duty_that_somebody_is_away_for(office: Office) -> None:
    await office.as_("manager").post("/roster", duty(office))
    said = await leave(office, stand_in_no="M001")
    assert (said.status, said.body["stand_in"]["name"]) == (201, "赵经理")
    found = await week(office)
    parts = [
        (
            one["person"]["name"],
            one["instead_of"] and one["instead_of"]["name"],
            one["starts_at"][11:16],
            one["ends_at"][11:16],
        )
        for one in found["items"]
    ]
    assert parts == [
        ("周值班", None, "10:00", "12:00"),
        ("赵经理", "周值班", "12:00", "14:00"),
        ("周值班", None, "14:00", "01:00"),
    ]
    assert [one["person"]["name"] for one in found["leaves"]] == ["周值班"]
    refused = await office.as_("manager").post("/roster", duty(office, starts_at=f"{MONDAY}T21:00:00+08:00",
                                                              ends_at=f"{MONDAY}T21:30:00+08:00"))  # fmt: skip
    assert "person_is_not_on_leave" in refused.rules
    states = [PARTS.states["duty"], *[one["id"] for one in found["items"]]]
    people = [office.db.read_now(states[0], duty_id)["person_id"] for duty_id in states[1:]]  # type: ignore[index]
    assert people == [office.ids.people[name] for name in ("duty_manager", "manager", "duty_manager")]


async def test_without_a_stand_in_the_hours_are_left_open(office: Office) -> None:
    await office.as_("manager").post("/roster", duty(office))
    made = await leave(office)
    found = await week(office)
    assert ("2031-03-03T12:00:00Z", "2031-03-03T14:00:00Z") in shown(found["gaps"], "starts_at", "ends_at")
    back = await office.as_("hr").send("DELETE", f"/roster/leaves/{made.body['id']}")
    assert (back.status, (await week(office))["leaves"]) == (200, [])
    assert office.facts()[-1] == "LeaveDropped"


@pytest.mark.parametrize(
    ("changes", "rule", "pointer"),
    [
        ({"stand_in_no": "D001"}, "stand_in_is_another_here", "/stand_in_no"),
        ({"stand_in_no": "E010"}, "person_may_do_the_duty", "/stand_in_no"),
        ({"ends_at": f"{MONDAY}T19:00:00+08:00"}, "leave_is_sound", "/ends_at"),
    ],
)
async def test_leave_that_cannot_be_recorded(office: Office, changes: dict[str, Any], rule: str, pointer: str) -> None:
    await office.as_("manager").post("/roster", duty(office))
    said = await leave(office, **changes)
    assert (said.status, said.rules, said.body["errors"][0]["pointer"]) == (422, [rule], pointer)
    assert len((await week(office))["items"]) == 1, "nothing half done"


async def test_leave_is_recorded_by_the_manager_or_hr_and_once(office: Office) -> None:
    assert (await leave(office, by="duty_manager")).rules == ["records_leave"]
    assert (await leave(office, by="manager")).status == 201
    assert (await leave(office)).rules == ["person_is_not_on_leave"]
