"""Shapes of designations and of escorts who are available."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis import ids
from chassis.moments import Moment
from services.visitor.escorts.rules import DesignationState, EscortKind

Id = Annotated[str, Field(pattern=ids.PATTERN)]


class DesignationAsked(BaseModel):
    """A designation to make. In force from `starts_at` until before `ends_at`, instants with their zone."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    site_id: Id
    employee_no: Annotated[str, Field(min_length=1, max_length=20, examples=["E1024"])]
    kind: EscortKind
    area_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]
    starts_at: Moment
    ends_at: Moment
    most_open: Annotated[
        int | None, Field(ge=1, le=20, description="Visitors in company at once; the site's usual number when left out")
    ] = None


class EndAsked(BaseModel):
    """Why a designation ends before its time."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, Field(max_length=200, examples=["调往其他部门"])] = ""


class PersonNamed(BaseModel):
    """A person by name."""

    id: str
    name: str
    employee_no: str


class AreaNamed(BaseModel):
    """An area by name."""

    id: str
    code: str
    name: str
    name_en: str


class Designation(BaseModel):
    """A designation; `present` says whether the person still works here, `can` what the caller may do with it."""

    id: str
    site_id: str
    person: PersonNamed | None
    present: bool
    state: DesignationState
    kind: EscortKind
    areas: list[AreaNamed]
    starts_at: datetime
    ends_at: datetime
    most_open: int
    open_now: int
    designated_by: PersonNamed | None
    created_at: datetime
    ended_at: datetime | None
    ended_by: PersonNamed | None
    end_reason: str
    version: int
    can: list[str]


class Designations(BaseModel):
    """A page of designations, newest first; `can` says whether the caller may designate at this site."""

    items: list[Designation]
    next: str | None
    prev: str | None
    can: list[str]


class Entitled(BaseModel):
    """Somebody who may escort for all the areas over the whole time asked for."""

    id: str
    name: str
    employee_no: str
    department_name: str
    most_open: int
    open_now: int
    has_room: bool


class EntitledList(BaseModel):
    """Everybody who may escort, by employee number."""

    items: list[Entitled]
