"""Shapes of the duty roster."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from chassis import ids
from chassis.moments import Moment
from services.access.roster.rules import MOST_DAYS, DutyKind

SiteId = Annotated[str, Field(pattern=ids.PATTERN)]
EmployeeNo = Annotated[str, Field(min_length=1, max_length=20, examples=["D001"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class DutyAsked(_Asked):
    """A stretch of duty to roster; with `days` the same hours on that many days in a row, at the site's clock."""

    site_id: SiteId
    employee_no: EmployeeNo
    kind: DutyKind
    starts_at: Moment
    ends_at: Moment
    days: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)] = 1


class LeaveAsked(_Asked):
    """Somebody is away. Without a stand-in their duties are left open, and the roster shows the gap."""

    employee_no: EmployeeNo
    starts_at: Moment
    ends_at: Moment
    stand_in_no: EmployeeNo | None = None


class PersonNamed(BaseModel):
    """A member of staff."""

    id: str
    name: str
    employee_no: str


class Duty(BaseModel):
    """A stretch of duty; `instead_of` is who was rostered and is on leave."""

    id: str
    site_id: str
    person_id: str
    person: PersonNamed | None
    instead_of: PersonNamed | None
    kind: DutyKind
    starts_at: datetime
    ends_at: datetime


class Rostered(BaseModel):
    """The stretches that were rostered."""

    items: list[Duty]


class Gap(BaseModel):
    """Hours that somebody must cover and nobody does."""

    kind: DutyKind
    starts_at: datetime
    ends_at: datetime


class Leave(BaseModel):
    """Somebody is away, and who stands in."""

    id: str
    person: PersonNamed | None
    stand_in: PersonNamed | None
    starts_at: datetime
    ends_at: datetime


class Dropped(BaseModel):
    """A duty or a leave that is in the roster no more."""

    id: str
    dropped: bool


class Roster(BaseModel):
    """Who is on duty at a site in a stretch of time, who is away, and which hours nobody covers."""

    items: list[Duty]
    leaves: list[Leave]
    gaps: list[Gap]
    can: list[str]
