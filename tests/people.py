"""The cast of every test: who works at the head office, with which roles, and tokens to act as them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from chassis import clock
from chassis.actor import STAFF_SCOPE, Actor, ActorKind
from chassis.identity import Signer, new_key

SIGNER = Signer("gatehouse", new_key())


@dataclass(frozen=True)
class Member:
    """One of the cast. `{site}` and `{dept}` in a role are filled once the ids are known."""

    employee_no: str
    name: str
    roles: tuple[str, ...] = ()
    management: bool = False
    department: str = "OUT1"
    badge_no: str | None = None
    extension: str | None = None
    deputy_no: str | None = None


CAST = {
    "admin": Member("A001", "管理员", ("platform_admin", "security_admin")),
    "leader": Member("L001", "陈总", ("leader",), management=True, department="HQ"),
    "manager": Member("M001", "赵经理", ("centre_manager@site:{site}",), management=True, badge_no="B-M001"),
    "supervisor": Member("S001", "李主管", ("supervisor@dept:{dept}",), management=True, badge_no="B-S001"),
    "host": Member("E001", "李娜", extension="8021", deputy_no="E002", badge_no="B-E001"),
    "deputy": Member("E002", "孙强", badge_no="B-E002"),
    "duty_manager": Member("D001", "周值班", ("duty_manager",), management=True),
    "guard": Member("G001", "吴保安", ("guard@site:{site}",), department="SEC"),
    "floor_manager": Member("F001", "郑现场", ("floor_manager@site:{site}",)),
    "hr": Member("H001", "冯人事", ("hr",), department="HQ"),
    "auditor": Member("U001", "卫审计", ("auditor",), department="HQ"),
    "agent": Member("E010", "蒋坐席", ("agent",)),
}


@dataclass
class Ids:
    """Ids of the cast and the places, filled by whoever sets the stage."""

    site: str = ""
    departments: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    doors: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def roles_of(name: str, ids: Ids) -> frozenset[str]:
    """A member's roles with their scopes filled in."""
    dept = ids.departments.get(CAST[name].department, "")
    return frozenset(role.format(site=ids.site, dept=dept) for role in CAST[name].roles)


def actor_of(name: str, ids: Ids) -> Actor:
    """The member as an action sees them, signed in at their desk."""
    scopes = frozenset({STAFF_SCOPE})
    now = clock.unix()
    return Actor(
        ActorKind.PERSON, ids.people[name], roles_of(name, ids), scopes, auth_time=now, strength="password", session="s"
    )


def tablet(ids: Ids, door: str = "MAIN", device_id: str = "tablet-1") -> Actor:
    """A paired tablet at a door."""
    scopes = frozenset({"kiosk", "strangers:write"})
    return Actor(ActorKind.DEVICE, device_id, scopes=scopes, device=device_id, site=ids.site, door=ids.doors[door])


def token(actor: Actor, audience: str) -> str:
    """A real token for `actor`, good for a minute from now; calls of the same second share it."""
    return _minted(actor, audience, clock.unix())


@lru_cache(maxsize=1000)
def _minted(actor: Actor, audience: str, now: int) -> str:
    return SIGNER.mint(actor, audience, now)
