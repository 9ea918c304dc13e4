"""Sets the stage: a site with areas and doors, departments and the cast, through the access service's own actions."""

from __future__ import annotations

from datetime import timedelta

from chassis import clock
from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.roles import Role
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
from tests.people import CAST, Ids, roles_of

SYSTEM = Actor.system("stage")
AREAS = (
    ("FLOOR", "三楼坐席职场", "Call floor", AreaKind.CALL_FLOOR, False),
    ("SERVER", "服务器机房", "Server room", AreaKind.SERVER_ROOM, True),
    ("LOUNGE", "休息室", "Lounge", AreaKind.LOUNGE, False),
    ("DESK", "前台", "Front desk", AreaKind.FRONT_DESK, False),
)
DOORS = (
    ("MAIN", "正门", "Main door", "DESK", DoorKind.ENTRANCE),
    ("FLOOR", "职场门", "Floor door", "FLOOR", DoorKind.FLOOR),
)


def set_stage(access: Database) -> Ids:
    """Fill an empty access database with the cast; the ids of everything."""
    return access.write_now(_set)


def _set(tx: Tx) -> Ids:
    ids = Ids()
    ids.site = sites.keep_site(tx, SYSTEM, "HQ", SiteKept(name="总部职场", name_en="Head office"))["id"]
    for code, name, name_en, kind, privileged in AREAS:
        kept = AreaKept(name=name, name_en=name_en, kind=kind, privileged=privileged)
        ids.areas[code] = sites.keep_area(tx, SYSTEM, "HQ", code, kept)["id"]
    for code, name, name_en, area, door_kind in DOORS:
        door = DoorKept(name=name, name_en=name_en, area=area, kind=door_kind)
        ids.doors[code] = sites.keep_door(tx, SYSTEM, "HQ", code, door)["id"]
    for code in ("HQ", "OUT1", "SEC"):
        kept_department = people.keep_department(tx, SYSTEM, code, DepartmentKept(name=code, name_en=code))
        ids.departments[code] = kept_department["id"]
    for name in CAST:
        _add_member(tx, name, ids)
    duty = DutyAsked(
        site_id=ids.site,
        employee_no="D001",
        kind=DutyKind.DUTY_MANAGER,
        starts_at=clock.now() - timedelta(hours=2),
        ends_at=clock.now() + timedelta(hours=22),
    )
    roster.roster(tx, SYSTEM, duty)
    return ids


def _add_member(tx: Tx, name: str, ids: Ids) -> None:
    member = CAST[name]
    kept = PersonKept(
        name=member.name,
        department=member.department,
        site="HQ",
        management=member.management,
        badge_no=member.badge_no,
        extension=member.extension,
        deputy_no=member.deputy_no,
    )
    ids.people[name] = people.keep_person(tx, SYSTEM, member.employee_no, kept)["id"]
    for text in roles_of(name, ids):
        code, _, scope = text.partition("@")
        decisions.give_role(tx, SYSTEM, member.employee_no, RoleAsked(role=Role(code), scope=scope))
