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
class PersonAway(Fact, subject="person", controls=("1.1",)):
    """A person is away for a time and another stands in; without dates the absence is over."""

    person_id: str
    starts_at: datetime | None
    ends_at: datetime | None


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
    """A person holds a role from one instant on, to another or without end."""

    person_id: str
    role: str
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True)
class RoleTaken(Fact, subject="person", controls=("1.1",)):
    """A person holds a role no more since `ended_at`: it was taken, or its time ran out."""

    person_id: str
    role: str
    ended_at: datetime


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
class DayDropped(Fact, subject="site"):
    """What a site had set for a day was taken back."""

    site_id: str
    day: str


@dataclass(frozen=True)
class YearTakenOver(Fact, subject="site"):
    """A year's public days were taken over; `swaps_known` says whether its swapped days were published."""

    site_id: str
    year: int
    swaps_known: bool


@dataclass(frozen=True)
class PermittersListed(Fact, subject="area", controls=("2.1",)):
    """Who permits visits to an area was listed anew; with nobody listed the policy's own permit."""

    area_id: str
    count: int


@dataclass(frozen=True)
class DutyRostered(Fact, subject="duty", controls=("1.1",)):
    """Somebody is on the roster for a stretch of time."""

    duty_id: str
    person_id: str


@dataclass(frozen=True)
class DutyDropped(Fact, subject="duty", controls=("1.1",)):
    """A stretch of the roster was taken out again."""

    duty_id: str


@dataclass(frozen=True)
class LeaveRecorded(Fact, subject="leave", controls=("1.1",)):
    """Somebody is away for a stretch of time."""

    leave_id: str
    person_id: str


@dataclass(frozen=True)
class LeaveDropped(Fact, subject="leave", controls=("1.1",)):
    """Somebody is not away after all."""

    leave_id: str
