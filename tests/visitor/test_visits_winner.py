"""Who comes too late reads who was faster, and when: to staff by name, at a tablet by place; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis import clock
from services.access.roster import actions as roster
from services.access.roster.rules import DutyKind
from services.access.roster.schemas import DutyAsked
from services.visitor.visits import actions
from services.visitor.visits.rules import State
from services.visitor.visits.standing import STATE_WORDS
from tests.stage import SYSTEM
from tests.visitor.conftest import Floor

pytestmark = pytest.mark.anyio
TEN = datetime.fromisoformat("2031-11-25T10:00:00+08:00").astimezone(UTC)
"""A Tuesday at ten, ahead of today: roles hold from the day they were given."""
APPROVE, REFUSE = {"decision": "approve"}, {"decision": "refuse", "comment": "改期"}


def test_every_state_has_words() -> None:
    assert set(STATE_WORDS) == set(State)


async def test_a_decider_who_comes_later_reads_when_it_was_decided(floor: Floor) -> None:
    await floor.designate()
    with clock.reading(lambda: TEN):
        visit = await floor.invite("FLOOR", escort_no=None, areas=[floor.ids.areas["LOUNGE"]], by="manager")
        decide = f"/visits/{visit['id']}:decide"
        assert (await floor.as_("host").post(decide, APPROVE)).status == 200
        at_once = await floor.as_("host").post(decide, REFUSE)
    assert (at_once.status, at_once.body["detail"]) == (409, "刚刚已由李娜处理，您的操作没有生效")
    with clock.reading(lambda: TEN + timedelta(minutes=42)):
        later = await floor.as_("host", "en").post(decide, REFUSE)
    assert (later.status, later.body["detail"]) == (409, "Already approved by 李娜 at 10:00")
    assert (later.body["decided_by"], later.body["decision"]) == ("李娜", "approve")


async def test_the_slower_of_two_reads_who_also_while_another_step_is_open(floor: Floor) -> None:
    """Without its own step left, a decision is no mistake about who may decide: somebody was faster."""
    night = TEN + timedelta(hours=12)
    with clock.reading(lambda: night):
        on_duty(floor, "D001", night)
        await floor.designate()
        visit = await floor.invite("FLOOR", escort_no="S001", by="host")
        assert [step["reason"] for step in visit["steps"]] == ["host", "floor", "after_hours"]
        decide = f"/visits/{visit['id']}:decide"
        assert (await floor.as_("supervisor").post(decide, APPROVE)).status == 200
        slower = await floor.as_("manager").post(decide, REFUSE, version=visit["version"])
        assert (slower.status, slower.body["detail"]) == (409, "刚刚已由李主管处理，您的操作没有生效")
        nobody = await floor.as_("manager").post(decide, {**APPROVE, "step": "privileged"})
        assert (nobody.status, nobody.rules) == (422, ["step_is_needed"])


async def test_whoever_may_decide_two_steps_decides_the_one_that_the_page_names(floor: Floor) -> None:
    """At night with nobody rostered the centre manager may decide either; the page says the first of the two."""
    with clock.reading(lambda: TEN + timedelta(hours=12)):
        await floor.designate()
        visit = await floor.invite("FLOOR", escort_no="S001", by="host")
        shown = (await floor.as_("manager").get(f"/visits/{visit['id']}")).body
        assert [step["reason"] for step in shown["steps"] if step["mine"]] == ["floor", "after_hours"]
        decided = (await floor.as_("manager").post(f"/visits/{visit['id']}:decide", APPROVE)).body
        assert [step["decision"] for step in decided["steps"]] == ["approve", "approve", None]


def on_duty(floor: Floor, employee_no: str, at: datetime) -> None:
    """Roster a duty manager for an hour around the instant."""
    hour = timedelta(hours=1)
    duty = DutyAsked(
        site_id=floor.ids.site,
        employee_no=employee_no,
        kind=DutyKind.DUTY_MANAGER,
        starts_at=at - hour,
        ends_at=at + hour,
    )
    floor.access.write_now(roster.roster, SYSTEM, duty)
    floor.follow()


async def test_who_withdrew_it_is_told_to_the_decider(floor: Floor) -> None:
    with clock.reading(lambda: TEN):
        visit = await floor.invite("LOUNGE", by="manager")
        assert (await floor.as_("manager").post(f"/visits/{visit['id']}:withdraw")).status == 200
        said = await floor.as_("host").post(f"/visits/{visit['id']}:decide", APPROVE)
    assert (said.status, said.body["detail"]) == (409, "刚刚已由赵经理办理，您的操作没有生效")


async def test_at_the_desk_the_name_and_at_the_tablet_the_place(floor: Floor) -> None:
    with clock.reading(lambda: TEN):
        visit = await floor.invite("LOUNGE")
        assert (await floor.arrive(visit["id"])).status == 200
        again = await floor.arrive(visit["id"])
        assert (again.status, again.rules) == (409, ["act_fits_state"])
        assert again.body["detail"] == "正门已于 10:00 办理，现在不能办理这一步。请到前台，工作人员会协助您"
        gone = await floor.as_("host", "en").post(f"/visits/{visit['id']}:withdraw")
        assert gone.body["detail"] == "It stands at “at the desk”, by the tablet at 10:00; yours took no effect"
        assert (await floor.clear(visit["id"], "L001")).status == 200
        more = await floor.as_("guard").post(f"/visits/{visit['id']}:hand-badge", {"badge_no": "L002"})
        assert "现在是“在休息室”，由吴保安于 10:00 办理；您的操作没有生效" in more.body["detail"]
    with clock.reading(lambda: TEN + timedelta(days=1)):
        other = await floor.invite("LOUNGE")
        with clock.reading(lambda: TEN + timedelta(days=3)):
            assert floor.db.write_now(actions.end_past) == 1
        late = await floor.as_("host").post(f"/visits/{other['id']}:withdraw")
        assert late.body["detail"].startswith("现在是“未到访”，由系统于 11-28 10:00 办理")


async def test_a_badge_that_is_out_tells_who_handed_it_out(floor: Floor) -> None:
    with clock.reading(lambda: TEN):
        first, second = await floor.invite("LOUNGE"), await floor.invite("LOUNGE")
        for visit in (first, second):
            assert (await floor.arrive(visit["id"])).status == 200
        assert (await floor.clear(first["id"], "L001")).status == 200
        said = await floor.clear(second["id"], "L001")
    assert (said.status, said.rules) == (409, ["badge_is_stored"])
    assert said.body["detail"] == "访客证 L001 已由吴保安于 11-25 10:00 发出，请换一张。可用：L002、L003、L004"
    assert said.body["errors"][0]["pointer"] == "/badge_no"


async def test_a_guard_records_no_yes_for_a_visit_of_their_own(floor: Floor) -> None:
    """Asking for a visit and writing down its permission is deciding for oneself in disguise."""
    visit = await floor.invite("LOUNGE", by="guard")
    said = await floor.as_("guard").post(f"/visits/{visit['id']}:say-by-phone", APPROVE)
    assert (said.status, said.rules) == (403, ["word_is_recorded_by_another"])
    assert (await floor.as_("host").get(f"/visits/{visit['id']}")).body["steps"][0]["decision"] is None


async def test_a_change_of_nothing_voids_nothing(floor: Floor) -> None:
    visit = await floor.invite("LOUNGE")
    same = await floor.as_("host").patch(f"/visits/{visit['id']}", {}, version=visit["version"])
    assert (same.status, same.body["steps"][0]["decision"]) == (200, "approve")
