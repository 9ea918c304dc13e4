"""Shapes of badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis import ids
from services.visitor.badges.rules import BadgeKind, BadgeState

SiteId = Annotated[str, Field(pattern=ids.PATTERN)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class BadgesAdded(_Asked):
    """A range of badges to put into stock: `prefix` and numbers of at least three digits."""

    site_id: SiteId
    prefix: Annotated[str, Field(min_length=1, max_length=6, pattern=r"^[A-Z]+$", examples=["V"])]
    first: Annotated[int, Field(ge=0, le=9999)]
    last: Annotated[int, Field(ge=0, le=9999)]
    kind: BadgeKind


class BadgeRetired(_Asked):
    """A badge that is worn out, or was lost and found again: it is never handed out any more."""

    site_id: SiteId
    no: Annotated[str, Field(min_length=1, max_length=20, examples=["V001"])]


class Counted(_Asked):
    """How many badges lie in store, counted by hand; a difference needs its note, without personal data."""

    site_id: SiteId
    counted: Annotated[int, Field(ge=0, le=99_999)]
    note: Annotated[str, Field(max_length=200)] = ""


class Badge(BaseModel):
    """A badge of the stock, with the visit that has it out."""

    site_id: str
    no: str
    kind: BadgeKind
    state: BadgeState
    visit_id: str | None
    handed_at: datetime | None
    due_at: datetime | None
    can: list[str]


class Stock(BaseModel):
    """A site's badges and how many are where; stored, handed out, lost and dead add up to all."""

    items: list[Badge]
    counts: dict[str, int]
    free_lounge: list[str]
    free_floor: list[str]
    can: list[str]


class Count(BaseModel):
    """One count by hand."""

    expected: int
    counted: int
    note: str
    counted_at: datetime


class Day(BaseModel):
    """A site's badges of one local day: handed out is returned, lost and still out together.

    `out_from_before` are badges of earlier days that are still out; `in_store` is what a count by hand should find.
    """

    day: date
    handed_out: int
    returned: int
    lost: int
    still_out: int
    out_from_before: int
    in_store: int
    adds_up: bool
    last_count: Count | None
