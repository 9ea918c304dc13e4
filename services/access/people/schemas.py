"""Shapes of people, departments and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.roles import Role
from services.access.people.rules import Employment

EmployeeNo = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["E1024"])]
Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_-]+$", examples=["OUT1"])]
Name = Annotated[str, Field(min_length=1, max_length=60, examples=["李娜"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class DepartmentKept(_Asked):
    """A department as it shall be."""

    name: Name
    name_en: Name


class Department(DepartmentKept):
    """A department."""

    id: str
    code: Code


class PersonKept(_Asked):
    """A person as HR knows them. Without `active` a leaver stays a leaver; roles are never HR's to write."""

    name: Name
    department: Code | None = None
    site: Code | None = None
    post: Annotated[str, Field(max_length=60)] = ""
    management: Annotated[bool, Field(description="Holds a management post, and so may escort company guests")] = False
    employment: Employment = Employment.EMPLOYEE
    manager_no: EmployeeNo | None = None
    deputy_no: EmployeeNo | None = None
    badge_no: Annotated[str | None, Field(max_length=20)] = None
    work_email: Annotated[str | None, Field(max_length=120, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] = None
    extension: Annotated[str | None, Field(max_length=20)] = None
    language: Literal["zh", "en"] = "zh"
    active: bool | None = None
    leaves_at: AwareDatetime | None = None


class Person(BaseModel):
    """A person in the directory, with the roles they hold."""

    id: str
    employee_no: EmployeeNo
    name: Name
    department_id: str | None
    site_id: str | None
    post: str
    management: bool
    employment: Employment
    manager_no: str | None
    deputy_no: str | None
    badge_no: str | None
    work_email: str | None
    extension: str | None
    language: str
    active: bool
    leaves_at: datetime | None
    roles: list[str]
    version: int


class RoleAsked(_Asked):
    """A role to give or to take. `scope` is `site:<id>`, `dept:<id>` or empty for everywhere."""

    role: Role
    scope: Annotated[str, Field(max_length=60, pattern=r"^((site|dept):[0-9a-f-]{36})?$")] = ""
