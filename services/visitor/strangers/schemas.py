"""Shapes of strangers seen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chassis import ids
from chassis.moments import Moment
from services.visitor.strangers.rules import Outcome, StrangerState

Id = Annotated[str, Field(pattern=ids.PATTERN)]
Place = Annotated[str, Field(max_length=80, examples=["三楼坐席职场 B 区"])]
Note = Annotated[str, Field(max_length=200, description="What happened; without personal data")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class StrangerSeen(_Asked):
    """One tap: somebody unknown is here. No name, no description is needed; details can follow.

    Without `site_id`: the tablet's site, or the reporter's own. Without `place`: the tablet's door, or the floor.
    `seen_at` is for a tablet that had no network: when it was tapped, if not now.
    """

    site_id: Id | None = None
    place: Place = ""
    guard_needed: Annotated[StrictBool, Field(description="不便劝离，请保安处理")] = False
    seen_at: Moment | None = None


class Details(_Asked):
    """What can be said afterwards; what is left out stays as it is."""

    place: Place | None = None
    note: Note | None = None
    visit_id: Annotated[Id | None, Field(description="The visit it turned out to belong to")] = None


class Closing(_Asked):
    """How it ended. Left out, the note stays as it is."""

    outcome: Outcome
    note: Note = ""
    visit_id: Id | None = None


class Stranger(BaseModel):
    """A case; `can` lists what the caller may do now. A place that somebody typed reads the same in both languages."""

    id: str
    site_id: str
    place: str
    place_en: str
    state: StrangerState
    guard_needed: bool
    seen_at: datetime
    reported_at: datetime
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
