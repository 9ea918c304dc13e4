"""Each refusal of inviting, arriving and entering, met through the service's routes, on both engines.

One thing is spoilt at a time, in a world where all else is right: the rule that refuses is the one the table names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from chassis import clock
from services.visitor.base import BASE
from services.visitor.visits.store import STEP, VISIT
from tests.builders import facts
from tests.calls import Said
from tests.visitor.conftest import WHEN, Floor

pytestmark = pytest.mark.anyio
ID = {"id_kind": "resident", "name_matches": True, "photo_matches": True, "last4": "123X"}


async def at_the_door(floor: Floor) -> str:
    """A visitor with a badge before the floor's door; the visit's id."""
    visit = await floor.permitted_for_floor()
    assert (await floor.arrive(visit["id"])).status == 200
    assert (await floor.clear(visit["id"], "F001")).status == 200
    return str(visit["id"])


def says(said: Said, rule: str, *, staff: bool) -> None:
    """The answer is refused by `rule`, in words; the control's code is for staff alone."""
    assert said.status in (403, 409, 422), (rule, said.body)
    assert rule in said.rules, (rule, said.rules)
    for error in said.body["errors"]:
        assert error["detail"]
        assert ("control" in error) is staff


async def test_everything_is_checked_again_at_the_floors_door(floor: Floor) -> None:
    visit_id = await at_the_door(floor)
    of_visit, of_step = VISIT.c.id == visit_id, STEP.c.visit_id == visit_id
    nobody = {"decided_by": floor.ids.people["agent"]}
    spoilt: Mapping[str, tuple[sa.Table, Any, dict[str, Any]]] = {
        "permission_is_complete": (STEP, of_step & (STEP.c.reason == "floor"), {"decision": None}),
        "deciders_are_still_entitled": (STEP, of_step & (STEP.c.reason == "floor"), nobody),
        "area_is_covered": (VISIT, of_visit, {"area_ids": [floor.ids.areas["LOUNGE"]]}),
        "window_is_open": (VISIT, of_visit, {"starts_at": clock.now() + timedelta(hours=1)}),
        "id_is_checked": (VISIT, of_visit, {"id_checked_at": None}),
        "notices_are_accepted": (VISIT, of_visit, {"rules_version": "1999-01"}),
        "people_are_verified": (BASE.cursors, sa.true(), {"checked_at": clock.now() - timedelta(minutes=3)}),
        "act_fits_state": (VISIT, of_visit, {"state": "arrived"}),
    }
    scan = (await floor.at("FLOOR").post("/entries", {"badge_no": "F001"})).body["scan_id"]
    for rule, (table, where, values) in spoilt.items():
        before = await put(floor, table, where, values)
        says(await floor.at("FLOOR").post("/entries", {"badge_no": "F001"}), rule, staff=False)
        says(await floor.at("FLOOR").post(f"/entries/{scan}:escort", {"badge_no": "B-S001"}), rule, staff=False)
        assert set(before) == set(values)
        await put(floor, table, where, before)
    noted = [fact["body"]["rules"] for fact in facts(floor.db) if fact["fact"] == "EntryRefused"]
    assert set(spoilt) <= {rule for rules in noted for rule in rules}, "a denied attempt leaves its trace"
    says(await floor.at("FLOOR").post("/entries", {"badge_no": "F005"}), "badge_is_in_use", staff=False)
    later = clock.now() + timedelta(seconds=75)
    before = await put(floor, BASE.cursors, sa.true(), {"checked_at": later})
    with clock.reading(lambda: later):
        late = await floor.at("FLOOR").post(f"/entries/{scan}:escort", {"badge_no": "B-S001"})
    says(late, "badges_came_together", staff=False)
    await put(floor, BASE.cursors, sa.true(), before)
    assert (await floor.enter("F001", "B-S001")).status == 200, "with nothing spoilt the door opens"


async def put(floor: Floor, table: sa.Table, where: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change one row of a table; what stood there before."""
    columns = [table.c[name] for name in values]
    before = await floor.db.read(lambda tx: tx.rows(sa.select(*columns).where(where)))
    await floor.db.write(lambda tx: tx.change(sa.update(table).where(where).values(values)))
    return dict(zip(values, before[0], strict=True))


async def test_the_front_door_refuses_each_by_its_rule(floor: Floor) -> None:
    visit = await floor.permitted_for_floor()
    door, guard, address = floor.at(), floor.as_("guard"), f"/visits/{visit['id']}"
    unread = {**WHEN, "rules_version": "1999-01", "belongings": []}
    says(await door.post(f"/arrivals/{visit['id']}:arrive", unread), "notices_are_accepted", staff=False)
    stranger = {"name": "赵六", "host": "没有这个人", "purpose": "送合同", "privacy_version": "2026-11"}
    says(await door.post("/walk-ins", stranger), "host_is_found", staff=False)
    old = {**stranger, "host": "8021", "privacy_version": "1999-01"}
    says(await door.post("/walk-ins", old), "privacy_notice_is_accepted", staff=False)
    assert (await floor.arrive(visit["id"])).status == 200
    says(await guard.post(f"{address}:check-id", {**ID, "photo_matches": False}), "id_matches", staff=True)
    says(await guard.post(f"{address}:check-id", {**ID, "expires_on": "2020-01-01"}), "id_is_valid", staff=True)
    whole = {**ID, "last4": "", "number": "11010519491231002X"}
    says(await guard.post(f"{address}:check-id", whole), "number_has_its_ground", staff=True)
    host = floor.as_("host")
    says(await host.post(f"{address}:check-id", ID), "guard_manages_outsiders", staff=True)
    for _ in range(9):
        said = await door.post("/arrivals:find", {"code": "000000"})
    says(said, "codes_are_not_guessed", staff=False)


async def test_a_guard_closes_a_visit_with_something_open_only_with_a_reason(floor: Floor) -> None:
    visit_id = await at_the_door(floor)
    lost = {"badge": "lost", "reason": ""}
    says(await floor.as_("guard").post(f"/visits/{visit_id}:leave", lost), "override_has_its_reason", staff=True)


@pytest.mark.parametrize(
    ("rule", "areas", "changes"),
    [
        ("window_is_sound", ("LOUNGE",), {"ends_at": "2020-01-01T10:00:00Z"}),
        ("host_works_here", ("LOUNGE",), {"host_no": "E999"}),
        ("escort_is_named", ("FLOOR",), {}),
        ("purpose_is_stated", ("LOUNGE",), {"purpose": "无"}),
    ],
)
async def test_an_invitation_is_refused_at_its_field(
    floor: Floor, rule: str, areas: tuple[str, ...], changes: dict[str, Any]
) -> None:
    said = await floor.as_("host").post("/visits", floor.invitation(*areas, **changes))
    says(said, rule, staff=True)
    assert all(error["pointer"] for error in said.body["errors"])


async def test_nobody_decides_or_changes_what_is_not_theirs(floor: Floor) -> None:
    await floor.designate()
    visit = await floor.invite("FLOOR", by="manager", escort_no="S001")
    await floor.approve(visit["id"], "host")
    own = await floor.as_("manager").post(f"/visits/{visit['id']}:decide", {"decision": "approve"})
    says(own, "floor_is_not_decided_by_its_requester", staff=True)
    guard = floor.as_("guard")
    says(await guard.post(f"/visits/{visit['id']}:withdraw"), "changer_is_party", staff=True)
