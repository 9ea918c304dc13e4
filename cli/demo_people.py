"""The demonstration's site, departments and cast."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from chassis import clock
from chassis.actor import Actor
from chassis.catching_up import catch_up
from chassis.db import Database, Tx
from chassis.roles import Role
from gateway.identity import account_store
from gateway.identity.base import BASE as GATEWAY
from gateway.identity.follows import FOLLOWS as GATEWAY_FOLLOWS
from gateway.identity.passwords import new_hasher
from services.access.app import PARTS as ACCESS
from services.access.people import actions as people
from services.access.people import decisions
from services.access.people.schemas import DepartmentKept, PersonKept
from services.access.roles.schemas import RoleAsked
from services.access.roster import actions as roster
from services.access.roster.rules import DutyKind
from services.access.roster.schemas import DutyAsked
from services.access.sites import actions as sites
from services.access.sites.rules import AreaKind, DoorKind
from services.access.sites.schemas import AreaKept, DoorKept, SiteKept
from services.visitor.badges import actions as badges
from services.visitor.badges.rules import BadgeKind
from services.visitor.badges.schemas import BadgesAdded
from services.visitor.base import BASE as VISITOR
from services.visitor.follows import FOLLOWS_ACCESS

SYSTEM = Actor.system("demo")
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    employee_no: str
    name: str
    post: str
    department: str
    roles: tuple[str, ...] = ()
    management: bool = False
    extension: str | None = None


CAST = (
    Person("A001", "何平", "平台管理员", "IT", ("platform_admin", "security_admin")),
    Person("U001", "卫明", "审计员", "HQ", ("auditor",)),
    Person("L001", "陈建国", "公司领导", "HQ", ("leader",), management=True),
    Person("M001", "赵敏", "呼叫中心运营经理", "HQ", ("centre_manager@site",), management=True),
    Person("S001", "李静", "外呼一部主管", "OUT1", ("supervisor@dept",), management=True),
    Person("S002", "周涛", "外呼二部主管", "OUT2", ("supervisor@dept",), management=True),
    Person("D001", "孙磊", "值班经理", "HQ", ("duty_manager",), management=True),
    Person("F001", "郑芳", "现场管理人员", "HQ", ("floor_manager@site",)),
    Person("G001", "吴强", "保安人员", "SEC", ("guard@site",)),
    Person("W001", "冯刚", "系统维护人员", "IT", ("maintenance",)),
    Person("H001", "沈洁", "人事专员", "HR", ("hr",)),
    Person("E001", "李娜", "培训专员", "OUT1", extension="8021"),
    Person("E002", "王芳", "质检专员", "OUT2", extension="8022"),
)
DEPARTMENTS = (
    ("HQ", "管理部", "Management"),
    ("OUT1", "外呼一部", "Outbound 1"),
    ("OUT2", "外呼二部", "Outbound 2"),
    ("IT", "系统维护部", "Maintenance"),
    ("HR", "人事部", "Human resources"),
    ("SEC", "综合部", "General Affairs"),
)
AREAS = (
    ("FLOOR", "三楼坐席职场", "Call floor, 3rd floor", AreaKind.CALL_FLOOR, False),
    ("SERVER", "服务器机房", "Server room", AreaKind.SERVER_ROOM, True),
    ("LOUNGE", "休息室", "Lounge", AreaKind.LOUNGE, False),
    ("DESK", "前台", "Front desk", AreaKind.FRONT_DESK, False),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = ("伟", "敏", "静", "磊", "洋", "艳", "勇", "娟", "涛", "明")
SEATS = 40
BEFORE = 32
"""How many days before today the site began: a role holds from when it was given, so the month needs it."""


@dataclass
class Stage:
    """Ids of what was made."""

    site: str = ""
    areas: dict[str, str] = field(default_factory=dict)
    doors: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def set_stage(access: Database, visitor: Database, gateway: Database, password: str) -> Stage:
    """Make places, people and badges a month ago, let the others follow, and give the cast its password."""
    began = clock.now() - timedelta(days=BEFORE)
    with clock.reading(lambda: began):
        stage = access.write_now(_set)
        catch_up(access, ACCESS.states, visitor, VISITOR.cursors, FOLLOWS_ACCESS)
        for kind, prefix in ((BadgeKind.LOUNGE, "L"), (BadgeKind.FLOOR, "F")):
            asked = BadgesAdded(site_id=stage.site, prefix=prefix, first=1, last=20, kind=kind)
            visitor.write_now(badges.add_badges, SYSTEM, asked)
    catch_up(access, ACCESS.states, gateway, GATEWAY.cursors, GATEWAY_FOLLOWS)
    hashed = new_hasher().hash(password)
    for person in CAST:
        gateway.write_now(_set_password, stage.people[person.employee_no], hashed)
    return stage


def _set_password(tx: Tx, person_id: str, hashed: str) -> None:
    account_store.change(tx, person_id, password_hash=hashed, password_set_at=tx.now)


def _set(tx: Tx) -> Stage:
    stage = Stage(site=sites.keep_site(tx, SYSTEM, "HQ", SiteKept(name="总部职场", name_en="Head office"))["id"])
    for code, name, name_en, kind, privileged in AREAS:
        area = AreaKept(name=name, name_en=name_en, kind=kind, privileged=privileged)
        stage.areas[code] = sites.keep_area(tx, SYSTEM, "HQ", code, area)["id"]
    for code, name, name_en, leads, door_kind in (
        ("MAIN", "正门", "Main door", "DESK", DoorKind.ENTRANCE),
        ("FLOOR", "职场门", "Floor door", "FLOOR", DoorKind.FLOOR),
    ):
        door = DoorKept(name=name, name_en=name_en, area=leads, kind=door_kind)
        stage.doors[code] = sites.keep_door(tx, SYSTEM, "HQ", code, door)["id"]
    for code, name, name_en in DEPARTMENTS:
        kept = DepartmentKept(name=name, name_en=name_en)
        stage.departments[code] = people.keep_department(tx, SYSTEM, code, kept)["id"]
    for person in (*CAST, *_agents()):
        _add(tx, stage, person)
    _roster(tx, stage)
    return stage


def _roster(tx: Tx, stage: Stage) -> None:
    """Nights by the duty manager, weekends by a supervisor, days at the door by the guard, to the end of next week."""
    today = clock.now().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (today + timedelta(days=n) for n in range(BEFORE + 14 - today.weekday())):
        weekend = day.weekday() >= 5
        who = "S001" if weekend else "D001"
        hours = [(DutyKind.DUTY_MANAGER, who, 9 if weekend else 18, 33)]
        hours += [] if weekend else [(DutyKind.GUARD, "G001", 8, 18)]
        for kind, employee_no, begin, end in hours:
            first, last = day + timedelta(hours=begin), day + timedelta(hours=end)
            duty = DutyAsked(site_id=stage.site, employee_no=employee_no, kind=kind, starts_at=first, ends_at=last)
            roster.roster(tx, SYSTEM, duty)


def _agents() -> list[Person]:
    """Forty agents, twenty in each outbound department."""
    return [
        Person(f"E{101 + n}", SURNAMES[n % 20] + GIVEN[n % 10], "坐席", f"OUT{1 + n % 2}", ("agent",))
        for n in range(SEATS)
    ]


def _add(tx: Tx, stage: Stage, person: Person) -> None:
    kept = PersonKept(
        name=person.name,
        department=person.department,
        site="HQ",
        post=person.post,
        management=person.management,
        badge_no=f"B-{person.employee_no}",
        extension=person.extension,
    )
    stage.people[person.employee_no] = people.keep_person(tx, SYSTEM, person.employee_no, kept)["id"]
    scopes = {"site": f"site:{stage.site}", "dept": f"dept:{stage.departments[person.department]}"}
    for text in person.roles:
        role, _, scope = text.partition("@")
        asked = RoleAsked(role=Role(role), scope=scopes.get(scope, ""))
        decisions.give_role(tx, SYSTEM, person.employee_no, asked)
