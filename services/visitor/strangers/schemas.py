"""Shapes of strangers seen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.visitor.strangers.rules import Outcome, StrangerState


class StrangerSeen(BaseModel):
    """One tap: somebody unknown is here. Without `site_id`: the tablet's site, or the reporter's own."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    site_id: Annotated[str | None, Field(max_length=36)] = None
    place: Annotated[str, Field(max_length=80, examples=["三楼坐席职场 B 区"])] = ""
    guard_needed: Annotated[bool, Field(description="不便劝离，请保安处理")] = False


class Closing(BaseModel):
    """How it ended; the note holds no personal data."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    outcome: Outcome
    note: Annotated[str, Field(max_length=200)] = ""
    visit_id: Annotated[str | None, Field(max_length=36)] = None


class Stranger(BaseModel):
    """A case; `can` lists what the caller may do now."""

    id: str
    site_id: str
    place: str
    state: StrangerState
    guard_needed: bool
    seen_at: datetime
    guard_called_at: datetime | None
    out_at: datetime | None
    asked_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    note: str
    visit_id: str | None
    version: int
    can: list[str]


class Strangers(BaseModel):
    """A page of cases, newest first."""

    items: list[Stranger]
    next: str | None
    prev: str | None
