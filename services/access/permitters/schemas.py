"""Shapes of those who permit."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.roles import Role
from services.access.permitters.rules import MOST

Scope = Annotated[
    str,
    Field(
        max_length=41,
        pattern=r"^(site|host_department|dept:[0-9a-f-]{36})$",
        description="Where the role is held: at the area's site, for the host's department, or for one department",
    ),
]


class PermitterAsked(BaseModel):
    """Who permits visits to an area: everybody who holds `role` at `scope`, or one person."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    role: Role | None = None
    scope: Scope = "site"
    employee_no: Annotated[str | None, Field(max_length=20, examples=["M001"])] = None


class PermittersAsked(BaseModel):
    """Everybody who permits visits to an area; an empty list for the policy's own."""

    model_config = ConfigDict(extra="forbid")
    items: Annotated[list[PermitterAsked], Field(max_length=MOST)]


class DepartmentNamed(BaseModel):
    """The department of a role that permits."""

    code: str
    name: str
    name_en: str


class PersonNamed(BaseModel):
    """A person who permits."""

    name: str
    employee_no: str


class PermitterShown(BaseModel):
    """A role and where it is held, or a person."""

    role: Role | None
    scope: str | None
    department: DepartmentNamed | None
    person: PersonNamed | None


class Permitters(BaseModel):
    """Who permits visits to an area.

    An empty list means the policy's own: the host for a lounge; for a floor also a supervisor of the host's department
    or the centre manager of the site, neither host nor requester.
    """

    area_id: str
    version: int
    items: list[PermitterShown]
    can: list[str]
