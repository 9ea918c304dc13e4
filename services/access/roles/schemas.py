"""Shapes of roles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.moments import Moment
from chassis.roles import Role
from services.access.roles.rules import RoleState

Scope = Annotated[
    str, Field(max_length=60, pattern=r"^((site|dept):[0-9a-f-]{36})?$", description="site:<id>, dept:<id> or empty")
]


class RoleNamed(BaseModel):
    """A role at its place; an empty `scope` means everywhere."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    role: Role
    scope: Scope = ""


class RoleAsked(RoleNamed):
    """A role to give: from now on and without end, unless dates are sent."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None


class PlaceName(BaseModel):
    """The site or department of a role."""

    code: str
    name: str
    name_en: str


class RoleShown(BaseModel):
    """A role somebody holds, will hold or held. `given_by` is a person's name and number, or the system."""

    role: Role
    scope: str
    place: PlaceName | None
    starts_at: datetime
    ends_at: datetime | None
    given_at: datetime
    given_by: str
    taken_at: datetime | None
    taken_by: str | None
    state: RoleState
