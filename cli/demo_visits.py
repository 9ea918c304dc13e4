"""A month of visits at the demonstration's site: most go as they should, a few show what the board is for."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chassis import clock
from cli.demo_acting import At, House
from services.visitor.badges import actions as badges
from services.visitor.badges import store as badge_store
from services.visitor.badges.rules import BadgeState
from services.visitor.badges.schemas import Counted
from services.visitor.entries import actions as entries
from services.visitor.entries.schemas import BadgeScan
from services.visitor.escorts import actions as escorts
from services.visitor.escorts.schemas import DesignationAsked
from services.visitor.strangers import actions as strangers
from services.visitor.strangers.rules import Outcome
from services.visitor.strangers.schemas import Closing, StrangerSeen

ZONE = ZoneInfo("Asia/Shanghai")
GUESTS = (
    ("王小明", "华信科技"), ("陈静怡", "招商银行信用卡中心"), ("Anna Schneider", "Bundesdruckerei GmbH"),
    ("刘洋", "格力空调售后"), ("曾小贤", "联通华东"), ("单雄信", "中电安防"), ("欧阳娜", "平安保险"),
    ("张伟", "顺丰速运"), ("David Chen", "Avaya"), ("马丽", "市消防支队"), ("徐静", "应聘者"), ("高峰", "思科系统"),
)  # fmt: skip
PURPOSES = ("季度业务回访", "空调检修", "系统巡检", "面试", "项目验收", "合同洽谈")


def live_a_month(house: House) -> None:
    """Thirty days of visits up to yesterday, two strangers, and two visits that wait for a decision."""
    chance = random.Random(20261124)  # noqa: S311  a story that is the same each time
    now = clock.now()
    _designate(house, now)
    for back in range(30, 0, -1):
        day = (now - timedelta(days=back)).astimezone(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
        if day.weekday() >= 5:
            continue
        for _ in range(chance.randint(3, 7)):
            begin = day + timedelta(minutes=chance.randint(10, 420))
            _visit(house, chance, begin)
        _count(house, day.replace(hour=20), missing=("L012",) if _misplaced(day, back) else ())
    _stranger(house, now - timedelta(days=16), minutes=4, outcome=Outcome.NEW_EMPLOYEE)
    _stranger(house, now - timedelta(days=6), minutes=12, outcome=Outcome.VISITOR)
    _waiting(house, chance, now)


def _designate(house: House, now: datetime) -> None:
    for employee_no, kind in (("S001", "guests"), ("S001", "work"), ("S002", "guests"), ("F001", "work")):
        asked = DesignationAsked.model_validate(
            {
                "site_id": house.stage.site,
                "employee_no": employee_no,
                "kind": kind,
                "area_ids": [house.stage.areas["FLOOR"]],
                "starts_at": now - timedelta(days=31),
                "ends_at": now + timedelta(days=60),
                "most_open": 5,
            }
        )
        house.at(now - timedelta(days=31)).do(escorts.designate, house.centre_manager(), asked)


def _visit(house: House, chance: random.Random, begin: datetime) -> None:
    floor = chance.random() < 0.4
    at = house.at(begin - timedelta(hours=3))
    visit_id = _invited(house, chance, at, begin, floor=floor)
    house.permit(at, visit_id)
    at.moment = begin
    house.catch_up(begin)
    house.arrive(at, visit_id)
    house.check_id(at, visit_id)
    badge_no = house.hand_badge(at, visit_id, floor=floor)
    badge = BadgeScan(badge_no=badge_no)
    if floor:
        house.go_in(at, badge_no)
        at.do(entries.leave_area, house.tablet("FLOOR"), badge, minutes=chance.randint(20, 60))
    at.do(entries.leave, house.tablet("MAIN"), badge, minutes=chance.randint(5, 40))


def _misplaced(day: datetime, back: int) -> bool:
    """Whether a badge could not be found that evening: on the Wednesday of the week before the last seven days."""
    return day.weekday() == 2 and 7 < back <= 14


def _count(house: House, moment: datetime, *, missing: tuple[str, ...]) -> None:
    """The guard counts the badges in store at the end of the day."""
    expected = house.visitor.read_now(badge_store.counts, house.stage.site)[BadgeState.STORED]
    counted = expected - len(missing)
    note = "休息室沙发下找到，次日放回" if missing else ""
    asked = Counted(site_id=house.stage.site, counted=counted, missing=list(missing), note=note)
    house.at(moment).do(badges.count, house.guard(), asked)


def _stranger(house: House, moment: datetime, *, minutes: int, outcome: Outcome) -> None:
    at, guard = house.at(moment), house.guard()
    told = StrangerSeen(site_id=house.stage.site, place="三楼坐席职场 B 区")
    seen = at.do(strangers.report, house.person("E105", "agent"), told)
    at.do(strangers.shown_out, guard, seen["id"], minutes=minutes)
    at.do(strangers.asked, guard, seen["id"], minutes=3)
    at.do(strangers.close, guard, seen["id"], Closing(outcome=outcome), minutes=5)


def _waiting(house: House, chance: random.Random, now: datetime) -> None:
    """Two visits for tomorrow that the centre manager finds in the inbox."""
    tomorrow = (now + timedelta(days=1)).astimezone(ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    at = house.at(now - timedelta(minutes=50))
    for _ in range(2):
        _invited(house, chance, at, tomorrow, floor=True)


def _invited(house: House, chance: random.Random, at: At, begin: datetime, *, floor: bool) -> str:
    told = {"host_no": chance.choice(("E001", "E002")), "purpose": chance.choice(PURPOSES)}
    phone = f"1380000{chance.randint(1000, 9999)}"
    return house.invite(at, chance.choice(GUESTS), begin, floor=floor, phone=phone, **told)
