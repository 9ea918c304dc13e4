"""A copy of everything kept of a visitor: whole, in both languages, for the right people, and kept nowhere itself."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from chassis.db import Tx
from services.visitor.belongings.rules import BelongingKind
from services.visitor.copies.rules import asker_is_known, copies_by_right, something_is_kept
from services.visitor.copies.words import CODES, DECISIONS, STEPS
from services.visitor.register.fields import FIELDS
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS, years_after
from services.visitor.visits import store
from services.visitor.visits.rules import Decision, Reason, State, VisitKind
from tests.builders import facts
from tests.calls import Caller, Said
from tests.people import actor_of
from tests.visitor.conftest import Floor
from tests.visitor.test_consents_api import change
from tests.visitor.test_erasure import COMPANY, NAME, PHONE, WHY, everything, left

pytestmark = pytest.mark.anyio
ASKED = {"made_for": "visitor", "identity_checked": True}


async def copy(floor: Floor, visit_id: str, by: str = "admin", **changes: Any) -> Said:
    return await floor.as_(by).post(f"/visits/{visit_id}:copy", {**ASKED, **changes})


def of(said: Said, *fields: str) -> list[dict[str, Any]]:
    assert said.status == 200, said.body
    return [one for one in said.body["values"] if one["field"] in fields]


def drawn() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), "navy").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("roles", "may"),
    [({"security_admin"}, True), ({"platform_admin", "auditor", "leader", "guard"}, False), ((), False)],
)
def test_who_makes_copies(roles: Collection[str], may: bool) -> None:
    assert bool(copies_by_right(roles)) is may
    assert not asker_is_known(identity_checked=False)
    assert not something_is_kept(erased=True)


async def test_it_holds_every_value_with_purpose_since_and_until(floor: Floor) -> None:
    visit_id = await left(floor)
    said = await copy(floor, visit_id)
    values = {(one["field"], one["en"]): one["value"] for one in of(said, *(entry.field for entry in FIELDS))}
    assert values["name", "Name"] == NAME
    assert values["company", "Company"] == COMPANY
    assert (values["phone", "Phone"], values["email", "E-mail"]) == (PHONE, "mz@example.com")
    assert values["id_number", "Last four of the ID number"] == "123X"
    assert (values["purpose", "Purpose"], values["items", "Equipment brought"]) == (f"{NAME}来访", f"{NAME}的电脑")
    assert values["belongings", "Serial number of a belonging"] == "SN-427"
    assert (values["presence", "Badge"], values["presence", "Host"]) == ("L001", "李娜")
    fields = {entry["field"]: entry for entry in said.body["fields"]}
    assert set(fields) == {one["field"] for one in said.body["values"]}
    assert fields["phone"]["purpose_zh"] == "确认是本人，发送预约，来访中联系"
    thing = next(one for one in said.body["values"] if one["en"] == "Belonging")
    assert (thing["value"], thing["value_zh"], thing["value_en"]) == ("laptop", "笔记本电脑", "Laptop")


async def test_until_is_what_the_notice_promises_and_open_while_a_visit_is(floor: Floor) -> None:
    visit_id = await left(floor)
    said = await copy(floor, visit_id)
    visit = (await floor.as_("guard").get(f"/visits/{visit_id}")).body
    end = datetime.fromisoformat(visit["left_at"])
    days = {one["field"]: (datetime.fromisoformat(one["until"]) - end).days for one in said.body["values"]}
    assert (days["name"], days["phone"], days["id_number"]) == (DAYS["contact"], DAYS["contact"], DAYS["id_number"])
    kept = next(one["until"] for one in said.body["values"] if one["field"] == "presence")
    assert datetime.fromisoformat(kept) == years_after(end, YEARS_OF_FACTS)
    waiting = await copy(floor, (await floor.invite())["id"])
    assert {one["until"] for one in waiting.body["values"]} == {None}


def test_three_years_after_a_leap_day_is_the_day_before() -> None:
    assert years_after(datetime(2028, 2, 29, 9, tzinfo=UTC), 3) == datetime(2031, 2, 28, 9, tzinfo=UTC)


async def test_pictures_and_help_in_an_evacuation_are_in_it_while_they_are_kept(floor: Floor) -> None:
    await change(floor, photo_wanted=True, signature_wanted=True)
    guest = {"name": NAME, "phone": PHONE, "assistance": "轮椅", "assistance_agreed": True}
    visit_id = (await floor.permitted(visitors=[guest]))["id"]
    body = {"privacy_version": "2026-11", "rules_version": "2026-11", "language": "zh"}
    signed = {**body, "belongings": [], "signature": {"agreed": True, "name": NAME}}
    assert (await floor.at().post(f"/arrivals/{visit_id}:arrive", signed)).status == 200
    photo = {"agreed": True, "photo": b64encode(drawn()).decode()}
    assert (await floor.at().post(f"/arrivals/{visit_id}/photo", photo)).status == 201
    said = await copy(floor, visit_id)
    assert [one["value"] for one in of(said, "signature", "assistance")] == ["轮椅", NAME]
    (shot,) = of(said, "photo")
    assert (shot["form"], shot["media_type"], shot["until"]) == ("picture", "image/jpeg", None)
    assert Image.open(BytesIO(b64decode(shot["value"]))).size == (64, 64)


async def test_it_is_over_every_visit_that_an_erasure_would_reach_and_no_other(floor: Floor) -> None:
    first, again = await left(floor), await left(floor)
    await floor.invite(visitors=[{"name": NAME, "phone": "13911112222"}])
    said = await copy(floor, first)
    assert [one["visit_id"] for one in said.body["visits"]] == [first, again]
    assert {one["visit_id"] for one in said.body["values"]} == {None, first, again}
    assert "13911112222" not in str(said.body)


async def test_the_journal_keeps_for_whom_and_no_value_and_the_answer_is_kept_nowhere(floor: Floor) -> None:
    visit_id = await left(floor)
    for _ in range(2):
        said = await floor.as_("admin").post(f"/visits/{visit_id}:copy", ASKED, key="the same")
        assert (said.status, said.headers["cache-control"]) == (200, "no-store")
    told = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "VisitorCopied"]
    assert told == [{"visit_id": visit_id, "made_for": "visitor", "visits": 1}] * 2
    assert PHONE not in await everything(floor)


@pytest.mark.parametrize(("name", "status"), [("host", 403), ("guard", 403), ("auditor", 403), ("agent", 404)])
async def test_others_make_none(floor: Floor, name: str, status: int) -> None:
    visit_id = (await floor.invite())["id"]
    assert (await copy(floor, visit_id, name)).status == status
    assert not [fact for fact in facts(floor.db) if fact["fact"] == "VisitorCopied"]


async def test_it_waits_for_a_second_check_and_for_who_asks(floor: Floor) -> None:
    visit_id = await left(floor)
    late = Caller(floor.app, "visitor", replace(actor_of("admin", floor.ids), auth_time=0))
    said = await late.post(f"/visits/{visit_id}:copy", ASKED)
    assert (said.status, said.body["type"]) == (403, "/problems/second-check-needed")
    refused = await copy(floor, visit_id, identity_checked=False)
    assert (refused.status, refused.rules) == (422, ["asker_is_known"])
    assert (await copy(floor, visit_id, made_for="朋友")).status == 422
    assert (await Caller(floor.app, "visitor", None).post(f"/visits/{visit_id}:copy", ASKED)).status == 401


async def test_after_an_erasure_it_says_that_there_is_nothing(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    said = await copy(floor, visit_id)
    assert (said.status, said.rules) == (409, ["something_is_kept"])


async def test_no_value_of_the_record_is_left_out(floor: Floor) -> None:
    """Each column of the visitor's own row and each free text of the visit stands in the copy, or is made from it."""
    visit_id = await left(floor)
    said = str((await copy(floor, visit_id)).body)

    def clear(tx: Tx) -> dict[str, Any]:
        visit = store.visit(tx, visit_id)
        assert visit is not None
        guest = store.visitor(tx, visit.visitor_id)
        assert guest is not None
        return {**guest._mapping, "purpose": visit.purpose, "items": visit.items, "code": visit.code}

    row = await floor.db.read(clear)
    texts = [text for name, text in row.items() if isinstance(text, str) and name not in ("id", "phone_key")]
    assert [text for text in texts if text not in said] == []


def test_every_code_has_words() -> None:
    assert set(CODES["thing"]) == set(BelongingKind)
    assert (set(CODES["kind"]), set(CODES["state"])) == (set(VisitKind), set(State))
    assert (set(STEPS), set(DECISIONS)) == (set(Reason), set(Decision))
