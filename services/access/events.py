"""The facts of the access service. Others may import this file, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.journal import Fact


@dataclass(frozen=True)
class PersonAdded(Fact, subject="person", controls=("2.11",)):
    """Somebody is known here from now on."""

    person_id: str


@dataclass(frozen=True)
class PersonChanged(Fact, subject="person", controls=("2.11",)):
    """What is known of a person changed; `fields` names what, never the values."""

    person_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PersonLeft(Fact, subject="person", controls=("2.14",)):
    """A person's access ended."""

    person_id: str
    left_at: datetime


@dataclass(frozen=True)
class PersonReturned(Fact, subject="person", controls=("2.11",)):
    """A leaver is employed again, by an explicit act."""

    person_id: str


@dataclass(frozen=True)
class RoleGiven(Fact, subject="person", controls=("1.1",)):
    """A person holds a role from now on."""

    person_id: str
    role: str


@dataclass(frozen=True)
class RoleTaken(Fact, subject="person", controls=("1.1",)):
    """A person holds a role no more."""

    person_id: str
    role: str


@dataclass(frozen=True)
class DepartmentKept(Fact, subject="department"):
    """A department was added or changed."""

    department_id: str


@dataclass(frozen=True)
class SiteKept(Fact, subject="site"):
    """A site was added or changed."""

    site_id: str


@dataclass(frozen=True)
class AreaKept(Fact, subject="area", controls=("2.6",)):
    """An area was added or changed."""

    area_id: str


@dataclass(frozen=True)
class DoorKept(Fact, subject="door"):
    """A door was added or changed."""

    door_id: str


@dataclass(frozen=True)
class DayKept(Fact, subject="site"):
    """A day of a site's calendar was set to working or free."""

    site_id: str
    day: str
    working: bool


@dataclass(frozen=True)
class DutyRostered(Fact, subject="duty", controls=("1.1",)):
    """Somebody is on the roster for a stretch of time."""

    duty_id: str
    person_id: str


@dataclass(frozen=True)
class DutyDropped(Fact, subject="duty", controls=("1.1",)):
    """A stretch of the roster was taken out again."""

    duty_id: str
