"""What an empty deployment starts with: one site with its floor, lounge and front door, and the first administrator."""

from __future__ import annotations

from chassis.actor import Actor
from chassis.db import Tx
from chassis.roles import Role
from services.access.people import actions as people
from services.access.people import store as people_store
from services.access.sites import actions as sites
from services.access.sites.rules import AreaKind, DoorKind
from services.access.sites.schemas import AreaKept, DoorKept, SiteKept

FIRST_ADMIN_NO = "admin"
SYSTEM = Actor.system("first start")
AREAS = (
    ("DESK", "前台", "Front desk", AreaKind.FRONT_DESK),
    ("LOUNGE", "休息室", "Lounge", AreaKind.LOUNGE),
    ("FLOOR", "坐席职场", "Call floor", AreaKind.CALL_FLOOR),
)


def first_start(tx: Tx) -> str | None:
    """Set up an empty access service; the first administrator's person id, or None when people exist already.

    The first administrator holds platform and security roles until there is a second person; the board says so.
    """
    if people_store.count_active(tx, 1):
        return None
    sites.keep_site(tx, SYSTEM, "HQ", SiteKept(name="总部职场", name_en="Head office"))
    for position, (code, name, name_en, kind) in enumerate(AREAS, 1):
        area = AreaKept(name=name, name_en=name_en, kind=kind, position=position)
        sites.keep_area(tx, SYSTEM, "HQ", code, area)
    door = DoorKept(name="正门", name_en="Main door", area="DESK", kind=DoorKind.ENTRANCE)
    sites.keep_door(tx, SYSTEM, "HQ", "MAIN", door)
    roles = (Role.PLATFORM_ADMIN.value, Role.SECURITY_ADMIN.value)
    return people.add_person(tx, SYSTEM, FIRST_ADMIN_NO, "管理员", roles, "HQ")
