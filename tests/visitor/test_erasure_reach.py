"""An erasure reaches every text in which somebody may have written of a visitor: each column of each table is tried."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.db import Tx
from chassis.ids import new_id
from services.visitor.alarms.store import ALARM
from services.visitor.badges.store import COUNT
from services.visitor.base import BASE
from services.visitor.erasures import actions
from services.visitor.erasures.notes_store import WRITTEN as REACHED
from services.visitor.erasures.rules import without
from services.visitor.escorts.store import DESIGNATION
from services.visitor.holds.store import HOLD
from services.visitor.strangers.store import STRANGER
from services.visitor.visits.store import visit as visit_row
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, PHONE, WHY, everything, left
from tests.visitor.test_register import CODES, TYPED, is_text
from tests.visitor.test_retention import after, with_a_photo

pytestmark = pytest.mark.anyio
OF_THE_HOUSE = ("journal", "journal_head", "journal_node", "follow_cursor", "vault_key", "setting", "notice_asked")
"""Proofs, keys, settings of a site, what staff are told: written by the house, or by rule without a visitor in it."""
MADE_BY_THE_HOUSE = frozenset(
    {"visit.code", "visit.pass_hash", "visitor.phone_key", "consent.media_type", "visit.id_kind", "visit_key.key",
     "notice_text.body"}
)  # fmt: skip
"""Texts nobody types; the keys by which a visit is found hold the name as it is."""


def typed(table: sa.Table) -> list[str]:
    """Columns of a table into which a person types."""
    return [
        column.name
        for column in table.columns
        if is_text(column)
        and (column.name not in CODES or f"{table.name}.{column.name}" in TYPED)
        and column.name != "id"
        and not column.name.endswith(("_id", "_by", "_device"))
        and f"{table.name}.{column.name}" not in MADE_BY_THE_HOUSE
    ]


WRITTEN = {
    table.name: typed(table)
    for table in BASE.metadata.sorted_tables
    if table.name not in OF_THE_HOUSE and not table.name.endswith("_copy") and typed(table)
}


def stranger(floor: Floor, **values: Any) -> dict[str, Any]:
    """A case that is closed."""
    at, who = clock.now(), floor.ids.people["guard"]
    plain = {"id": new_id(), "site_id": floor.ids.site, "state": "closed", "seen_at": at, "reported_at": at}
    closed = {"closed_at": at, "reported_by": who, "guard_needed": False, "version": 1, "outcome": "visitor"}
    return {**plain, **closed, "place": "", "place_en": "", "note": "", "visit_id": None, **values}


def alarm(floor: Floor, page: str, subject: str, note: str) -> dict[str, Any]:
    """An alarm that somebody settled with a note."""
    at = clock.now()
    plain = {"id": new_id(), "site_id": floor.ids.site, "kind": "badge_lost", "page": page, "subject": subject}
    when = {"raised_at": at, "rung_at": at, "settled_at": at, "settled_by": "-"}
    return {**plain, **when, "told": [], "unstaffed": [], "note": note}


def with_rows_everywhere(tx: Tx, floor: Floor, visit_id: str) -> None:
    """A row in each table into which somebody may write of this visitor, tied to the visit by nothing but the text."""
    where, who, at = floor.ids.site, floor.ids.people["guard"], tx.now
    tx.change(sa.insert(STRANGER).values(stranger(floor)))
    tx.change(sa.insert(ALARM).values(alarm(floor, "/visits/board", "site:1", "")))
    count = {"expected": 1, "counted": 1, "missing": [], "extra": [], "note": "", "counted_by": who, "counted_at": at}
    tx.change(sa.insert(COUNT).values(id=new_id(), site_id=where, **count))
    span = {"starts_at": at, "ends_at": at, "created_at": at, "ended_at": at, "most_open": 1, "version": 1}
    people = {"person_id": who, "designated_by": who, "kind": "work", "area_ids": [], "end_reason": ""}
    tx.change(sa.insert(DESIGNATION).values(id=new_id(), site_id=where, **span, **people))
    visit = visit_row(tx, visit_id)
    assert visit is not None
    over = {"because": "claim", "review_on": at.date(), "placed_at": at, "placed_by": who, "lifted_at": at}
    texts = {"basis": "", "lifted_because": ""}
    tx.change(
        sa.insert(HOLD).values(
            id=new_id(), visitor_id=visit.visitor_id, visit_id=visit_id, site_id=where, **over, **texts
        )
    )
    with_a_photo(tx, visit_id)


def write_the_name(tx: Tx) -> None:
    """Type the visitor's name into every text of every row."""
    for name, columns in WRITTEN.items():
        table = BASE.metadata.tables[name]
        tx.change(sa.update(table).values(dict.fromkeys(columns, NAME)))


