"""A month of visits at the demonstration's site: most go as they should, a few show what the board is for."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.catching_up import catch_up
from chassis.db import Database
from cli.demo_people import Stage
from services.access.app import PARTS as ACCESS
from services.visitor.arrivals import actions as arrivals
from services.visitor.arrivals.schemas import Arrival, BadgeHanded, IdCheck
from services.visitor.base import BASE as VISITOR
from services.visitor.entries import actions as entries
from services.visitor.entries.schemas import BadgeScan
from services.visitor.escorts import actions as escorts
from services.visitor.escorts.schemas import DesignationAsked
from services.visitor.follows import FOLLOWS_ACCESS
from services.visitor.strangers import actions as strangers
from services.visitor.strangers.schemas import StrangerSeen
from services.visitor.visits import actions as visits
from services.visitor.visits import decisions
from services.visitor.visits.rules import Decision
from services.visitor.visits.schemas import DecisionAsked, Invitation

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
GUESTS = (
    ("王小明", "华信科技"), ("陈静怡", "招商银行信用卡中心"), ("Anna Schneider", "Bundesdruckerei GmbH"),
    ("刘洋", "格力空调售后"), ("曾小贤", "联通华东"), ("单雄信", "中电安防"), ("欧阳娜", "平安保险"),
    ("张伟", "顺丰速运"), ("David Chen", "Avaya"), ("马丽", "市消防支队"), ("徐静", "应聘者"), ("高峰", "思科系统"),
)  # fmt: skip
PURPOSES = ("季度业务回访", "空调检修", "系统巡检", "面试", "项目验收", "合同洽谈")


class _At:
    """Runs actions as if it were another time."""

    def __init__(self, db: Database, moment: datetime) -> None:
        self._db = db
        self.moment = moment

    def look(self, query: Callable[..., T], *args: Any) -> T:
        """Ask something at the present moment of the story."""
        with clock.reading(lambda: self.moment):
            return self._db.read_now(query, *args)

    def do(self, action: Callable[..., T], *args: Any, minutes: int = 1) -> T:
        """Run an action some minutes after the one before."""
        self.moment += timedelta(minutes=minutes)
        with clock.reading(lambda: self.moment):
            return self._db.write_now(action, *args)


def live_a_month(access: Database, visitor: Database, stage: Stage) -> None:
    """Thirty days of visits up to now; some visitors are inside at the end, some wait for a decision."""
    chance = random.Random(20261124)  # noqa: S311  a story that is the same each time
    now = clock.now()
    _designate(visitor, stage, now)
    for back in range(30, 0, -1):
        day = (now - timedelta(days=back)).astimezone(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
        if day.weekday() >= 5:
            continue
        for _ in range(chance.randint(3, 7)):
            begin = day + timedelta(minutes=chance.randint(10, 420))
            _visit(access, visitor, stage, chance, begin, leaves=True)
    _stranger(visitor, stage, now - timedelta(days=6))
    morning = max(now - timedelta(hours=2), now.astimezone(ZONE).replace(hour=0, minute=30))
    for _ in range(3):
        _visit(access, visitor, stage, chance, morning, leaves=False)
    _waiting(visitor, stage, chance, now)


def _designate(visitor: Database, stage: Stage, now: datetime) -> None:
    manager = _person(stage, "M001", f"centre_manager@site:{stage.site}")
    for employee_no, kind in (("S001", "guests"), ("S001", "work"), ("S002", "guests"), ("F001", "work")):
        asked = DesignationAsked.model_validate(
            {
                "site_id": stage.site,
                "employee_no": employee_no,
                "kind": kind,
                "area_ids": [stage.areas["FLOOR"]],
                "starts_at": now - timedelta(days=31),
                "ends_at": now + timedelta(days=60),
                "most_open": 5,
            }
        )
        _At(visitor, now - timedelta(days=31)).do(escorts.designate, manager, asked)


def _visit(
    access: Database, visitor: Database, stage: Stage, chance: random.Random, begin: datetime, *, leaves: bool
) -> None:
    to_floor = chance.random() < 0.4
    at = _At(visitor, begin - timedelta(hours=3))
    visit_id = _invite(at, stage, chance, begin, to_floor=to_floor)
    _permit(at, stage, visit_id)
    at.moment = begin
    with clock.reading(lambda: begin):
        catch_up(access, ACCESS.states, visitor, VISITOR.cursors, FOLLOWS_ACCESS)
    tablet, floor_door, guard = _tablet(stage, "MAIN"), _tablet(stage, "FLOOR"), _guard(stage)
    at.do(arrivals.arrive, tablet, visit_id, Arrival(privacy_version="2026-11", rules_version="2026-11"))
    seen = IdCheck.model_validate({"id_kind": "resident", "name_matches": True, "photo_matches": True})
    at.do(arrivals.check_id, guard, visit_id, seen, minutes=2)
    badge = _free_badge(visitor, stage, floor=to_floor)
    at.do(arrivals.hand_badge, guard, visit_id, BadgeHanded(badge_no=badge))
    if to_floor:
        with clock.reading(lambda: at.moment):
            catch_up(access, ACCESS.states, visitor, VISITOR.cursors, FOLLOWS_ACCESS)
        scan = at.do(entries.scan_visitor, floor_door, BadgeScan(badge_no=badge), minutes=0)
        at.do(entries.enter, floor_door, scan["scan_id"], BadgeScan(badge_no="B-S001"), minutes=0)
    if leaves:
        if to_floor:
            at.do(entries.leave_area, floor_door, BadgeScan(badge_no=badge), minutes=chance.randint(20, 60))
        at.do(entries.leave, tablet, BadgeScan(badge_no=badge), minutes=chance.randint(5, 40))


def _invite(at: _At, stage: Stage, chance: random.Random, begin: datetime, *, to_floor: bool) -> str:
    name, company = chance.choice(GUESTS)
    host_no = chance.choice(("E001", "E002"))
    asked = Invitation.model_validate(
        {
            "visitors": [{"name": name, "company": company, "phone": f"1380000{chance.randint(1000, 9999)}"}],
            "kind": "maintenance" if to_floor else "guest",
            "purpose": chance.choice(PURPOSES),
            "areas": [stage.areas["FLOOR" if to_floor else "LOUNGE"]],
            "starts_at": begin,
            "ends_at": begin + timedelta(hours=2),
            "escort_no": "S001" if to_floor else None,
        }
    )
    made = at.do(visits.invite, _person(stage, host_no), asked)
    visit_id: str = made["visits"][0]["id"]
    return visit_id


def _permit(at: _At, stage: Stage, visit_id: str) -> None:
    """Whoever is asked says yes: the centre manager for the floor, the duty manager after hours."""
    yes = DecisionAsked(decision=Decision.APPROVE)
    deciders = {
        "floor": _person(stage, "M001", f"centre_manager@site:{stage.site}"),
        "after_hours": _person(stage, "D001", "duty_manager"),
    }
    for reason in at.look(visits.open_steps, visit_id):
        at.do(decisions.decide, deciders[reason], visit_id, yes, None, minutes=10)


def _stranger(visitor: Database, stage: Stage, moment: datetime) -> None:
    at, agent = _At(visitor, moment), _person(stage, "E105", "agent")
    seen = at.do(strangers.report, agent, StrangerSeen(site_id=stage.site, place="三楼坐席职场 B 区"))
    at.do(strangers.shown_out, _guard(stage), seen["id"], minutes=4)
    at.do(strangers.asked, _guard(stage), seen["id"], minutes=3)


def _waiting(visitor: Database, stage: Stage, chance: random.Random, now: datetime) -> None:
    """Two visits for tomorrow that the centre manager finds in the inbox."""
    tomorrow = (now + timedelta(days=1)).astimezone(ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    at = _At(visitor, now - timedelta(minutes=50))
    for _ in range(2):
        _invite(at, stage, chance, tomorrow, to_floor=True)


def _free_badge(visitor: Database, stage: Stage, *, floor: bool) -> str:
    from services.visitor.badges import store
    from services.visitor.badges.rules import BadgeKind

    kind = BadgeKind.FLOOR if floor else BadgeKind.LOUNGE
    return visitor.read_now(store.free, stage.site, kind, 1)[0]


def _person(stage: Stage, employee_no: str, *roles: str) -> Actor:
    scopes = frozenset({STAFF_SCOPE})
    return Actor(ActorKind.PERSON, stage.people[employee_no], frozenset(roles), scopes, strength="password")


def _guard(stage: Stage) -> Actor:
    return _person(stage, "G001", f"guard@site:{stage.site}")


def _tablet(stage: Stage, door: str) -> Actor:
    name = f"demo-{door.lower()}"
    scopes = frozenset({"kiosk"})
    return Actor(ActorKind.DEVICE, name, scopes=scopes, device=name, site=stage.site, door=stage.doors[door])
