"""Shapes of an erasure and its certificate."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.visits.schemas import PersonShown


class ErasureAsked(BaseModel):
    """Why a visitor's personal values are destroyed; the reason names nobody."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, Field(min_length=2, max_length=200, examples=["本人申请删除"])]


class Certificate(BaseModel):
    """What was destroyed, when and by whom. `visits` counts the visits that were this person's."""

    id: str
    visit_id: str
    at: datetime
    by: PersonShown | None
    reason: str
    fields: list[str]
    visits: int
    badges_out: Annotated[list[str], Field(description="Badges not given back at the time, by number")]


class Going(BaseModel):
    """A visitor whose name and contacts go at `goes_at`, by one of their visits; None for who never had one."""

    visit_id: str | None
    ended_at: datetime
    goes_at: datetime


class Retention(BaseModel):
    """How long what is kept, and who goes within a week, the soonest first, up to two hundred; `held` are those whose
    time is over by then and who stay because of a legal hold.

    `facts` are visits of which nothing is left then, since the years for times and permissions are over; `out` those
    that stay because a badge, or a thing in a locker, is not accounted for."""

    sealed_days: int
    contact_days: int
    facts_years: int
    items: list[Going]
    held: list[Going]
    facts: list[Going]
    out: list[Going]
