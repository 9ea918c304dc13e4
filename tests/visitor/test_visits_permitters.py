"""Who permits a visit, and when a duty manager must too: as the areas list and the site's own calendar says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.access.calendar.schemas import DayKept
from services.access.permitters import actions as permitters
from services.access.permitters.schemas import PermittersAsked
from services.access.roster import actions as roster
from services.access.roster.rules import DutyKind
from services.access.roster.schemas import DutyAsked
from services.access.sites import actions as sites
from services.access.sites.schemas import AreaKept, SiteKept
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


def lists(floor: Floor, area: str, *items: dict[str, Any]) -> None:
    """The administrator lists who permits an area."""
    asked = PermittersAsked.model_validate({"items": items})
    floor.access.write_now(permitters.replace, SYSTEM, "HQ", area, asked)
    floor.follow()


async def plan(floor: Floor, *areas: str, **changes: Any) -> dict[str, set[str]]:
    """The steps a visit would need and who could decide each, as the host sees them beforehand."""
    asked = floor.invitation(*areas, **changes)
    body = {name: asked[name] for name in ("kind", "areas", "starts_at", "ends_at", "host_no")}
    said = await floor.as_("host").post("/visits:preview", body)
    assert said.status == 200, said.body
    return {step["reason"]: {one["employee_no"] for one in step["who_can"]} for step in said.body["steps"]}


async def test_a_lounge_needs_its_host_and_a_floor_the_policy_s_own(floor: Floor) -> None:
    assert "floor" not in await plan(floor, "LOUNGE")
    assert (await plan(floor, "FLOOR"))["floor"] == {"S001", "M001"}


@pytest.mark.parametrize(
    ("items", "who"),
    [
        ([{"role": "maintenance"}], set()),
        ([{"role": "floor_manager"}, {"employee_no": "E002"}], {"F001", "E002"}),
        ([{"role": "supervisor", "scope": "host_department"}], {"S001"}),
        ([{"employee_no": "E001"}], set()),
    ],
    ids=["nobody holds it", "role and person", "host's department", "never the host"],
)
async def test_an_area_is_permitted_by_those_it_lists(floor: Floor, items: list[dict[str, Any]], who: set[str]) -> None:
    lists(floor, "FLOOR", *items)
    assert (await plan(floor, "FLOOR"))["floor"] == who


async def test_a_role_of_one_department_permits_for_every_host(floor: Floor) -> None:
    lists(floor, "FLOOR", {"role": "supervisor", "scope": f"dept:{floor.ids.departments['OUT1']}"})
    assert (await plan(floor, "FLOOR", host_no="H001"))["floor"] == {"S001"}


async def test_a_lounge_that_lists_somebody_needs_their_yes_too(floor: Floor) -> None:
    lists(floor, "LOUNGE", {"employee_no": "F001"})
    visit = await floor.invite("LOUNGE")
    assert [step["reason"] for step in visit["steps"]][:2] == ["host", "floor"]
    refused = await floor.as_("manager").post(f"/visits/{visit['id']}:decide", {"decision": "approve", "step": "floor"})
    assert (refused.status, refused.rules) == (403, ["decider_is_entitled"])
    said = await floor.as_("floor_manager").post(f"/visits/{visit['id']}:decide", {"decision": "approve"})
    assert said.status == 200


async def test_one_person_permits_all_areas_else_the_centre_manager(floor: Floor) -> None:
    lists(floor, "LOUNGE", {"employee_no": "F001"}, {"employee_no": "S001"})
    assert (await plan(floor, "LOUNGE", "FLOOR"))["floor"] == {"S001"}
    lists(floor, "LOUNGE", {"employee_no": "F001"})
    assert (await plan(floor, "LOUNGE", "FLOOR"))["floor"] == {"M001"}


async def test_an_area_no_longer_used_cannot_be_visited(floor: Floor) -> None:
    closed = AreaKept.model_validate({"name": "休息室", "name_en": "Lounge", "kind": "lounge", "active": False})
    floor.access.write_now(sites.keep_area, SYSTEM, "HQ", "LOUNGE", closed)
    floor.follow()
    said = await floor.as_("host").post("/visits", floor.invitation("LOUNGE"))
    assert (said.status, said.rules) == (422, ["areas_belong_to_site"])


def next_year() -> date:
    """A Wednesday in the middle of the next year but one: nothing published falls on it."""
    day = date(datetime.now(UTC).year + 2, 8, 20)
    return day + timedelta(days=(2 - day.weekday()) % 7)


def window(day: date, begin: int, hours: int = 1, ahead: int = 8) -> dict[str, str]:
    """A window by a clock that is some hours ahead of UTC."""
    first = datetime.combine(day, time(begin), UTC) - timedelta(hours=ahead)
    return {
        "starts_at": f"{first:%Y-%m-%dT%H:%M:%SZ}",
        "ends_at": f"{first + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}",
    }


async def test_the_duty_manager_is_asked_outside_the_hours_of_the_site_s_own_calendar(floor: Floor) -> None:
    wednesday = next_year()
    saturday = wednesday + timedelta(days=3)

    async def is_asked(day: date, begin: int, hours: int = 1) -> bool:
        return "after_hours" in await plan(floor, "LOUNGE", **window(day, begin, hours))

    assert not await is_asked(wednesday, 10)
    assert await is_asked(wednesday, 17, 2)
    assert await is_asked(wednesday, 22, 8), "a night shift"
    assert await is_asked(saturday, 10)
    floor.access.write_now(sites.keep_day, SYSTEM, "HQ", saturday, DayKept(working=True, name="调休上班"))
    floor.access.write_now(sites.keep_day, SYSTEM, "HQ", wednesday, DayKept(working=False, name="厂休"))
    floor.follow()
    assert not await is_asked(saturday, 10), "调休"
    assert await is_asked(wednesday, 10), "a holiday"
    floor.access.write_now(sites.drop_day, SYSTEM, "HQ", wednesday)
    floor.follow()
    assert not await is_asked(wednesday, 10)


async def test_office_hours_are_judged_in_the_site_s_zone(floor: Floor) -> None:
    berlin = SiteKept(name="柏林", name_en="Berlin", zone="Europe/Berlin", opens_at=time(8), closes_at=time(16))
    floor.access.write_now(sites.keep_site, SYSTEM, "HQ", berlin)
    floor.follow()
    day = next_year()
    assert "after_hours" not in await plan(floor, "LOUNGE", **window(day, 15, ahead=2))
    assert "after_hours" in await plan(floor, "LOUNGE", **window(day, 10, ahead=8)), "four in the morning in Berlin"


async def test_whoever_is_on_duty_within_the_window_is_asked_and_with_nobody_the_centre_manager(floor: Floor) -> None:
    night = window(next_year(), 17, 4)
    assert (await plan(floor, "LOUNGE", **night))["after_hours"] == {"M001"}
    begin = datetime.fromisoformat(night["starts_at"]) + timedelta(hours=1)
    duty = DutyAsked(site_id=floor.ids.site, employee_no="D001", kind=DutyKind.DUTY_MANAGER, starts_at=begin,
                     ends_at=begin + timedelta(hours=12))  # fmt: skip
    floor.access.write_now(roster.roster, SYSTEM, duty)
    floor.follow()
    assert (await plan(floor, "LOUNGE", **night))["after_hours"] == {"D001"}


async def test_a_step_says_that_the_area_lists_who_decides_it(floor: Floor) -> None:
    await floor.designate()
    usual = await floor.invite("FLOOR", escort_no="S001")
    assert [step["by_list"] for step in usual["steps"] if step["reason"] == "floor"] == [False]
    lists(floor, "FLOOR", {"employee_no": "D001"})
    own = await floor.invite("FLOOR", escort_no="S001")
    assert {step["reason"]: step["by_list"] for step in own["steps"]}["floor"]
    assert not {step["reason"]: step["by_list"] for step in own["steps"]}["host"]
