"""What the privacy notice promises: pictures and ID numbers go after 90 days, who somebody was after 180."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from chassis import clock
from chassis.db import Tx
from services.visitor.consents import store as consents
from services.visitor.erasures import actions
from services.visitor.texts.kept import DAYS
from services.visitor.visits.store import VISIT, VISITOR, visit
from tests.builders import facts
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, everything, left

pytestmark = pytest.mark.anyio
PROMISED = {"photo": 90, "signature": 90, "id_number": 90, "contact": 180}


@contextmanager
def after(days: float) -> Iterator[None]:
    """So many days after now."""
    then = clock.now() + timedelta(days=days)
    with clock.reading(lambda: then):
        yield


def with_a_photo(tx: Tx, visit_id: str) -> None:
    """The visitor agreed to a photo."""
    row = visit(tx, visit_id)
    assert row is not None
    sealed = tx.vault.seal(tx, row.visitor_id, "photo", b"\xff\xd8\xff")
    consents.keep(tx, visit_id, "photo", visitor_id=row.visitor_id, sealed=sealed, media_type="image/jpeg")


def kept_of(tx: Tx) -> tuple[bool, bool, bool]:
    """Whether the visitor's name, the ID's last four and the photo are kept."""
    row = tx.row(sa.select(VISITOR))
    photo = tx.row(sa.select(consents.C.sealed))
    assert row is not None
    assert photo is not None
    return row.name == NAME, row.id_last4 is not None, photo.sealed is not None


async def test_each_value_goes_on_its_day_and_not_before(floor: Floor) -> None:
    assert DAYS == PROMISED, "the notice, this test and the run say the same"
    visit_id = await left(floor)
    await floor.db.write(with_a_photo, visit_id)
    for days, kept in ((89.9, (True, True, True)), (90.1, (True, False, False)), (179.9, (True, False, False))):
        with after(days):
            await floor.db.write(actions.forget_past)
        assert await floor.db.read(kept_of) == kept, days
    with after(180.1):
        assert await floor.db.write(actions.forget_past) == 1
        assert await floor.db.write(actions.forget_past) == 0
    assert NAME not in await everything(floor)
    certificate = (await floor.as_("auditor").get(f"/visits/{visit_id}/erasure")).body
    assert (certificate["by"], "保存期满" in certificate["reason"]) == (None, True)
    told = [fact["body"] for fact in facts(floor.db) if fact["fact"] == "RetentionKept"]
    assert [(one["visitors"], one["numbers"], one["pictures"]) for one in told] == [(0, 1, 1), (1, 0, 0)]


async def test_who_came_again_or_has_not_left_is_kept(floor: Floor) -> None:
    again, here = await left(floor), await left(floor)
    with after(170):
        later = clock.now()
        moved = sa.update(VISIT).where(VISIT.c.id == again).values(left_at=later)
        await floor.db.write(lambda tx: tx.change(moved))
        still = sa.update(VISIT).where(VISIT.c.id == here).values(state="left_unconfirmed")
        await floor.db.write(lambda tx: tx.change(still))
    with after(200):
        assert await floor.db.write(actions.forget_past) == 0
        refused = await floor.as_("admin").post(f"/visits/{here}:erase", {"reason": "本人申请删除"})
    assert (refused.status, "未结束" in str(refused.body)) == (409, True), "nobody leaves the roll call unseen"
    assert NAME in await everything(floor)


async def test_what_goes_is_read_a_week_before_by_those_who_answer_for_it(floor: Floor) -> None:
    visit_id = await left(floor)
    assert (await floor.as_("admin").get("/retention")).body["items"] == []
    with after(174):
        seen = (await floor.as_("auditor").get("/retention")).body
        assert [one["visit_id"] for one in seen["items"]] == [visit_id]
        assert (seen["sealed_days"], seen["contact_days"]) == (90, 180)
        assert (await floor.as_("guard").get("/retention")).status == 403
    assert NAME in await everything(floor), "looking changes nothing"
