"""What is still to be set up, as facts say: the first start, each task done by itself, who is told to be appointed."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.readiness import stand
from services.access.app import PARTS
from services.access.first import first_start
from services.access.people import actions as people
from services.access.people import decisions
from services.access.people.schemas import PersonKept
from services.access.roles.schemas import RoleAsked, RoleNamed
from services.access.sites import actions as sites
from services.access.sites.schemas import DoorKept, SiteKept
from tests.access.conftest import Office
from tests.stage import SYSTEM

pytestmark = pytest.mark.anyio


def tasks(db: Database) -> dict[str, dict[str, Any]]:
    """Every task by name."""
    return {task["name"]: task for task in db.read_now(stand, PARTS.readiness)}


def is_done(db: Database, name: str) -> bool:
    done: bool = tasks(db)[name]["done"]
    return done


def add(tx: Tx, number: str, name: str, *roles: str) -> None:
    people.keep_person(tx, SYSTEM, number, PersonKept(name=name, site="HQ"))
    for text in roles:
        role, _, scope = text.partition("@")
        decisions.give_role(tx, SYSTEM, number, RoleAsked.model_validate({"role": role, "scope": scope}))


def test_the_first_start_leaves_what_only_the_company_knows(empty: Database) -> None:
    empty.write_now(first_start)
    found = tasks(empty)
    open_ = {name for name, task in found.items() if not task["done"]}
    assert open_ >= {"sites", "areas", "people", "roles", "powers", "roster"}
    assert "坐席职场没有职场门" in found["areas"]["zh"]
    assert "管理员兼任多项" in found["powers"]["zh"]
    assert "总部职场的保安人员" in found["roles"]["zh"]
    assert "Guard of Head office" in found["roles"]["en"]


def test_each_task_is_done_by_itself(empty: Database) -> None:
    empty.write_now(first_start)
    operator = Actor.operator("test")
    empty.write_now(sites.keep_site, operator, "HQ", SiteKept(name="总部职场", name_en="Head office"), 1)
    assert is_done(empty, "sites"), "saved as it was: somebody has looked at it"
    door = DoorKept.model_validate({"name": "职场门", "name_en": "Floor door", "area": "FLOOR", "kind": "floor"})
    empty.write_now(sites.keep_door, operator, "HQ", "FLOOR", door)
    assert is_done(empty, "areas")
    site_id = empty.read_now(sites.all_sites, operator)["sites"][0]["id"]

    def appoint(tx: Tx) -> None:
        add(tx, "M1", "赵经理", f"centre_manager@site:{site_id}")
        add(tx, "G1", "吴保安", f"guard@site:{site_id}")
        add(tx, "U1", "卫审计", "auditor")

    empty.write_now(appoint)
    assert is_done(empty, "people")
    assert is_done(empty, "roles")
    assert not is_done(empty, "powers")
    empty.write_now(add, "S1", "钱安全", "security_admin")
    empty.write_now(decisions.take_role, SYSTEM, "admin", RoleNamed.model_validate({"role": "security_admin"}))
    assert is_done(empty, "powers")
    people_left = PersonKept(name="吴保安", site="HQ", active=False)
    empty.write_now(people.keep_person, SYSTEM, "G1", people_left)
    assert not is_done(empty, "roles"), "a leaver fills nothing"


async def test_a_small_site_may_say_that_one_person_unites_powers(office: Office) -> None:
    assert not is_done(office.db, "powers")
    body = {"site_id": office.ids.site, "values": {"powers_may_unite": True}, "reason": "只有一名管理员"}
    said = await office.as_("admin").send("PUT", "/settings", body, version=0)
    assert said.status == 200, said.body
    found = tasks(office.db)["powers"]
    assert (found["done"], "职场已说明允许" in found["zh"]) == (True, True)
    given = await office.as_("admin").post("/people/U001/roles", {"role": "platform_admin"})
    assert given.status == 200


async def test_hours_to_be_covered_are_the_site_s_own(office: Office) -> None:
    first = tasks(office.db)["roster"]
    assert (first["done"], "保安人员" in first["zh"] or "值班经理" in first["zh"]) == (False, True)
    never = {"duty_manager_hours": "never", "guard_hours": "never"}
    body = {"site_id": office.ids.site, "values": never, "reason": "夜间关闭"}
    await office.as_("admin").send("PUT", "/settings", body, version=0)
    assert is_done(office.db, "roster")


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("auditor", 200), ("manager", 200), ("hr", 403), ("guard", 403), ("agent", 403)],
)
async def test_administrators_and_auditors_read_it(office: Office, name: str, status: int) -> None:
    said = await office.as_(name).get("/setup")
    assert said.status == status
    if status == 200:
        assert {item["page"][0] for item in said.body["items"]} == {"/"}
