"""Giving and taking roles: who may, to whom, where, from when to when; and that nothing deadlocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from services.access.app import PARTS
from services.access.people import decisions
from tests.access.conftest import Office
from tests.calls import Said

pytestmark = pytest.mark.anyio


def guard(office: Office, **dates: Any) -> dict[str, Any]:
    return {"role": "guard", "scope": f"site:{office.ids.site}", **dates}


def instant(**ahead: float) -> str:
    return (clock.now() + timedelta(**ahead)).isoformat().replace("+00:00", "Z")


async def give(office: Office, employee_no: str, role: dict[str, Any], by: str = "admin") -> Said:
    return await office.as_(by).post(f"/people/{employee_no}/roles", role)


@pytest.mark.parametrize("name", ["hr", "leader", "manager", "auditor", "guard", "agent"])
async def test_roles_are_given_by_the_security_admin_alone(office: Office, name: str) -> None:
    given = await give(office, "E002", guard(office), by=name)
    assert (given.status, given.rules) == (403, ["gives_roles"])
    taken = await office.as_(name).post("/people/G001/roles:take", guard(office))
    assert (taken.status, taken.rules) == (403, ["gives_roles"])


async def test_a_role_says_where_from_when_and_who_gave_it(office: Office) -> None:
    given = await give(office, "E002", guard(office))
    assert given.body["roles"] == [f"guard@site:{office.ids.site}"]
    held = given.body["roles_held"][0]
    assert (held["place"]["code"], held["given_by"], held["ends_at"], held["state"]) == (
        "HQ",
        "管理员 A001",
        None,
        "held",
    )
    again = await give(office, "E002", guard(office))
    assert again.body["roles_held"] == given.body["roles_held"]
    taken = await office.as_("admin").post("/people/E002/roles:take", guard(office))
    assert taken.body["roles"] == []
    assert (taken.body["roles_held"][0]["state"], taken.body["roles_held"][0]["taken_by"]) == ("taken", "管理员 A001")
    assert office.facts()[-2:] == ["RoleGiven", "RoleTaken"]


async def test_it_needs_a_second_check(office: Office) -> None:
    admin = office.long_signed_in("admin")
    for path in ("/people/E002/roles", "/people/G001/roles:take"):
        said = await admin.post(path, guard(office))
        assert (said.status, said.body["type"]) == (403, "/problems/second-check-needed")


@pytest.mark.parametrize(
    ("role", "scope", "rule"),
    [
        ("escort", "", "role_is_no_duty"),
        ("guard", "", "role_has_its_scope"),
        ("supervisor", "site", "role_has_its_scope"),
        ("centre_manager", "dept", "role_has_its_scope"),
        ("guard", "nowhere", "scope_is_a_place_in_use"),
    ],
)
async def test_roles_that_cannot_be_given(office: Office, role: str, scope: str, rule: str) -> None:
    ids = office.ids
    scopes = {
        "site": f"site:{ids.site}",
        "dept": f"dept:{ids.departments['OUT1']}",
        "nowhere": f"site:{ids.people['host']}",
    }
    said = await give(office, "E010", {"role": role, "scope": scopes.get(scope, "")})
    assert rule in said.rules


async def test_nobody_gives_himself_a_role_and_leavers_get_none(office: Office) -> None:
    assert (await give(office, "A001", {"role": "leader"})).rules == ["role_goes_to_another"]
    await office.as_("hr").put("/people/E010", {"name": "蒋坐席", "active": False})
    assert (await give(office, "E010", {"role": "leader"})).rules == ["person_is_active"]
    assert (await give(office, "NOBODY", {"role": "leader"})).status == 404


async def test_three_powers_are_never_one_person_at_one_time(office: Office) -> None:
    assert (await give(office, "U001", {"role": "platform_admin"})).rules == ["powers_apart"]
    assert (await give(office, "U001", {"role": "maintenance"})).status == 200
    until = {"role": "security_admin", "ends_at": instant(days=3)}
    assert (await give(office, "E002", until)).status == 200
    overlapping = {"role": "auditor", "starts_at": instant(days=2)}
    assert (await give(office, "E002", overlapping)).rules == ["powers_apart"]
    afterwards = {"role": "auditor", "starts_at": instant(days=4)}
    assert (await give(office, "E002", afterwards)).status == 200


async def test_the_last_who_could_appoint_others_stays_until_there_is_another(office: Office) -> None:
    last = await office.as_("admin").post("/people/A001/roles:take", {"role": "security_admin"})
    assert (last.status, last.rules) == (409, ["somebody_remains"])
    await give(office, "E002", {"role": "security_admin"})
    taken = await office.as_("admin").post("/people/A001/roles:take", {"role": "security_admin"})
    assert taken.body["roles"] == ["platform_admin"]


async def test_a_role_is_held_from_its_beginning_to_its_end(office: Office) -> None:
    dates = {"starts_at": instant(hours=1), "ends_at": instant(hours=3)}
    given = await give(office, "E002", guard(office, **dates))
    assert (given.body["roles"], given.body["roles_held"][0]["state"]) == ([], "coming")
    state = office.db.read_now(PARTS.states["person"], office.ids.people["deputy"])
    assert state is not None
    assert [one["role"] for one in state["roles"]] == [f"guard@site:{office.ids.site}"]
    now = clock.now()
    with clock.reading(lambda: now + timedelta(hours=2)):
        assert (await office.as_("hr").get("/people/E002")).body["roles"] == [f"guard@site:{office.ids.site}"]
    with clock.reading(lambda: now + timedelta(hours=3, minutes=1)):
        assert (await office.as_("hr").get("/people/E002")).body["roles"] == []
        assert office.db.write_now(decisions.end_over) == 1
        assert office.db.write_now(decisions.end_over) == 0
    shown = (await office.as_("hr").get("/people/E002")).body["roles_held"][0]
    assert (shown["state"], shown["taken_by"], shown["taken_at"]) == ("expired", "system:roles", shown["ends_at"])
    assert office.facts()[-1] == "RoleTaken"


async def test_other_dates_replace_those_before(office: Office) -> None:
    await give(office, "E002", guard(office))
    given = await give(office, "E002", guard(office, ends_at=instant(days=1)))
    now, before = given.body["roles_held"]
    assert (now["state"], now["ends_at"] is not None) == ("held", True)
    assert (before["state"], before["taken_at"] is not None) == ("taken", True)
    for wrong in ({"ends_at": instant(hours=-1)}, {"starts_at": instant(hours=2), "ends_at": instant(hours=1)}):
        assert (await give(office, "E002", guard(office, **wrong))).rules == ["role_ends_after_it_begins"]
