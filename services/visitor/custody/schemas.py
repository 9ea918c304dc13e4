"""Shapes of custody: whom an escort has in company, who could take over, what is offered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.escorts.rules import LostBecause
from services.visitor.escorts.schemas import Entitled
from services.visitor.visits.schemas import AreaName, PersonShown


class CustodyOffer(BaseModel):
    """The escort who shall take over."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    employee_no: Annotated[str, Field(min_length=1, max_length=20)]


class Accompanied(BaseModel):
    """A visitor in somebody's company. `lost` says why the escort may escort no more; `could_take` who could take
    over now; `can` what the caller may do."""

    visit_id: str
    name: str
    company: str
    purpose: str
    areas: list[AreaName]
    host: PersonShown | None
    escort: PersonShown | None
    since: datetime
    ends_at: datetime
    overdue: bool
    offered_to: PersonShown | None
    lost: LostBecause | None
    lost_at: datetime | None
    could_take: list[Entitled]
    can: list[str]


class Company(BaseModel):
    """Visitors in the caller's company, those offered to the caller, and those without an entitled escort whom the
    caller could take over."""

    mine: list[Accompanied]
    offered: list[Accompanied]
    without_escort: list[Accompanied]
