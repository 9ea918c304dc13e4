"""Whether a visit could be permitted, escorted and given a badge: every stage that nobody could fill is named."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.readiness import stand
from services.access.people import decisions
from services.access.roles.schemas import RoleNamed
from services.visitor.app import PARTS
from services.visitor.base import BASE
from services.visitor.visits.readiness import each_has_its_own
from tests.conftest import OpenDb
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio


def tasks(floor: Floor) -> dict[str, dict[str, Any]]:
    floor.follow()
    return {task["name"]: task for task in floor.db.read_now(stand, PARTS.readiness)}


def take(floor: Floor, employee_no: str, role: str, scope: str = "") -> None:
    named = RoleNamed.model_validate({"role": role, "scope": scope})
    floor.access.write_now(decisions.take_role, SYSTEM, employee_no, named)


@pytest.mark.parametrize(
    ("steps", "holds"),
    [
        ([], True),
        ([["a"]], True),
        ([[]], False),
        ([["a"], ["a"]], False),
        ([["a", "b"], ["a"]], True),
        ([["a", "b"], ["a", "b"], ["a", "b"]], False),
        ([["a"], ["a", "b"], ["b", "c"]], True),
    ],
)
def test_each_step_needs_a_person_of_its_own(steps: list[list[str]], holds: bool) -> None:
    assert each_has_its_own(steps) is holds


async def test_every_stage_that_nobody_could_fill_is_named(floor: Floor) -> None:
    before = tasks(floor)["steps"]
    few = "服务器机房的值班经理、区域审批人、运营经理人手不够"
    assert few in before["zh"]
    assert "SEC" in before["zh"], "no supervisor there: the manager alone would decide two steps"
    assert "OUT1" not in before["zh"]
    take(floor, "S001", "supervisor", f"dept:{floor.ids.departments['OUT1']}")
    one_manager = tasks(floor)["steps"]
    assert not one_manager["done"], "the centre manager alone cannot decide floor and privileged area"
    assert "OUT1" in one_manager["zh"]
    assert "每人只能决定一步" in one_manager["zh"]
    take(floor, "M001", "centre_manager", f"site:{floor.ids.site}")
    nobody = tasks(floor)["steps"]
    assert "三楼坐席职场缺区域审批人，请任命" in nobody["zh"]
    assert "Call floor: appoint an approver of the area" in nobody["en"]


async def test_a_service_that_knows_no_site_yet_is_not_ready(open_db: OpenDb) -> None:
    found = open_db(BASE).read_now(stand, PARTS.readiness)
    assert [(task["name"], task["done"]) for task in found] == [("steps", False), ("escorts", False), ("badges", False)]


async def test_escorts_for_guests_and_work_are_told_apart(floor: Floor) -> None:
    none = tasks(floor)["escorts"]
    assert (none["done"], "三楼坐席职场（来宾）" in none["zh"], "Server room (working visits)" in none["en"]) == (
        False,
        True,
        True,
    )
    both = [floor.ids.areas["FLOOR"], floor.ids.areas["SERVER"]]
    for kind in ("work", "guests"):
        said = await floor.designate("S001", kind, area_ids=both)
        assert said.status == 201, said.body
    assert tasks(floor)["escorts"]["done"]


async def test_badges_of_both_kinds_are_in_store(floor: Floor) -> None:
    assert tasks(floor)["badges"]["done"]
    for number in range(1, 6):
        body = {"site_id": floor.ids.site, "no": f"F{number:03d}"}
        said = await floor.as_("floor_manager").post("/badges:retire", body)
        assert said.status == 200, said.body
    found = tasks(floor)["badges"]
    assert (found["done"], "没有可发的职场访客证" in found["zh"]) == (False, True)
