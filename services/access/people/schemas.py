"""Shapes of people and departments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chassis.moments import Day, Moment
from services.access.people.rules import Employment
from services.access.roles.schemas import PlaceName, RoleShown

EmployeeNo = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["E1024"])]
Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["OUT1"])]
Name = Annotated[str, Field(min_length=1, max_length=60, examples=["李娜"])]
Status = Literal["active", "left", "all"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class DepartmentKept(_Asked):
    """A department as it shall be. With `active` false nobody can be put into it any more."""

    name: Name
    name_en: Name
    active: StrictBool = True


class Department(DepartmentKept):
    """A department, with how many people work in it."""

    id: str
    code: Code
    version: int
    people: int


class Departments(BaseModel):
    """Every department by code; `can` says whether the reader may add one."""

    items: list[Department]
    can: list[str]


class PersonKept(_Asked):
    """A person as HR knows them. Without `active` a leaver stays a leaver; roles are never HR's to write."""

    name: Name
    department: Code | None = None
    site: Code | None = None
    post: Annotated[str, Field(max_length=60)] = ""
    shift: Annotated[str, Field(max_length=40, examples=["早班"])] = ""
    management: Annotated[
        StrictBool, Field(description="Holds a management post, and so may escort company guests")
    ] = False
    employment: Employment = Employment.EMPLOYEE
    manager_no: EmployeeNo | None = None
    deputy_no: EmployeeNo | None = None
    badge_no: Annotated[str | None, Field(max_length=20)] = None
    work_email: Annotated[str | None, Field(max_length=120, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] = None
    extension: Annotated[str | None, Field(max_length=20)] = None
    language: Literal["zh", "en"] = "zh"
    active: StrictBool | None = None
    starts_on: Day | None = None
    leaves_at: Moment | None = None


class AbsenceKept(_Asked):
    """From when to when somebody is away, and who stands in for what waits for their decision meanwhile."""

    starts_at: Moment
    ends_at: Moment
    deputy_no: EmployeeNo


class PersonName(BaseModel):
    """A member of staff."""

    id: str
    name: str
    employee_no: EmployeeNo


class PersonLine(BaseModel):
    """A person in a list, with the roles in force."""

    id: str
    employee_no: EmployeeNo
    name: Name
    department: PlaceName | None
    site: PlaceName | None
    post: str
    management: bool
    extension: str | None
    active: bool
    roles: list[str]


class Person(PersonLine):
    """A person in the directory. Dates of joining and leaving and the roles' history are null to most readers.

    `roles` are those in force; `can` lists what the reader may do, judged by the rules themselves.
    """

    department_id: str | None
    site_id: str | None
    shift: str
    employment: Employment
    manager_no: str | None
    deputy_no: str | None
    manager: PersonName | None
    deputy: PersonName | None
    away_from: datetime | None
    away_until: datetime | None
    away_deputy: PersonName | None
    badge_no: str | None
    work_email: str | None
    language: str
    starts_on: date | None
    leaves_at: datetime | None
    roles_held: list[RoleShown] | None
    version: int
    can: list[str]


class People(BaseModel):
    """A page of people in the order of their names, with cursors to the next and previous page or null."""

    items: list[PersonLine]
    next: str | None
    prev: str | None
    can: list[str]
