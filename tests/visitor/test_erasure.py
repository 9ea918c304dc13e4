"""Erasing a visitor: who may, when, what is then found of them (nothing), and that the journal still proves itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import audit, clock
from chassis.checkpoints import CheckpointFolder
from chassis.db import Tx
from chassis.ids import new_id
from chassis.vault import Erased
from services.visitor.alarms.store import ALARM
from services.visitor.base import BASE
from services.visitor.visits import store
from tests.builders import facts
from tests.calls import Caller
from tests.people import actor_of
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
WHY = {"reason": "本人申请删除"}
NAME, COMPANY, PHONE = "欧阳明珠", "华信科技", "13800000427"


async def left(floor: Floor) -> str:
    """A visit to the lounge that is over, with things declared and free texts that name the visitor."""
    asked = {"name": NAME, "company": COMPANY, "phone": PHONE, "email": "mz@example.com"}
    visit = await floor.permitted("LOUNGE", visitors=[asked], purpose=f"{NAME}来访", items=f"{NAME}的电脑")
    visit_id: str = visit["id"]
    thing = {"kind": "laptop", "serial": "SN-427", "quantity": 1}
    came = await floor.arrive(visit_id, [thing])
    assert came.status == 200, came.body
    assert (await floor.clear(visit_id, "L001")).status == 200
    assert (await floor.at().post("/exits", {"badge_no": "L001"})).status == 200
    return visit_id


async def everything(floor: Floor) -> str:
    """All rows of all tables as one text; bytes as their hexadecimal digits and as text where they are."""

    def rows(tx) -> str:  # type: ignore[no-untyped-def]
        found = [value for table in BASE.metadata.sorted_tables for row in tx.rows(sa.select(table)) for value in row]
        return "\n".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in found)

    return await floor.db.read(rows)


def _verified(tx: Tx) -> list[object]:
    """What `audit verify` finds wrong with the journal as it stands, every row hashed anew."""
    with TemporaryDirectory() as empty:
        key = Ed25519PrivateKey.generate().public_key()
        found = audit.verify(tx.connection, BASE.journal, CheckpointFolder(Path(empty), "visitor"), key)
        return list(found.findings)


async def test_nothing_is_found_of_who_was_erased_and_the_journal_still_holds(floor: Floor) -> None:
    visit_id = await left(floor)
    before = await everything(floor)
    assert NAME in before
    assert "SN-427" in before
    sealed = await floor.db.read(lambda tx: store.visitor(tx, store.visit(tx, visit_id).visitor_id))  # type: ignore[union-attr]
    assert sealed is not None
    said = await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)
    assert said.status == 200, said.body
    after = await everything(floor)
    for value in (NAME, "ouyangmingzhu", "oymz", COMPANY, PHONE, PHONE[-4:], "mz@example.com", "SN-427"):
        assert value not in after, value
    with pytest.raises(Erased):
        await floor.db.read(lambda tx: tx.vault.open_(tx, sealed.id, "phone", sealed.phone))
    shown = (await floor.as_("guard").get(f"/visits/{visit_id}")).body
    assert (shown["visitor"]["erased"], shown["purpose"], shown["left_at"] is not None) == (True, "", True)
    assert (await floor.as_("guard").get("/visits", q=NAME)).body["items"] == []
    told = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "VisitorErased"]
    assert [(one["visit_id"], one["visits"]) for one in told] == [(visit_id, 1)]
    assert await floor.db.read(_verified) == []


async def test_the_file_of_the_database_keeps_no_byte_of_them(floor: Floor) -> None:
    if floor.db.dialect != "sqlite":
        return  # PostgreSQL keeps old row versions until its own vacuum has passed
    visit_id = await left(floor)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    path = await floor.db.read(lambda tx: str(tx.connection.engine.url.database))
    for file in Path(path).parent.glob(Path(path).name + "*"):
        held = file.read_bytes()
        assert NAME.encode() not in held, file
        assert b"mz@example.com" not in held, file


async def test_other_records_of_the_same_name_and_phone_go_too_and_notes_on_alarms(floor: Floor) -> None:
    first, again = await left(floor), await left(floor)
    await floor.db.write(lambda tx: tx.change(sa.insert(ALARM).values(**_alarm(floor, again))))
    certified = (await floor.as_("admin").post(f"/visits/{first}:erase", WHY)).body
    assert certified["visits"] == 2
    after = await everything(floor)
    assert (NAME in after, "ouyangmingzhu" in after) == (False, False)
    assert (await floor.as_("guard").get(f"/visits/{again}/erasure")).body["visits"] == 2


def _alarm(floor: Floor, visit_id: str) -> dict[str, object]:
    """An alarm of this visit that was settled with a note naming the visitor."""
    at = clock.now()
    where = {"id": new_id(), "site_id": floor.ids.site, "page": f"/visits/{visit_id}", "subject": f"visit:{visit_id}"}
    when = {"raised_at": at, "rung_at": at, "settled_at": at, "settled_by": "-"}
    return {**where, **when, "kind": "overstay", "told": [], "unstaffed": [], "note": f"{NAME}已送离"}


@pytest.mark.parametrize("name", ["guard", "host", "manager", "auditor"])
async def test_others_erase_nobody(floor: Floor, name: str) -> None:
    visit_id = await left(floor)
    said = await floor.as_(name).post(f"/visits/{visit_id}:erase", WHY)
    assert (said.status, "安全管理员" in str(said.body)) == (403, True)
    assert NAME in await everything(floor)


async def test_it_waits_for_a_second_check_and_for_the_end_of_the_visit(floor: Floor) -> None:
    visit_id = (await floor.invite())["id"]
    late = Caller(floor.app, "visitor", replace(actor_of("admin", floor.ids), auth_time=0))
    assert (await late.post(f"/visits/{visit_id}:erase", WHY)).body["type"] == "/problems/second-check-needed"
    refused = await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)
    assert (refused.status, "未结束" in str(refused.body)) == (409, True), refused.body
    empty = await floor.as_("admin").post(f"/visits/{visit_id}:erase", {"reason": ""})
    assert empty.status == 422


async def test_the_certificate_lists_what_went_and_twice_is_once(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("guard").get(f"/visits/{visit_id}/erasure")).status == 404
    first = (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).body
    again = (await floor.as_("admin").post(f"/visits/{visit_id}:erase", {"reason": "再次"})).body
    assert again == first == (await floor.as_("auditor").get(f"/visits/{visit_id}/erasure")).body
    assert ({"name", "phone", "photo"} <= set(first["fields"]), first["visits"]) == (True, 1)
    assert (first["reason"], first["by"]["id"]) == (WHY["reason"], floor.ids.people["admin"])