def still_written(tx: Tx) -> set[str]:
    """Columns in which the name stands."""
    tables = [BASE.metadata.tables[name] for name in WRITTEN]
    return {
        f"{table.name}.{column}"
        for table in tables
        for column in WRITTEN[table.name]
        if tx.scalar(sa.select(sa.func.count()).where(table.c[column].contains(NAME)))
    }


async def test_no_column_keeps_the_name(floor: Floor) -> None:
    visit_id = await left(floor)
    await floor.db.write(with_rows_everywhere, floor, visit_id)
    await floor.db.write(write_the_name)
    everywhere = {f"{table}.{column}" for table, columns in WRITTEN.items() for column in columns}
    beforehand = await floor.db.read(still_written)
    assert everywhere - beforehand == {"erasure.reason"}, "each table has a row to lose, but that of the certificates"
    said = await floor.as_("admin").post(f"/visits/{visit_id}:erase", {"reason": f"{NAME}（{PHONE}）申请删除"})
    assert (said.status, said.body["reason"]) == (200, "***（***）申请删除"), said.body
    assert await floor.db.read(still_written) == set()
    assert NAME not in await everything(floor)


async def test_what_is_written_of_a_visit_goes_though_it_names_nobody(floor: Floor) -> None:
    visit_id = await left(floor)
    turned_out = stranger(floor, visit_id=visit_id, place="三楼", note="穿红衣的那位，找王总要账")
    lost = alarm(floor, f"/visits/{visit_id}", f"badge:{floor.ids.site}/L001", "证件落在他的车里")
    seen = alarm(floor, f"/strangers/{turned_out['id']}", f"stranger:{turned_out['id']}", "他答应下次先登记")
    other = alarm(floor, "/visits/board", "badge:x", "会议室里找到")
    for table, row in ((STRANGER, turned_out), (ALARM, lost), (ALARM, seen), (ALARM, other)):
        await floor.db.write(lambda tx, table=table, row=row: tx.change(sa.insert(table).values(row)))
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    after_it = await everything(floor)
    for note in ("红衣", "车里", "下次先登记"):
        assert note not in after_it, note
    assert ("三楼" in after_it, "会议室里找到" in after_it) == (True, True), "what is about others stays"


async def test_notes_go_by_themselves_as_long_after_as_names(floor: Floor) -> None:
    still_open = stranger(floor, note="还在处理", state="seen", closed_at=None, outcome=None)
    for row in (stranger(floor, note="自称张三"), still_open):
        await floor.db.write(lambda tx, row=row: tx.change(sa.insert(STRANGER).values(row)))
    for days, kept in ((179.9, True), (180.1, False)):
        with after(days):
            await floor.db.write(actions.forget_past)
        held = await everything(floor)
        assert ("自称张三" in held, "还在处理" in held) == (kept, True), days


def test_a_name_is_taken_out_where_it_is_a_word() -> None:
    for text, values, left_over in (
        ("王小明和王小红来过", ["王小明"], "***和王小红来过"),
        ("Al came with ALAN, al left", ["Al"], "*** came with ALAN, *** left"),
        ("电话13800000427，不是138000004271", ["13800000427"], "电话***，不是138000004271"),
        ("a.b@x.cn", ["a.b@x.cn", "x.cn"], "***"),
        ("没有提到", [], "没有提到"),
    ):
        assert without(text, values) == left_over


def test_each_text_that_is_typed_is_reached() -> None:
    reached = {table.name: set(names) for table, names in REACHED.items()}
    of_the_visitor = {"visitor", "visit", "consent"}
    assert {name: set(columns) for name, columns in WRITTEN.items() if name not in of_the_visitor} == {
        name: names for name, names in reached.items() if name not in of_the_visitor
    }
