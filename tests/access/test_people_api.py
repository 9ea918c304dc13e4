"""The directory over REST: who may, what repeats, what is refused, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from chassis.db import Database
from services.access.app import PARTS
from services.access.base import BASE
from tests.builders import fact_names
from tests.calls import Caller, serving
from tests.conftest import OpenDb
from tests.people import Ids, actor_of
from tests.stage import set_stage

pytestmark = pytest.mark.anyio
NEW = {"name": "何新", "department": "OUT1", "site": "HQ"}


@pytest.fixture
def db(open_db: OpenDb) -> Database:
    return open_db(BASE)


@pytest.fixture
def ids(db: Database) -> Ids:
    return set_stage(db)


@pytest.fixture
async def app(db: Database) -> AsyncIterator[FastAPI]:
    async with serving(PARTS, db) as app:
        yield app


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


async def test_roles_are_given_by_the_security_admin_alone(app: FastAPI, ids: Ids) -> None:
    role = {"role": "guard", "scope": f"site:{ids.site}"}
    given = await as_(app, ids, "admin").post("/people/E010/roles", role)
    assert given.body["roles"] == ["agent", f"guard@site:{ids.site}"]
    refused = await as_(app, ids, "hr").post("/people/E010/roles", role)
    assert (refused.status, refused.rules) == (403, ["gives_roles"])


@pytest.mark.parametrize(
    ("role", "scope", "rule"),
    [
        ("escort", "", "role_is_no_duty"),
        ("guard", "", "role_has_its_scope"),
        ("supervisor", "", "role_has_its_scope"),
    ],
)
async def test_roles_that_cannot_be_given(app: FastAPI, ids: Ids, role: str, scope: str, rule: str) -> None:
    said = await as_(app, ids, "admin").post("/people/E010/roles", {"role": role, "scope": scope})
    assert rule in said.rules


async def test_three_powers_are_never_one_person(app: FastAPI, ids: Ids) -> None:
    admin = as_(app, ids, "admin")
    said = await admin.post("/people/U001/roles", {"role": "platform_admin"})
    assert said.rules == ["powers_apart"]
    oneself = await admin.post("/people/A001/roles", {"role": "leader"})
    assert "role_goes_to_another" in oneself.rules


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
