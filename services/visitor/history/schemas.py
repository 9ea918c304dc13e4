"""Shapes of a visit's history."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.paging import MOST, USUAL
from services.visitor.visits.schemas import PersonShown


class HistoryAsked(BaseModel):
    """Which page of a visit's history."""

    model_config = ConfigDict(extra="forbid")
    cursor: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL


class DoorShown(BaseModel):
    """A door, in both languages."""

    id: str
    name: str
    name_en: str


class By(BaseModel):
    """Who did it: a `person`, perhaps at a tablet at `door`; a `device` (the visitor at the tablet), a program
    (`client`, `service`), the `system` when a time was over, the `operator` at the shell."""

    kind: str
    person: PersonShown | None
    door: DoorShown | None


class AreaNamed(BaseModel):
    """An area, in both languages."""

    name: str
    name_en: str


class Done(BaseModel):
    """One thing that was done: `fact` is its name in the journal, at `idx`.

    `person` is whom it names beside who did it; `codes` says the rest in words of this API, such as the step and its
    decision, never a value of the visitor.
    """

    idx: int
    at: datetime
    fact: str
    by: By
    person: PersonShown | None
    area: AreaNamed | None
    codes: dict[str, Any]
    controls: list[str]


class History(BaseModel):
    """A page of what was done, newest first, with cursors to older (`next`) and newer (`prev`) ones or null; `zone` is
    the site's."""

    items: list[Done]
    zone: str
    next: str | None
    prev: str | None
