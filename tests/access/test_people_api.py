"""The directory over REST: who may, what repeats, what is refused, on both engines."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from chassis.db import Database
from tests.access.conftest import Office
from tests.builders import fact_names
from tests.calls import Caller
from tests.people import Ids, actor_of

pytestmark = pytest.mark.anyio
NEW = {"name": "何新", "department": "OUT1", "site": "HQ"}


def as_(app: FastAPI, ids: Ids, name: str) -> Caller:
    return Caller(app, "access", actor_of(name, ids))


async def test_hr_adds_a_person_and_repeating_changes_nothing(app: FastAPI, db: Database, ids: Ids) -> None:
    hr = as_(app, ids, "hr")
    before = len(fact_names(db))
    first = await hr.put("/people/E100", NEW)
    again = await hr.put("/people/E100", NEW)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert fact_names(db)[before:] == ["PersonAdded"]


async def test_without_a_token_401(app: FastAPI) -> None:
    said = await Caller(app, "access", None).get("/people")
    assert said.status == 401
    assert said.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["host", "guard", "auditor", "leader", "agent"])
async def test_nobody_but_hr_writes_people(app: FastAPI, ids: Ids, name: str) -> None:
    said = await as_(app, ids, name).put("/people/E100", NEW)
    assert (said.status, said.rules) == (403, ["keeps_people"])
    assert said.body["errors"][0]["control"] == "2.11"


async def test_an_unknown_person_404(app: FastAPI, ids: Ids) -> None:
    assert (await as_(app, ids, "hr").get("/people/NOBODY")).status == 404


async def test_a_stale_version_412(app: FastAPI, ids: Ids) -> None:
    said = await as_(app, ids, "hr").put("/people/E001", NEW, version=99)
    assert said.status == 412


async def test_a_bad_body_422_names_each_field(app: FastAPI, ids: Ids) -> None:
    said = await as_(app, ids, "hr").put("/people/E100", {"department": 3, "role": "leader"})
    assert said.status == 422
    assert {error["pointer"] for error in said.body["errors"]} >= {"/name", "/department", "/role"}


async def test_a_put_without_active_wakes_no_leaver(app: FastAPI, db: Database, ids: Ids) -> None:
    hr = as_(app, ids, "hr")
    await hr.put("/people/E010", {"name": "蒋坐席", "active": False})
    assert (await hr.put("/people/E010", {"name": "蒋坐席", "post": "外呼"})).body["active"] is False
    assert (await hr.put("/people/E010", {"name": "蒋坐席", "active": True})).body["active"] is True
    assert [name for name in fact_names(db) if name in ("PersonLeft", "PersonReturned")] == [
        "PersonLeft",
        "PersonReturned",
    ]


async def test_the_same_key_twice_acts_once_and_another_body_is_refused(app: FastAPI, db: Database, ids: Ids) -> None:
    admin, role = as_(app, ids, "admin"), {"role": "guard", "scope": f"site:{ids.site}"}
    first = await admin.post("/people/E010/roles", role, key="k-1")
    await admin.post("/people/E010/roles:take", role)
    again = await admin.post("/people/E010/roles", role, key="k-1")
    assert again.body == first.body
    other = await admin.post("/people/E010/roles", {"role": "leader"}, key="k-1")
    assert other.status == 422
    assert other.body["type"] == "/problems/idempotency-key-reused"
    assert fact_names(db)[-2:] == ["RoleGiven", "RoleTaken"]


async def test_refusals_speak_the_reader_s_language(app: FastAPI, ids: Ids) -> None:
    chinese = await Caller(app, "access", actor_of("host", ids)).put("/people/E100", NEW)
    english = await Caller(app, "access", actor_of("host", ids), "en-GB,en").put("/people/E100", NEW)
    assert chinese.body["detail"] == "只有人事专员可以登记人员"
    assert english.body["detail"] == "Only HR may keep people's records"


@pytest.mark.parametrize(
    "typed",
    ["蒋坐", "jiangzuo", "jzx", "ＪＺＸ", "E010", "e01"],
    ids=["characters", "pinyin", "initials", "wide", "no", "part"],
)
async def test_people_are_found_by_name_pinyin_initials_and_number(office: Office, typed: str) -> None:
    found = await office.as_("host").get("/people", q=typed)
    assert [person["employee_no"] for person in found.body["items"]] == ["E010"]
    assert found.body["items"][0]["roles"] == ["agent"]


async def test_a_new_name_is_found_and_the_old_one_no_more(office: Office) -> None:
    hr = office.as_("hr")
    await hr.put("/people/E010", {"name": "曾小贤"})
    assert [one["name"] for one in (await hr.get("/people", q="zengxiao")).body["items"]] == ["曾小贤"]
    assert (await hr.get("/people", q="jiang")).body["items"] == []


async def test_the_directory_stands_by_pinyin_and_is_walked_to_its_end(office: Office) -> None:
    host, seen, cursor = office.as_("host"), [], ""
    while cursor is not None:
        page = (await host.get("/people", limit=5, **({"cursor": cursor} if cursor else {}))).body
        seen += [person["name"] for person in page["items"]]
        cursor = page["next"]
    assert seen == [
        "陈总",
        "冯人事",
        "管理员",
        "蒋坐席",
        "李娜",
        "李主管",
        "孙强",
        "卫审计",
        "吴保安",
        "赵经理",
        "郑现场",
        "周值班",
    ]
    back = (await host.get("/people", limit=5, cursor=page["prev"])).body
    assert [person["name"] for person in back["items"]] == seen[5:10]


async def test_the_directory_is_filtered_by_department_role_and_status(office: Office) -> None:
    hr = office.as_("hr")
    await hr.put("/people/E010", {"name": "蒋坐席", "department": "OUT1", "active": False})

    async def numbers(**asked: str) -> list[str]:
        return [person["employee_no"] for person in (await hr.get("/people", **asked)).body["items"]]

    assert await numbers(department="SEC") == ["G001"]
    assert await numbers(department="NONE") == []
    assert await numbers(role="guard") == ["G001"]
    assert await numbers(status="left") == ["E010"]
    assert "E010" not in await numbers(department="OUT1")
    assert "E010" in await numbers(department="OUT1", status="all")
    assert (await hr.get("/people", status="gone")).status == 422


@pytest.mark.parametrize(
    ("reader", "whole"),
    [("hr", True), ("admin", True), ("auditor", True), ("leader", True), ("agent", True), ("supervisor", True),
     ("manager", True), ("host", False), ("guard", False), ("floor_manager", False)],
)  # fmt: skip
async def test_dates_and_who_gave_roles_are_for_those_who_keep_or_manage_a_person(
    office: Office, reader: str, whole: bool
) -> None:
    kept = {
        "name": "蒋坐席",
        "department": "OUT1",
        "site": "HQ",
        "leaves_at": "2031-01-01T10:00:00Z",
        "starts_on": "2026-01-05",
    }
    await office.as_("hr").put("/people/E010", kept)
    shown = (await office.as_(reader).get("/people/E010")).body
    assert shown["roles"] == ["agent"]
    assert (shown["leaves_at"] is not None, shown["starts_on"] is not None, shown["roles_held"] is not None) == (
        whole,
    ) * 3


@pytest.mark.parametrize(
    ("wrong", "rule", "pointer"),
    [
        ({"department": "NONE"}, "department_is_in_use", "/department"),
        ({"site": "NONE"}, "site_is_in_use", "/site"),
        ({"badge_no": "B-E001"}, "badge_is_free", "/badge_no"),
        ({"deputy_no": "E100"}, "deputy_is_another", "/deputy_no"),
        ({"manager_no": "E100"}, "manager_is_another", "/manager_no"),
    ],
)
async def test_what_a_record_may_not_say(office: Office, wrong: dict[str, str], rule: str, pointer: str) -> None:
    said = await office.as_("hr").put("/people/E100", {**NEW, **wrong})
    assert (said.status, said.rules) == (422, [rule])
    assert said.body["errors"][0]["pointer"] == pointer


async def test_a_leaver_holds_nothing_and_nothing_comes_back(office: Office) -> None:
    hr = office.as_("hr")
    left = await hr.put("/people/G001", {"name": "吴保安", "site": "HQ", "leaves_at": "2026-01-01T00:00:00Z"})
    assert (left.body["active"], left.body["roles"]) == (False, [])
    assert office.facts()[-3:] == ["PersonChanged", "PersonLeft", "RoleTaken"]
    back = await hr.put("/people/G001", {"name": "吴保安", "site": "HQ", "active": True})
    assert (back.body["active"], back.body["roles"], back.body["leaves_at"]) == (True, [], None)
    assert [one["taken_by"] for one in back.body["roles_held"]] == ["冯人事 H001"]


async def test_a_department_is_closed_once_nobody_works_in_it(office: Office) -> None:
    hr, names = office.as_("hr"), {"name": "安保组", "name_en": "Guards"}
    full = await hr.put("/departments/SEC", {**names, "active": False})
    assert (full.status, full.rules) == (409, ["department_is_empty"])
    await hr.put("/people/G001", {"name": "吴保安", "site": "HQ"})
    closed = await hr.put("/departments/SEC", {**names, "active": False}, version=full.body.get("version", 1))
    assert (closed.body["active"], closed.body["people"], closed.body["version"]) == (False, 0, 2)
    assert (await hr.put("/people/G001", {"name": "吴保安", "department": "SEC"})).rules == ["department_is_in_use"]
    assert (await hr.put("/departments/SEC", names, version=1)).status == 412
    assert (await office.as_("guard").put("/departments/X", names)).rules == ["keeps_people"]
    listed = (await office.as_("guard").get("/departments")).body
    assert (listed["can"], [one["code"] for one in listed["items"]]) == ([], ["HQ", "OUT1", "SEC"])
