"""Shapes of the log: what a reader asks for, a page of visits, and files that were taken."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis import ids
from chassis.moments import Moment
from chassis.paging import MOST, USUAL
from chassis.sheets import Format
from services.visitor.visits.rules import State, VisitKind
from services.visitor.visits.schemas import PersonShown, VisitList

Id = Annotated[str, Field(pattern=ids.PATTERN)]
Cursor = Annotated[str | None, Field(max_length=200)]


class VisitsWanted(BaseModel):
    """Filters of the log; all that are given must hold. `since` and `until` are about when a visit begins."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    q: Annotated[str, Field(max_length=60, description="Name, pinyin, initials, company, badge or code")] = ""
    state: Annotated[list[State], Field(max_length=len(State), description="One or several")] = []
    site_id: Id | None = None
    area_id: Id | None = None
    kind: VisitKind | None = None
    host: Annotated[str, Field(max_length=60, description="Whole name or employee number")] = ""
    walk_in: Annotated[bool | None, Field(description="Came without an appointment")] = None
    overstay: Annotated[bool | None, Field(description="Was found to be here after the window")] = None
    mine: Annotated[bool, Field(description="Only visits the caller hosts or asked for")] = False
    since: Annotated[Moment | None, Field(description="Begins at or after")] = None
    until: Annotated[Moment | None, Field(description="Begins before")] = None


class VisitsAsked(VisitsWanted):
    """A page of the log; with `count`, also how many visits there are."""

    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    count: bool = False


class VisitsExported(VisitsWanted):
    """A file of the log."""

    format: Format = Format.CSV


class Found(BaseModel):
    """How many visits there are; `more` when they were counted no further."""

    visits: int
    more: bool


class Log(VisitList):
    """A page of the log, visits that begin last first. `found` is null unless it was asked for."""

    found: Found | None


class ExportsAsked(BaseModel):
    """A page of the files that left the log."""

    model_config = ConfigDict(extra="forbid")
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL


class Export(BaseModel):
    """A file of the log that somebody took. `filters` names which filters were set, never what was typed."""

    id: str
    by: PersonShown | None
    at: datetime
    format: Format
    visits: int
    filters: list[str]


class Exports(BaseModel):
    """A page of such files, the newest first."""

    items: list[Export]
    next: str | None
    prev: str | None
