"""Reading a visitor's values whole: who may, why, and the trace it leaves, without the value; on both engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.visitor.unmaskings.rules import (
    Field,
    Reason,
    guard_reaches_who_is_here,
    unmasks_by_right,
    visitor_is_not_erased,
)
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import actor_of
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, PHONE, WHY, everything, left

pytestmark = pytest.mark.anyio
SITE, OTHER = "here", "there"
EVERYTHING = [field.value for field in Field]


async def unmask(floor: Floor, visit_id: str, by: str = "admin", *fields: str, **changes: Any) -> Said:
    asked = {"fields": list(fields) or EVERYTHING, "reason": "own_request", **changes}
    return await floor.as_(by).post(f"/visits/{visit_id}:unmask", asked)


async def arrived(floor: Floor) -> str:
    visit = await floor.permitted(visitors=[{"name": NAME, "phone": PHONE, "email": "mz@example.com"}])
    assert (await floor.arrive(visit["id"])).status == 200
    visit_id: str = visit["id"]
    return visit_id


@pytest.mark.parametrize(
    ("roles", "fields", "may"),
    [
        ({"security_admin"}, EVERYTHING, True),
        ({f"guard@site:{SITE}"}, ["phone"], True),
        ({f"guard@site:{SITE}"}, ["phone", "id_number"], False),
        ({f"guard@site:{OTHER}"}, ["phone"], False),
        ({"platform_admin", "auditor", "leader", f"centre_manager@site:{SITE}"}, ["phone"], False),
    ],
)
def test_who_reads_what_whole(roles: set[str], fields: list[str], may: bool) -> None:
    assert bool(unmasks_by_right(roles, SITE, [Field(field) for field in fields])) is may


def test_a_guard_calls_who_is_here_and_nobody_reads_what_is_erased() -> None:
    assert guard_reaches_who_is_here({f"guard@site:{SITE}"}, here=True)
    assert not guard_reaches_who_is_here({f"guard@site:{SITE}"}, here=False)
    assert guard_reaches_who_is_here({"security_admin"}, here=False)
    assert not visitor_is_not_erased(erased=True)


async def test_the_security_admin_reads_all_that_is_kept_and_the_journal_keeps_no_value(floor: Floor) -> None:
    visit_id = await left(floor)
    said = await unmask(floor, visit_id)
    assert said.status == 200, said.body
    kept = {name: said.body[name] for name in ("name", "phone", "email", "id_number", "id_last4")}
    assert kept == {"name": NAME, "phone": PHONE, "email": "mz@example.com", "id_number": None, "id_last4": "123X"}
    assert said.headers["cache-control"] == "no-store"
    told = [fact for fact in facts(floor.db) if fact["fact"] == "VisitorUnmasked"]
    assert [fact["body"] for fact in told] == [{"visit_id": visit_id, "fields": EVERYTHING, "reason": "own_request"}]
    assert told[0]["actor"] == f"person:{floor.ids.people['admin']}"
    assert PHONE not in await everything(floor), "neither in the journal nor in a kept answer"


async def test_each_reading_is_a_row_also_under_the_same_key(floor: Floor) -> None:
    visit_id = await left(floor)
    for _ in range(2):
        asked = {"fields": ["phone"], "reason": Reason.CONTACT}
        said = await floor.as_("admin").post(f"/visits/{visit_id}:unmask", asked, key="the same")
        assert (said.status, said.body["phone"], said.body["email"]) == (200, PHONE, None)
    assert sum(fact["fact"] == "VisitorUnmasked" for fact in facts(floor.db)) == 2


async def test_a_guard_reads_the_phone_of_who_is_here_alone(floor: Floor) -> None:
    visit_id = await arrived(floor)
    assert (await unmask(floor, visit_id, "guard", "phone", reason="contact")).body["phone"] == PHONE
    refused = await unmask(floor, visit_id, "guard", "phone", "email")
    assert (refused.status, refused.rules) == (403, ["unmasks_by_right"])
    gone = await unmask(floor, await left(floor), "guard", "phone")
    assert (gone.status, gone.rules) == (409, ["guard_reaches_who_is_here"])


@pytest.mark.parametrize(("name", "status"), [("host", 403), ("manager", 403), ("auditor", 403), ("agent", 404)])
async def test_others_read_nothing_whole(floor: Floor, name: str, status: int) -> None:
    visit_id = await arrived(floor)
    assert (await unmask(floor, visit_id, name, "phone")).status == status
    assert not [fact for fact in facts(floor.db) if fact["fact"] == "VisitorUnmasked"]
    offered = await floor.as_(name).get(f"/visits/{visit_id}/unmaskable")
    assert (offered.status, (offered.body or {}).get("fields", [])) == (404 if status == 404 else 200, [])


async def test_what_is_offered_is_what_is_kept_and_allowed(floor: Floor) -> None:
    visit_id = await arrived(floor)
    for name, fields in (("admin", ["name", "phone", "email"]), ("guard", ["phone"])):
        assert (await floor.as_(name).get(f"/visits/{visit_id}/unmaskable")).body == {"fields": fields}


async def test_it_waits_for_a_second_check_and_a_reason_of_the_list(floor: Floor) -> None:
    visit_id = await left(floor)
    late = Caller(floor.app, "visitor", replace(actor_of("admin", floor.ids), auth_time=0))
    said = await late.post(f"/visits/{visit_id}:unmask", {"fields": ["phone"], "reason": "contact"})
    assert (said.status, said.body["type"]) == (403, "/problems/second-check-needed")
    for body in ({"fields": [], "reason": "contact"}, {"fields": ["phone"], "reason": "好奇"}, {"fields": ["phone"]}):
        assert (await floor.as_("admin").post(f"/visits/{visit_id}:unmask", body)).status == 422
    assert (await Caller(floor.app, "visitor", None).post(f"/visits/{visit_id}:unmask", {})).status == 401


async def test_after_an_erasure_it_says_that_there_is_nothing(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    said = await unmask(floor, visit_id)
    assert (said.status, said.rules) == (409, ["visitor_is_not_erased"])
    assert (await floor.as_("admin").get(f"/visits/{visit_id}/unmaskable")).body == {"fields": []}
