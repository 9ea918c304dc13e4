"""An older copy of the database is restored: what was erased on request since is erased again, by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from chassis import outside
from chassis.db import Database
from chassis.outside import ErasedList, keep, standing
from chassis.settings import Settings
from services.visitor.base import BASE
from services.visitor.erasures import actions
from services.visitor.erasures.again import ERASING
from tests.builders import Filling, facts, filling_of
from tests.conftest import OpenDb
from tests.visitor.conftest import Floor
from tests.visitor.test_erasure import NAME, PHONE, WHY, _verified, everything, left
from tests.visitor.test_holds import hold
from tests.visitor.test_retention import after, kept_of, with_a_photo

pytestmark = pytest.mark.anyio


def listed_at(folder: Path, db: Database) -> ErasedList:
    assert db.vault is not None
    return ErasedList(Settings(data=folder), "visitor", db.vault)


def older(floor: Floor, open_db: OpenDb, before: Filling) -> Floor:
    """The service on a copy of the database as it was then."""
    db = open_db(BASE, before)
    floor.app.state.db = db
    return replace(floor, db=db)


async def stands(floor: Floor, listed: ErasedList) -> tuple[int, int]:
    """How much waits, and how many visitors were erased again last."""
    found = await floor.db.read(standing, BASE.journal, ERASING, listed)
    return found["waiting"], (found["redone"] or {}).get("visitors", 0)


async def test_what_was_erased_since_is_erased_again(floor: Floor, open_db: OpenDb, tmp_path: Path) -> None:
    visit_id, again = await left(floor), await left(floor)
    before, listed = filling_of(floor.db, BASE), listed_at(tmp_path, floor.db)
    assert (await floor.as_("admin").post(f"/visits/{visit_id}:erase", WHY)).status == 200
    await keep(floor.db, ERASING, listed)
    held = listed.path.read_text()
    assert (len(listed.read()[0]), NAME in held, PHONE in held) == (2, False, False), "each record, and no value"
    copy = older(floor, open_db, before)
    assert (NAME in await everything(copy), await stands(copy, listed)) == (True, (2, 0))
    await keep(copy.db, ERASING, listed)
    assert (NAME in await everything(copy), await stands(copy, listed)) == (False, (0, 2))
    certificate = (await copy.as_("auditor").get(f"/visits/{again}/erasure")).body
    assert (certificate["by"], "库外清单" in certificate["reason"]) == (None, True)
    assert await copy.db.read(_verified) == []
    await keep(copy.db, ERASING, listed)
    assert [fact["fact"] for fact in facts(copy.db)].count("ErasuresRedone") == 1
    assert len(listed.read()[0]) == 2, "what is done again is not listed anew"


async def test_a_consent_taken_back_is_taken_back_again(floor: Floor, open_db: OpenDb, tmp_path: Path) -> None:
    visit_id = await left(floor)
    await floor.db.write(with_a_photo, visit_id)
    before, listed = filling_of(floor.db, BASE), listed_at(tmp_path, floor.db)
    assert (await floor.as_("guard").post(f"/visits/{visit_id}/consents/photo:withdraw")).status == 200
    await keep(floor.db, ERASING, listed)
    await floor.db.write(with_a_photo, visit_id)
    await keep(floor.db, ERASING, listed)
    assert (await floor.db.read(kept_of))[2], "given anew after it was taken back"
    copy = older(floor, open_db, before)
    await keep(copy.db, ERASING, listed)
    assert not (await copy.db.read(kept_of))[2]


async def test_who_is_still_here_in_the_copy_or_held_waits(floor: Floor, open_db: OpenDb, tmp_path: Path) -> None:
    visit = await floor.permitted("LOUNGE", visitors=[{"name": NAME, "phone": PHONE}])
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], "L001")).status == 200
    before, listed = filling_of(floor.db, BASE), listed_at(tmp_path, floor.db)
    assert (await floor.at().post("/exits", {"badge_no": "L001"})).status == 200
    assert (await floor.as_("admin").post(f"/visits/{visit['id']}:erase", WHY)).status == 200
    await keep(floor.db, ERASING, listed)
    copy = older(floor, open_db, before)
    hold_id = (await hold(copy, visit["id"])).body["id"]
    for step in ("inside", "held"):
        await keep(copy.db, ERASING, listed)
        assert (NAME in await everything(copy), await stands(copy, listed)) == (True, (1, 0)), step
        if step == "inside":
            assert (await copy.at().post("/exits", {"badge_no": "L001"})).status == 200
    await copy.as_("admin").post(f"/holds/{hold_id}:lift", {"reason": "案件已结"})
    await keep(copy.db, ERASING, listed)
    assert (NAME in await everything(copy), await stands(copy, listed)) == (False, (0, 1))


async def test_what_time_takes_is_not_listed(floor: Floor, tmp_path: Path) -> None:
    await left(floor)
    with after(181):
        await floor.db.write(actions.forget_past)
    listed = listed_at(tmp_path, floor.db)
    await keep(floor.db, ERASING, listed)
    assert not listed.path.exists()


async def test_a_line_of_somebody_elses_making_erases_nobody(floor: Floor, tmp_path: Path) -> None:
    await left(floor)
    visitor_id = (await floor.db.read(lambda tx: tx.row(BASE.vault.select()))).person_id  # type: ignore[union-attr]
    listed = listed_at(tmp_path, floor.db)
    forged = {"at": "2026-11-25T00:00:00.000000Z", "kind": "visitor", "id": visitor_id, "mac": "0" * 64}
    listed.path.parent.mkdir(parents=True)
    listed.path.write_bytes(orjson.dumps(forged) + b"\n{half a li")
    await keep(floor.db, ERASING, listed)
    assert (NAME in await everything(floor), listed.read()) == (True, ([], 2))


def test_lists_are_merged_line_by_line(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "deep/new"
    old.write_bytes(b"a\nb\n")
    assert (outside.merge(old, new), outside.merge(old, new)) == (2, 0)
    old.write_bytes(b"c\n")
    assert outside.merge(old, new) == 1
    assert new.read_bytes().split() == [b"a", b"b", b"c"]
