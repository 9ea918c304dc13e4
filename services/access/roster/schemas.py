"""Shapes of the duty roster."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.access.roster.rules import DutyKind


class DutyAsked(BaseModel):
    """A stretch of duty to roster; instants with their zone."""

    model_config = ConfigDict(extra="forbid")
    site_id: Annotated[str, Field(max_length=36)]
    employee_no: Annotated[str, Field(max_length=20)]
    kind: DutyKind
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class Duty(BaseModel):
    """A stretch of duty."""

    id: str
    site_id: str
    person_id: str
    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
