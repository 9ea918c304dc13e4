"""After three years nothing is left of a visit but what the journal proves, and that names nobody."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.db import Tx
from chassis.ids import new_id
from services.visitor.alarms.store import ALARM
from services.visitor.badges.store import HANDOUT
from services.visitor.base import BASE
from services.visitor.erasures import actions
from services.visitor.erasures.facts_store import OF_A_VISIT
from services.visitor.strangers.store import STRANGER
from tests.builders import facts
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import WHY, _verified, left
from tests.visitor.test_erasure_reach import alarm, stranger
from tests.visitor.test_holds import hold
from tests.visitor.test_retention import after, with_a_photo

pytestmark = pytest.mark.anyio
YEARS = 3 * 365.25
OF_THE_FEED = ("journal", "notice_asked")
"""What was done and who was told of it, by ids alone: followers read it from its beginning."""
NOT_A_VISITS_OWN = {"hold", "erasure", "stranger", "locker_tag"}
"""A hold and a certificate go with the visitor, a case of a stranger by itself, a tag with the last thing under it."""


def mentions(tx: Tx, visit_id: str) -> set[str]:
    """Tables, but those of the feed, in which the visit's id stands."""
    tables = [table for table in BASE.metadata.sorted_tables if not table.name.startswith(OF_THE_FEED)]
    found = {table.name: [str(value) for row in tx.rows(sa.select(table)) for value in row] for table in tables}
    return {name for name, values in found.items() if any(visit_id in value for value in values)}


async def aged(floor: Floor, days: float) -> None:
    """The retention run turns that many days from now, until nothing more goes."""
    with after(days):
        while await floor.db.write(actions.forget_past):
            pass


def test_each_table_of_a_visit_goes_with_it() -> None:
    with_a_visit = {table.name for table in BASE.metadata.sorted_tables if "visit_id" in table.columns}
    assert {table.name for table in OF_A_VISIT} == with_a_visit - NOT_A_VISITS_OWN


async def test_nothing_is_left_but_the_journal_which_holds(floor: Floor) -> None:
    visit_id = await left(floor)
    await floor.db.write(with_a_photo, visit_id)
    lost = alarm(floor, f"/visits/{visit_id}", f"badge:{floor.ids.site}/L001", "证件落在车里")
    for table, row in ((STRANGER, stranger(floor, visit_id=visit_id)), (ALARM, lost)):
        await floor.db.write(lambda tx, table=table, row=row: tx.change(sa.insert(table).values(row)))
    told = len([one for one in facts(floor.db) if visit_id in str(one)])
    await aged(floor, 181)
    await aged(floor, YEARS - 2)
    assert {"visit", "badge_handout", "visit_step", "stranger", "alarm"} <= await floor.db.read(mentions, visit_id)
    await aged(floor, YEARS + 2)
    assert await floor.db.read(mentions, visit_id) == {"erasure"}, "the certificate is three years old later"
    await aged(floor, YEARS + 190)
    assert await floor.db.read(mentions, visit_id) == set()
    assert await floor.db.read(lambda tx: tx.rows(sa.select(BASE.vault))) == []
    assert len([one for one in facts(floor.db) if visit_id in str(one)]) > told
    assert await floor.db.read(_verified) == []
    gone = [fact["body"]["visits"] for fact in facts(floor.db) if fact["fact"] == "RetentionKept"]
    assert sum(gone) == 1
    assert (await floor.as_("auditor").get(f"/visits/{visit_id}")).status == 404


async def test_what_goes_is_read_a_week_before_and_a_hold_keeps_it(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    held = await left(floor)
    await hold(floor, held)
    with after(YEARS - 3):
        seen = (await floor.as_("auditor").get("/retention")).body
    assert ([one["visit_id"] for one in seen["facts"]], seen["out"]) == ([visit_id], [])
    await aged(floor, YEARS + 2)
    assert "visit" in await floor.db.read(mentions, held)
    assert "visit" not in await floor.db.read(mentions, visit_id)


async def test_a_badge_that_is_out_is_said_and_keeps_the_visit(floor: Floor) -> None:
    visit_id = await left(floor)
    at = clock.now()
    out = {"id": new_id(), "site_id": floor.ids.site, "no": "L002", "visit_id": visit_id, "host_id": "-"}
    out |= {"handed_at": at, "handed_by": "-", "due_at": at}
    await floor.db.write(lambda tx: tx.change(sa.insert(HANDOUT).values(out)))
    certificate = (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).body
    assert certificate["badges_out"] == ["L002"]
    await aged(floor, YEARS + 2)
    assert "visit" in await floor.db.read(mentions, visit_id)
    with after(YEARS + 2):
        seen = (await floor.as_("auditor").get("/retention")).body
    assert ([one["visit_id"] for one in seen["out"]], seen["facts"]) == ([visit_id], [])
